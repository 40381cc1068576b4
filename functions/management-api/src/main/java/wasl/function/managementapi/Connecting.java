package wasl.function.managementapi;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import wasl.connection.ConnectionId;
import wasl.connection.ConnectionStore;
import wasl.connection.Connections;
import wasl.connection.Connections.Authorized;
import wasl.connection.Connections.Kept;
import wasl.connection.Integration;
import wasl.function.managementapi.CredentialsInput.Code;
import wasl.function.managementapi.CredentialsInput.Filled;
import wasl.function.managementapi.CredentialsInput.Given;
import wasl.oauth.Admission;
import wasl.oauth.AuthModes;
import wasl.oauth.CodeExchange;
import wasl.oauth.CodeModes;
import wasl.web.ApiRequest;
import wasl.web.JsonInput;
import wasl.web.Problem;
import wasl.web.Result;

/// Makes connections of credentials that somebody has, once their provider has taken them.
final class Connecting {
  private static final Duration TRY_AGAIN = Duration.ofSeconds(30);

  private final Connections connections;
  private final AuthModes modes;
  private final Admission admission;
  private final CodeModes codeModes;
  private final CodeExchange exchange;
  private final InstantSource clock;

  Connecting(
      Connections connections,
      AuthModes modes,
      Admission admission,
      CodeModes codeModes,
      CodeExchange exchange,
      InstantSource clock) {
    this.connections = connections;
    this.modes = modes;
    this.admission = admission;
    this.codeModes = codeModes;
    this.exchange = exchange;
    this.clock = clock;
  }

  /// A connection as it is asked for.
  ///
  /// @param account as the caller names it
  record Wish(
      Integration integration,
      Optional<String> alias,
      Optional<String> account,
      List<String> tags,
      Given given) {}

  /// Reads what was given; its faults go into the input, and empty is only where there is one.
  Optional<Given> given(JsonInput input, Optional<Integration> integration) {
    var manifest = integration.flatMap(modes::manifest);
    if (integration.isPresent() && manifest.isEmpty()) {
      input.fault("integration", "its provider is not known any more");
    }
    if (manifest.isEmpty()) {
      CredentialsInput.ignore(input);
      return Optional.empty();
    }
    Optional<String> lacks =
        codeModes.of(integration.get()) instanceof CodeModes.Lacking(var what)
            ? Optional.of(what)
            : Optional.empty();
    return new CredentialsInput(
            input,
            manifest.get(),
            integration.get(),
            modes.of(integration.get()),
            lacks,
            clock.instant())
        .read();
  }

  /// Has the provider judge, and keeps what it takes. What cannot be kept anyway it is not asked
  /// about: a code is good for one call.
  Result<Kept> connect(ApiRequest request, Wish wish) {
    var id = connections.nextId();
    var before = connections.madeBefore(request.tenant(), id);
    if (before.isPresent()) {
      return Result.ok(new Kept(ConnectionStore.Written.DONE, before.get()));
    }
    if (wish.alias()
        .filter(name -> connections.isAliasTaken(wish.integration(), name))
        .isPresent()) {
      return Result.failed(ConnectionProblems.aliasTaken());
    }
    if (wish.account()
        .filter(name -> connections.isAccountTaken(wish.integration(), name))
        .isPresent()) {
      return Result.failed(ConnectionProblems.accountTaken());
    }
    return switch (wish.given()) {
      case Filled filled ->
          switch (admission.admit(wish.integration(), filled.auth(), filled.credentials())) {
            case Admission.Let(var authorized, var account) ->
                Result.ok(kept(request, id, wish, authorized, account));
            case Admission.Refused refused -> Result.failed(refused(filled, refused));
            case Admission.Undecided(var why, var retryAfter) ->
                Result.failed(Problem.providerUnavailable(why, retryAfter.orElse(TRY_AGAIN)));
          };
      case Code code -> exchanged(request, id, wish, code);
    };
  }

  private Result<Kept> exchanged(ApiRequest request, ConnectionId id, Wish wish, Code code) {
    if (!(codeModes.of(wish.integration()) instanceof CodeModes.Ready ready)) {
      throw new IllegalStateException("an integration lost its mode while it was asked for");
    }
    var asked =
        new CodeExchange.Code(
            code.code(),
            code.verifier(),
            code.redirectUri(),
            wish.integration().scopes(),
            Optional.empty());
    return switch (exchange.exchange(wish.integration(), ready, asked)) {
      case CodeExchange.Granted(var authorized, var account) ->
          Result.ok(kept(request, id, wish, authorized, account));
      case CodeExchange.Failed(var error, _) ->
          switch (error) {
            case CodeExchange.Failed.PROVIDER_UNAVAILABLE,
                CodeExchange.Failed.PROVIDER_ANSWER_INVALID ->
                Result.failed(Problem.providerUnavailable(error, TRY_AGAIN));
            case CodeExchange.Failed.WRONG_MODE ->
                Result.invalid(
                    "/credentials/code",
                    "is for the provider's other side: the integration is in "
                        + wish.integration().mode().wireName()
                        + " mode");
            case "invalid_client", "unauthorized_client" ->
                Result.invalid("/integration", clientRefused(error));
            default -> Result.invalid("/credentials/code", "was refused by the provider: " + error);
          };
    };
  }

  private static Problem refused(Filled filled, Admission.Refused refused) {
    Map<String, String> fields = refused.fields();
    return Problem.invalid(
        fields.isEmpty()
            ? List.of(new Problem.Fault("/integration", clientRefused(refused.why())))
            : fields.entrySet().stream()
                .map(field ->
                    new Problem.Fault(filled.place() + "/" + field.getKey(), field.getValue()))
                .toList());
  }

  private static String clientRefused(String why) {
    return why.equals(Admission.NOT_CONFIGURED)
        ? "has no tokenUrl in its config"
        : "its client was refused by the provider: " + why;
  }

  // An account that another connection stands for stays that one's: nobody asked for it here.
  private Kept kept(
      ApiRequest request,
      ConnectionId id,
      Wish wish,
      Authorized authorized,
      Optional<String> found) {
    var kept = create(request, id, wish, authorized, wish.account().or(() -> found));
    boolean uncalledFor =
        kept.written() == ConnectionStore.Written.ACCOUNT_TAKEN && wish.account().isEmpty();
    return uncalledFor ? create(request, id, wish, authorized, Optional.empty()) : kept;
  }

  private Kept create(
      ApiRequest request,
      ConnectionId id,
      Wish wish,
      Authorized authorized,
      Optional<String> account) {
    return connections.create(
        request.tenant(),
        id,
        new Connections.Wish(
            new ConnectionStore.Grounds(wish.integration(), Optional.empty()),
            wish.alias(),
            account,
            wish.tags(),
            authorized),
        request.cause());
  }
}
