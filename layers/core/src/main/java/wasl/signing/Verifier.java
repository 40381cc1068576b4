package wasl.signing;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import wasl.signing.Verdict.Genuine;
import wasl.signing.Verdict.Reason;
import wasl.signing.Verdict.Refused;
import wasl.vault.Secret;
import wasl.web.HttpRequest;

/// Checks that a webhook came from the provider that claims it. Whatever is missing, doubled or
/// cannot be read is refused.
public final class Verifier {
  /// Checks one request against the secrets in force, over its raw bytes.
  ///
  /// @param secrets in the order in which [Genuine#secret()] counts; several during a rotation
  public Verdict verify(Scheme scheme, HttpRequest request, List<Secret> secrets, Instant now) {
    if (noneIsSet(secrets)) {
      return new Refused(Reason.NO_SECRET, "no secret is configured");
    }
    var verdict = scheme.match(request, new ArrayList<>(secrets));
    var time = scheme.signedTime();
    if (time.isEmpty() || !(verdict instanceof Genuine genuine)) {
      return verdict;
    }
    var outside = time.get().outside(genuine.signedAt().orElseThrow(), now);
    return outside.isPresent() ? outside.get() : verdict;
  }

  private static boolean noneIsSet(List<Secret> secrets) {
    for (var secret : secrets) {
      if (secret.length() > 0) {
        return false;
      }
    }
    return true;
  }
}
