package wasl.manifest;

import java.util.Set;
import wasl.manifest.Node.Fields;

/// What must be true of the OAuth keys that a configuration brings, beyond their shape: what ties a
/// request to its client, its browser and its code is not the configuration's to say.
final class OauthConfigRules {
  private static final Set<String> AUTHORIZATION =
      Set.of(
          "response_type",
          "response_mode",
          "client_id",
          "redirect_uri",
          "scope",
          "state",
          "code_challenge",
          "code_challenge_method");

  private static final Set<String> TOKEN =
      Set.of(
          "grant_type",
          "code",
          "redirect_uri",
          "code_verifier",
          "client_id",
          "client_secret",
          "refresh_token");

  private OauthConfigRules() {}

  static void check(Fields keys, Faults faults) {
    check(keys, "authorizationParameters", AUTHORIZATION, faults);
    check(keys, "tokenParameters", TOKEN, faults);
  }

  private static void check(Fields keys, String name, Set<String> reserved, Faults faults) {
    for (var parameter : keys.fields(name).nodes().keySet()) {
      if (reserved.contains(parameter)) {
        faults.add(Faults.child(Faults.child("", name), parameter), "is said by Wasl itself");
      }
    }
  }
}
