package wasl.local.simulator;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import wasl.local.simulator.AuthMode.Verdict;
import wasl.local.simulator.Grants.Foreign;
import wasl.local.simulator.Grants.HeldBy;
import wasl.local.simulator.Grants.Holder;
import wasl.local.simulator.Grants.OfNobody;
import wasl.web.Response;

/// Says whose credentials a call carries, or that they are none.
final class WhoAmIEndpoint {
  private final Grants grants;
  private final Keys keys;
  private final Memory memory;

  WhoAmIEndpoint(Grants grants, Keys keys, Memory memory) {
    this.grants = grants;
    this.keys = keys;
    this.memory = memory;
  }

  /// @param inUrl what stands in the URL's placeholders
  Response answer(Endpoint.WhoAmI endpoint, Call call, Map<String, String> inUrl) {
    for (AuthMode mode : endpoint.modes()) {
      Optional<String> account =
          Credentials.in(call, mode, inUrl).flatMap(found -> account(mode, found, inUrl));
      if (account.isPresent()) {
        return known(endpoint, mode, account.get());
      }
    }
    return unknown(endpoint);
  }

  private Optional<String> account(AuthMode mode, Credentials found, Map<String, String> inUrl) {
    if (mode.hasTokens()) {
      return found.token().flatMap(token -> ofToken(mode, token));
    }
    // A token of the simulator's is no key, though it may stand in a key's place.
    boolean isKey =
        found.secrets().stream()
            .allMatch(secret -> keys.isGood(mode.part(), secret) && !Grants.isOrWasToken(secret));
    boolean isThere = !found.secrets().isEmpty() || mode.mode().equals("mtls");
    if (!isKey || !isThere) {
      return Optional.empty();
    }
    return named(mode, inUrl)
        .or(() -> Optional.of(ofOwner(mode, String.join("\n", found.secrets()))));
  }

  // Who asks for an account by its name is told of that one, as at Twilio.
  private static Optional<String> named(AuthMode mode, Map<String, String> inUrl) {
    return Template.of(mode.whoami().text("path", ""), ".+").names().stream()
        .filter(name -> !mode.isSecret(name))
        .findFirst()
        .flatMap(name -> Optional.ofNullable(inUrl.get(name)));
  }

  private Optional<String> ofToken(AuthMode mode, String token) {
    Holder holder = grants.holder(token);
    return switch (holder) {
      case HeldBy(Grant grant) ->
          Optional.of(grant)
              .filter(its -> its.part().equals(mode.part().id()))
              .filter(_ -> !keys.isRefused(mode.part(), token))
              .map(Grant::account);
      case OfNobody() -> Optional.empty();
      // Issued elsewhere and imported.
      case Foreign() ->
          keys.isGood(mode.part(), token) ? Optional.of(ofOwner(mode, token)) : Optional.empty();
    };
  }

  private String ofOwner(AuthMode mode, String secret) {
    return memory
        .read(world -> world.behavior(mode.part()))
        .account()
        .orElseGet(() -> Keys.account(mode.part(), secret));
  }

  private static Response known(Endpoint.WhoAmI endpoint, AuthMode mode, String account) {
    Facts whoami = endpoint.whoami();
    List<Integer> proving = whoami.numbers("proves");
    if (!proving.isEmpty() && whoami.path("account").isEmpty()) {
      return Json.error(proving.getFirst(), "not_found", "but the credentials are good");
    }
    JsonTree json = new JsonTree();
    mode.verdict().ifPresent(verdict -> json.put(verdict.path(), verdict.good()));
    whoami
        .path("accountName")
        .ifPresent(path -> json.put(path, endpoint.part().name() + " " + account));
    whoami.path("account").ifPresent(path -> json.put(path, account));
    return Json.response(200, json.root());
  }

  private static Response unknown(Endpoint.WhoAmI endpoint) {
    Optional<Verdict> verdict = endpoint.modes().getFirst().verdict();
    if (verdict.isEmpty()) {
      return Json.error(401, "invalid_token", "the credentials are missing, wrong or over")
          .withHeader("www-authenticate", "Bearer error=\"invalid_token\"");
    }
    JsonTree json = new JsonTree();
    json.put(verdict.get().path(), OAuthError.opposite(verdict.get().good()));
    json.put("error", "invalid_auth");
    return Json.response(200, json.root());
  }
}
