package wasl.local.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Map;
import wasl.local.simulator.AuthMode.Verdict;
import wasl.web.Response;

/// A refusal as RFC 6749, section 5.2, has it, or as the provider has it.
///
/// @param code one of the RFC's words
/// @param why for a person
record OAuthError(String code, String why) {
  static OAuthError invalidRequest(String why) {
    return new OAuthError("invalid_request", why);
  }

  static OAuthError invalidClient(String why) {
    return new OAuthError("invalid_client", why);
  }

  static OAuthError invalidGrant(String why) {
    return new OAuthError("invalid_grant", why);
  }

  /// What is said of a refresh token that is good for nothing any more, in the provider's word.
  static OAuthError deadRefreshToken(AuthMode mode, String why) {
    return new OAuthError(mode.finalError().orElse("invalid_grant"), why);
  }

  Response response(AuthMode mode, Call call) {
    JsonTree json = new JsonTree();
    if (!mode.errorsWithStatus200()) {
      json.put(mode.errorPath(), code).put("error_description", why);
      Response refusal = Json.response(code.equals("invalid_client") ? 401 : 400, json.root());
      return code.equals("invalid_client")
          ? refusal.withHeader("www-authenticate", "Basic realm=\"" + mode.part().id() + "\"")
          : refusal;
    }
    if (mode.verdict().isPresent()) {
      Verdict verdict = mode.verdict().get();
      json.put(verdict.path(), opposite(verdict.good())).put("error", code);
      return Json.response(200, json.root());
    }
    json.put("error", code).put("error_description", why);
    return FormAnswers.isWanted(mode.part(), call)
        ? FormAnswers.of(Map.of("error", code, "error_description", why))
        : Json.response(200, json.root());
  }

  /// What stands in a verdict's place when all is not well.
  static JsonNode opposite(JsonNode good) {
    return good.isBoolean()
        ? JsonNodeFactory.instance.booleanNode(!good.booleanValue())
        : JsonNodeFactory.instance.textNode("error");
  }
}
