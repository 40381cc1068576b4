package wasl.local.simulator;

import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import wasl.local.simulator.Tokens.Terms;
import wasl.web.Response;

/// Gives tokens outside OAuth: for an app's JWT, and for credentials that log in.
final class AppEndpoints {
  private final Grants grants;
  private final Keys keys;
  private final Memory memory;
  private final InstantSource clock;

  AppEndpoints(Grants grants, Keys keys, Memory memory, InstantSource clock) {
    this.grants = grants;
    this.keys = keys;
    this.memory = memory;
    this.clock = clock;
  }

  /// @param inUrl what stands in the URL's placeholders; the first is the account: whose
  ///   installation it is
  /// @param length of the token at least, in characters
  Response exchange(Endpoint.Exchange endpoint, Call call, Map<String, String> inUrl, int length) {
    AuthMode mode = endpoint.mode();
    Optional<Jwt> jwt = call.bearer().flatMap(Jwt::read);
    if (jwt.isEmpty()) {
      return Json.error(401, "invalid_token", "Authorization: Bearer must carry a signed JWT");
    }
    Optional<String> fault = jwt.get().fault(mode.facts(), clock.instant());
    if (fault.isPresent() || !keys.isGood(mode.part(), jwt.get().issuer())) {
      return Json.error(401, "invalid_token", fault.orElse("the app is not known"));
    }
    Optional<String> installation = inUrl.values().stream().findFirst();
    if (installation.filter(id -> !keys.isGood(mode.part(), id)).isPresent()) {
      return Json.error(404, "not_found", "no such installation");
    }
    String issuer = jwt.get().issuer();
    return given(
        mode,
        call,
        issuer,
        installation.orElseGet(() -> Keys.account(mode.part(), issuer)),
        length);
  }

  /// @param length of the token at least, in characters
  Response login(Endpoint.Login endpoint, Call call, int length) {
    AuthMode mode = endpoint.mode();
    Facts login = mode.facts().at("login");
    boolean isRight =
        switch (login.text("bodyFormat", "any")) {
          case "form" -> call.isForm();
          case "json" -> call.isJson();
          default -> true;
        };
    if (!isRight) {
      return Json.error(
          400, "invalid_request", "the body must be a " + login.text("bodyFormat", "form"));
    }
    Parameters fields = call.fields();
    StringBuilder credentials = new StringBuilder();
    for (Map.Entry<String, String> wanted : login.textMap("body").entrySet()) {
      Optional<Map<String, String>> values =
          fields.get(wanted.getKey()).flatMap(Template.of(wanted.getValue(), ".+")::values);
      if (values.isEmpty()) {
        return Json.error(400, "invalid_request", wanted.getKey() + " is missing or wrong");
      }
      for (String value : values.get().values()) {
        if (!keys.isGood(mode.part(), value)) {
          return Json.error(401, "invalid_credentials", "they do not log in");
        }
        credentials.append(value).append('\n');
      }
    }
    return given(mode, call, "login", Keys.account(mode.part(), credentials.toString()), length);
  }

  private Response given(AuthMode mode, Call call, String client, String account, int length) {
    Behavior behavior = memory.read(world -> world.behavior(mode.part()));
    Grant grant = grants.grant(mode, client, behavior.account().orElse(account), List.of());
    Tokens tokens = grants.give(grant, Terms.of(mode, behavior, length));
    return TokenAnswer.of(mode, tokens, behavior, call);
  }
}
