package wasl.local.simulator;

import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import wasl.local.simulator.AuthMode.ClientAuth;
import wasl.local.simulator.Client.Proven;
import wasl.local.simulator.Client.Unproven;
import wasl.local.simulator.Grants.Given;
import wasl.local.simulator.Grants.Redeemed;
import wasl.local.simulator.Grants.Refused;
import wasl.local.simulator.Tokens.Terms;
import wasl.web.Response;

/// Gives tokens for codes, refresh tokens, a client's own word, and assertions (RFC 6749, section
/// 3.2; RFC 7523).
final class TokenEndpoint {
  /// The account of who is not asked, as at a consent page whose field was left as it was.
  static final String USUAL_ACCOUNT = "acct_1";

  private final Grants grants;
  private final Keys keys;
  private final Client clients;
  private final Memory memory;
  private final InstantSource clock;

  TokenEndpoint(Grants grants, Keys keys, Memory memory, InstantSource clock) {
    this.grants = grants;
    this.keys = keys;
    this.clients = new Client(keys);
    this.memory = memory;
    this.clock = clock;
  }

  private sealed interface Result {}

  private record Granted(AuthMode mode, Tokens tokens) implements Result {}

  private record Denied(AuthMode mode, OAuthError error) implements Result {}

  /// A token call whose grant type the provider knows.
  ///
  /// @param modes those that it may be of; at least one
  private record Asked(
      Call call, Parameters fields, String grantType, List<AuthMode> modes, int length) {
    AuthMode mode() {
      return modes.getFirst();
    }

    Asked of(Grant grant) {
      List<AuthMode> its = modes.stream().filter(mode -> mode.key().equals(grant.mode())).toList();
      return its.isEmpty() ? this : new Asked(call, fields, grantType, its, length);
    }

    boolean isOf(Grant grant) {
      return modes.stream()
          .anyMatch(
              mode -> mode.key().equals(grant.mode()) && mode.part().id().equals(grant.part()));
    }

    Denied denied(OAuthError error) {
      return new Denied(mode(), error);
    }
  }

  /// @param length of the access token at least, in characters
  Response answer(Call call, Endpoint.Token endpoint, int length) {
    return switch (result(call, endpoint, length)) {
      case Granted(AuthMode mode, Tokens tokens) ->
          TokenAnswer.of(mode, tokens, memory.read(world -> world.behavior(mode.part())), call);
      case Denied(AuthMode mode, OAuthError error) -> error.response(mode, call);
    };
  }

  private Result result(Call call, Endpoint.Token endpoint, int length) {
    AuthMode first = endpoint.modes().getFirst();
    Parameters fields = call.fields();
    if (!fields.repeated().isEmpty()) {
      return new Denied(
          first, OAuthError.invalidRequest(fields.repeated().getFirst() + " stands twice"));
    }
    Optional<String> grantType = fields.get("grant_type");
    if (grantType.isEmpty()) {
      return new Denied(first, OAuthError.invalidRequest("grant_type is missing"));
    }
    List<AuthMode> modes =
        endpoint.modes().stream().filter(mode -> mode.takes(grantType.get())).toList();
    if (modes.isEmpty()) {
      return new Denied(
          first, new OAuthError("unsupported_grant_type", "not at this provider's token endpoint"));
    }
    Asked asked = new Asked(call, fields, grantType.get(), modes, length);
    return switch (grantType.get()) {
      case AuthMode.CODE -> code(asked);
      case AuthMode.REFRESH -> refresh(asked);
      case AuthMode.JWT_BEARER -> assertion(asked);
      default -> client(asked);
    };
  }

  private Result code(Asked any) {
    Optional<String> code = any.fields().get("code");
    if (code.isEmpty()) {
      return any.denied(OAuthError.invalidRequest("code is missing"));
    }
    Optional<Grant> grant = grants.ofCode(code.get());
    Asked asked = grant.map(any::of).orElse(any);
    Optional<OAuthError> fault = formFault(asked).or(() -> parameterFault(asked));
    if (fault.isPresent()) {
      return asked.denied(fault.get());
    }
    if (grant.isPresent() && !asked.isOf(grant.get())) {
      return asked.denied(OAuthError.invalidGrant("the code is another provider's"));
    }
    return switch (clients.of(asked.call(), asked.mode())) {
      case Unproven(String why) -> asked.denied(OAuthError.invalidClient(why));
      case Proven(String id, boolean isConfidential) ->
          redeemed(
              asked,
              grants.redeem(
                  code.get(),
                  id,
                  isConfidential,
                  asked.fields().get("redirect_uri"),
                  proofKey(asked),
                  terms(asked)));
    };
  }

  // A provider that does not know proof keys takes no notice of one.
  private static Optional<String> proofKey(Asked asked) {
    return asked.mode().pkce() == AuthMode.Pkce.NONE
        ? Optional.empty()
        : asked.fields().get("code_verifier");
  }

  private Result refresh(Asked any) {
    Optional<String> token = any.fields().get("refresh_token");
    if (token.isEmpty()) {
      return any.denied(OAuthError.invalidRequest("refresh_token is missing"));
    }
    Optional<Grant> grant = grants.ofRefreshToken(token.get());
    Asked asked = grant.map(any::of).orElse(any);
    Optional<OAuthError> fault = formFault(asked);
    if (fault.isPresent()) {
      return asked.denied(fault.get());
    }
    if (grant.isPresent() && !asked.isOf(grant.get())) {
      return asked.denied(
          OAuthError.deadRefreshToken(asked.mode(), "the refresh token is another provider's"));
    }
    if (keys.isRefused(asked.mode().part(), token.get())) {
      return asked.denied(OAuthError.deadRefreshToken(asked.mode(), "by order of the control API"));
    }
    return switch (clients.of(asked.call(), asked.mode())) {
      case Unproven(String why) -> asked.denied(OAuthError.invalidClient(why));
      case Proven(String id, _) -> {
        if (grant.isEmpty() && isPlausible(asked.mode().part(), token.get())) {
          grants.adopt(token.get(), newGrant(asked, id, USUAL_ACCOUNT, List.of()));
        }
        List<String> scopes =
            asked.fields().get("scope").map(asked.mode()::scopes).orElse(List.of());
        yield switch (grants.refresh(token.get(), id, scopes, terms(asked))) {
          case Given(Tokens tokens) -> new Granted(asked.mode(), tokens);
          case Refused(String why) -> asked.denied(OAuthError.deadRefreshToken(asked.mode(), why));
        };
      }
    };
  }

  private boolean isPlausible(Part part, String token) {
    return !Grants.looksLikeRefreshToken(token) && keys.isGood(part, token);
  }

  private Result client(Asked asked) {
    Optional<OAuthError> fault = formFault(asked).or(() -> parameterFault(asked));
    if (fault.isPresent()) {
      return asked.denied(fault.get());
    }
    return switch (clients.of(asked.call(), asked.mode())) {
      case Unproven(String why) -> asked.denied(OAuthError.invalidClient(why));
      case Proven(String id, boolean isConfidential) ->
          isConfidential
              ? granted(
                  asked, id, Keys.account(asked.mode().part(), id), asked.fields().get("scope"))
              : asked.denied(OAuthError.invalidClient("this grant needs the client's secret"));
    };
  }

  private Result assertion(Asked asked) {
    Optional<OAuthError> fault = formFault(asked).or(() -> parameterFault(asked));
    if (fault.isPresent()) {
      return asked.denied(fault.get());
    }
    AuthMode mode = asked.mode();
    // The assertion names the client; a further proof is the exception.
    if (mode.facts().has("clientAuth")
        && mode.clientAuth() != ClientAuth.NONE
        && clients.of(asked.call(), mode) instanceof Unproven(String why)) {
      return asked.denied(OAuthError.invalidClient(why));
    }
    Optional<Jwt> jwt = asked.fields().get("assertion").flatMap(Jwt::read);
    if (jwt.isEmpty()) {
      return asked.denied(OAuthError.invalidGrant("assertion is no signed JWT"));
    }
    Optional<String> wrong =
        jwt.get()
            .fault(mode.facts(), clock.instant())
            .or(() -> audienceFault(mode, jwt.get().audience()));
    if (wrong.isPresent()) {
      return asked.denied(OAuthError.invalidGrant(wrong.get()));
    }
    String issuer = jwt.get().issuer();
    if (!keys.isGood(mode.part(), issuer)) {
      return asked.denied(OAuthError.invalidGrant("the issuer is not known"));
    }
    String subject = jwt.get().subject();
    boolean isIssuers =
        mode.facts().text("issuer", "").equals("{" + mode.facts().text("accountField", "") + "}");
    String account = isIssuers || subject.isEmpty() ? issuer : subject;
    return granted(asked, issuer, account, jwt.get().scope());
  }

  private static Optional<String> audienceFault(AuthMode mode, String audience) {
    if (audience.isBlank()) {
      return Optional.of("the JWT has no aud");
    }
    List<String> wanted =
        mode.facts().has("audience")
            ? mode.facts().texts("audience")
            : List.copyOf(mode.everySide("tokenUrl"));
    return wanted.stream().anyMatch(text -> Template.of(text, ".+").values(audience).isPresent())
        ? Optional.empty()
        : Optional.of("the JWT's aud must be " + String.join(" or ", wanted));
  }

  private Result granted(Asked asked, String client, String account, Optional<String> scope) {
    List<String> scopes = scope.map(asked.mode()::scopes).orElse(List.of());
    return new Granted(
        asked.mode(), grants.give(newGrant(asked, client, account, scopes), terms(asked)));
  }

  private Grant newGrant(Asked asked, String client, String account, List<String> scopes) {
    Behavior behavior = behavior(asked);
    return grants.grant(
        asked.mode(), client, behavior.account().orElse(account), behavior.granted(scopes));
  }

  private static Result redeemed(Asked asked, Redeemed redeemed) {
    return switch (redeemed) {
      case Given(Tokens tokens) -> new Granted(asked.mode(), tokens);
      case Refused(String why) -> asked.denied(OAuthError.invalidGrant(why));
    };
  }

  private static Optional<OAuthError> formFault(Asked asked) {
    boolean isRight =
        switch (asked.mode().bodyFormat()) {
          case "form" -> asked.call().isForm();
          case "json" -> asked.call().isJson();
          default -> true;
        };
    if (!isRight) {
      return Optional.of(
          OAuthError.invalidRequest("the body must be a " + asked.mode().bodyFormat()));
    }
    return asked.mode().tokenHeaders().entrySet().stream()
        .filter(wanted ->
            !asked.call().headers().get(wanted.getKey()).equals(Optional.of(wanted.getValue())))
        .findFirst()
        .map(wanted -> OAuthError.invalidRequest("the header " + wanted + " is missing"));
  }

  private static Optional<OAuthError> parameterFault(Asked asked) {
    for (Map.Entry<String, String> wanted : asked.mode().tokenParameters().entrySet()) {
      Optional<String> given = asked.fields().get(wanted.getKey());
      boolean isGiven =
          given.isPresent() && Template.of(wanted.getValue(), ".+").values(given.get()).isPresent();
      if (!isGiven) {
        return Optional.of(
            OAuthError.invalidRequest(wanted.getKey() + " must be " + wanted.getValue()));
      }
    }
    return Optional.empty();
  }

  private Terms terms(Asked asked) {
    return Terms.of(asked.mode(), behavior(asked), asked.length());
  }

  private Behavior behavior(Asked asked) {
    return memory.read(world -> world.behavior(asked.mode().part()));
  }
}
