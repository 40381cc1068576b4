package wasl.local.simulator;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import wasl.web.Response;

/// Asks the user, and sends the browser back with a code or a refusal (RFC 6749, section 4.1).
final class ConsentEndpoint {
  // RFC 7636, section 4.2: SHA-256 in base64url, without padding.
  private static final Pattern CHALLENGE = Pattern.compile("[A-Za-z0-9_-]{43}");
  private static final int LONGEST_ACCOUNT = 200;

  private final Grants grants;
  private final Keys keys;
  private final Memory memory;

  ConsentEndpoint(Grants grants, Keys keys, Memory memory) {
    this.grants = grants;
    this.keys = keys;
    this.memory = memory;
  }

  /// What is asked, as far as the browser may be sent back with an answer.
  private record Asked(AuthMode mode, Parameters query, String client, String redirectUri) {
    List<String> scopes() {
      return query.get("scope").map(mode::scopes).orElse(List.of());
    }
  }

  Response answer(Call call, Endpoint.Consent endpoint) {
    AuthMode mode = endpoint.mode();
    Parameters query = call.query();
    String client = query.get("client_id").orElse("");
    String redirectUri = query.get("redirect_uri").orElse("");
    // RFC 6749, section 4.1.2.1: with these two wrong, nobody is sent anywhere.
    if (!keys.isGood(mode.part(), client)) {
      return ConsentPage.refusal(mode.part(), "client_id is missing or unknown");
    }
    if (!isAbsolute(redirectUri)) {
      return ConsentPage.refusal(mode.part(), "redirect_uri must be an absolute http(s) URL");
    }
    Asked asked = new Asked(mode, query, client, redirectUri);
    Optional<OAuthError> fault = fault(asked);
    if (fault.isPresent()) {
      return sentBack(asked, fault.get());
    }
    Behavior behavior = memory.read(world -> world.behavior(mode.part()));
    String account = behavior.account().orElse(TokenEndpoint.USUAL_ACCOUNT);
    return switch (behavior.consent()) {
      case AUTO -> allowed(asked, behavior, account);
      case DENY -> sentBack(asked, denied());
      case ASK ->
          call.method().equals("POST")
              ? decided(asked, behavior, call.fields(), account)
              : ConsentPage.question(mode.part(), client, asked.scopes(), account, call.target());
    };
  }

  private Response decided(Asked asked, Behavior behavior, Parameters form, String usual) {
    String decision = form.get("decision").orElse("");
    if (decision.equals("deny")) {
      return sentBack(asked, denied());
    }
    if (!decision.equals("allow")) {
      return ConsentPage.refusal(asked.mode().part(), "decision must be allow or deny");
    }
    String account = form.get("account").map(String::strip).orElse("");
    boolean isUsable =
        !account.isEmpty()
            && account.length() <= LONGEST_ACCOUNT
            && account.chars().noneMatch(Character::isISOControl);
    return allowed(asked, behavior, isUsable ? account : usual);
  }

  private Response allowed(Asked asked, Behavior behavior, String account) {
    Grant grant =
        grants.grant(asked.mode(), asked.client(), account, behavior.granted(asked.scopes()));
    Optional<String> challenge =
        asked.mode().pkce() == AuthMode.Pkce.NONE
            ? Optional.empty()
            : asked.query().get("code_challenge");
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("code", grants.code(grant, asked.redirectUri(), challenge));
    asked.mode().accountParameter().ifPresent(name -> parameters.put(name, account));
    return sentBack(asked, parameters);
  }

  private static Response sentBack(Asked asked, OAuthError error) {
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("error", error.code());
    parameters.put("error_description", error.why());
    return sentBack(asked, parameters);
  }

  private static Response sentBack(Asked asked, Map<String, String> parameters) {
    asked.query().get("state").ifPresent(state -> parameters.put("state", state));
    String added =
        parameters.entrySet().stream()
            .map(parameter -> encoded(parameter.getKey()) + "=" + encoded(parameter.getValue()))
            .collect(Collectors.joining("&"));
    String separator = asked.redirectUri().contains("?") ? "&" : "?";
    // 303, so that the answer to a form is fetched and not posted on.
    return Response.empty(303)
        .withHeader("location", asked.redirectUri() + separator + added)
        .withHeader("cache-control", "no-store");
  }

  private static OAuthError denied() {
    return new OAuthError("access_denied", "the user said no");
  }

  private static Optional<OAuthError> fault(Asked asked) {
    Parameters query = asked.query();
    if (!query.repeated().isEmpty()) {
      return Optional.of(OAuthError.invalidRequest(query.repeated().getFirst() + " stands twice"));
    }
    if (!query.get("response_type").equals(Optional.of("code"))) {
      return Optional.of(new OAuthError("unsupported_response_type", "response_type must be code"));
    }
    if (query.get("state").isEmpty()) {
      return Optional.of(OAuthError.invalidRequest("state is missing"));
    }
    if (asked.scopes().stream().anyMatch(scope -> scope.contains("invalid"))) {
      return Optional.of(new OAuthError("invalid_scope", "there is no such scope"));
    }
    return proofKeyFault(asked).or(() -> parameterFault(asked));
  }

  private static Optional<OAuthError> proofKeyFault(Asked asked) {
    Optional<String> challenge = asked.query().get("code_challenge");
    boolean isWellFormed =
        challenge.filter(text -> CHALLENGE.matcher(text).matches()).isPresent()
            && asked.query().get("code_challenge_method").equals(Optional.of("S256"));
    boolean isWrong =
        switch (asked.mode().pkce()) {
          case NONE -> false;
          case OPTIONAL -> challenge.isPresent() && !isWellFormed;
          case REQUIRED -> !isWellFormed;
        };
    return isWrong
        ? Optional.of(OAuthError.invalidRequest("code_challenge must be there, by S256"))
        : Optional.empty();
  }

  private static Optional<OAuthError> parameterFault(Asked asked) {
    for (Map.Entry<String, String> wanted : asked.mode().authorizationParameters().entrySet()) {
      Optional<String> given = asked.query().get(wanted.getKey());
      boolean isGiven =
          given.isPresent() && Template.of(wanted.getValue(), ".+").values(given.get()).isPresent();
      if (!isGiven) {
        return Optional.of(
            OAuthError.invalidRequest(wanted.getKey() + " must be " + wanted.getValue()));
      }
    }
    return Optional.empty();
  }

  private static boolean isAbsolute(String redirectUri) {
    try {
      URI uri = new URI(redirectUri);
      return uri.getHost() != null
          && ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))
          && uri.getRawFragment() == null;
    } catch (URISyntaxException notOne) {
      return false;
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
