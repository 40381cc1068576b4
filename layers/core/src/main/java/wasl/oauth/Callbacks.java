package wasl.oauth;

import java.net.URI;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import wasl.access.Cause;
import wasl.connection.ConnectionId;
import wasl.connection.Integration;
import wasl.connection.Integrations;
import wasl.connection.RedirectUrl;
import wasl.oauth.CodeExchange.Granted;
import wasl.oauth.Placing.Placed;
import wasl.provider.ErrorWords;
import wasl.vault.Vault;
import wasl.web.Headers;
import wasl.web.UrlParameters;

/// Takes browsers back from their providers, and keeps what these gave.
///
/// In this order: the state is known, the cookie matches, the state is consumed, the token call.
/// Whatever fails before the state is consumed leaves it as it was, so that nobody but the browser
/// that was sent off can use it up.
public final class Callbacks {
  private final ConnectFlow flow;
  private final ConnectDirectory directory;
  private final CodeModes modes;
  private final CodeExchange exchange;
  private final Placing placing;
  private final Vault vault;
  private final InstantSource clock;
  private final RandomGenerator random;

  public Callbacks(
      ConnectFlow flow,
      ConnectDirectory directory,
      AuthModes modes,
      CodeExchange exchange,
      Placing placing,
      Vault vault,
      InstantSource clock,
      RandomGenerator random) {
    this.flow = flow;
    this.directory = directory;
    this.modes = new CodeModes(modes);
    this.exchange = exchange;
    this.placing = placing;
    this.vault = vault;
    this.clock = clock;
    this.random = random;
  }

  /// What came of a browser's return.
  public sealed interface Returned {}

  /// @param redirectTo where the browser goes on; empty for a page of ours
  /// @param forget the cookie that it needs no more
  public record Connected(ConnectionId connection, Optional<String> redirectTo, SetCookie forget)
      implements Returned {}

  /// The state was consumed, and nothing was stored.
  ///
  /// @param error a code: the provider's, or one of ours
  public record Failed(String error, Optional<String> redirectTo, SetCookie forget)
      implements Returned {}

  /// Nothing was consumed.
  public enum Refused implements Returned {
    /// Nobody was sent off with this state, or too long ago, or it was used.
    STATE_UNKNOWN,
    /// Another browser was sent off with it.
    OTHER_BROWSER
  }

  /// A state that was consumed by this call, and what belongs to it.
  private record Turn(
      ConnectSession session, OauthState state, QueryParameters redirected, Cause cause) {}

  /// @param rawQuery of the redirect, undecoded
  /// @param headers of the browser's request
  /// @param requestId of this call
  public Returned answer(String rawQuery, Headers headers, String requestId) {
    var now = clock.instant();
    var redirected = QueryParameters.read(rawQuery);
    var state =
        redirected
            .text("state")
            .flatMap(text -> flow.state(Unguessable.hash(text)))
            .filter(found -> found.isOpen(now));
    var session =
        state.flatMap(found -> flow.session(found.session())).filter(found -> !found.ended());
    if (state.isEmpty() || session.isEmpty()) {
      return Refused.STATE_UNKNOWN;
    }
    var cookies = BrowserCookies.at(state.get().redirectUri());
    if (!cookies.isKept(headers, state.get().hash(), state.get().browser())) {
      return Refused.OTHER_BROWSER;
    }
    if (!flow.consume(state.get(), Unguessable.next(random).reveal(), now)) {
      return Refused.STATE_UNKNOWN;
    }
    var turn = new Turn(session.get(), state.get(), redirected, Cause.browser(requestId));
    return returned(turn, cookies.forget(state.get().hash()));
  }

  private Returned returned(Turn turn, SetCookie forget) {
    var integration = directory.integration(turn.session().tenant(), turn.session().integration());
    var outcome =
        integration
            .map(found -> outcome(turn, found))
            .orElseGet(() -> Placed.refused("integration_gone"));
    // What is not on the list any more is no place to send anyone.
    var back =
        turn.session()
            .redirectUrl()
            .filter(url ->
                integration
                    .filter(found -> RedirectUrl.isAmong(found.redirectUrls(), url))
                    .isPresent());
    return switch (outcome) {
      case Placed.Kept(var connection) ->
          new Connected(
              connection,
              back.map(url -> with(url, Map.of("connection", connection.value()))),
              forget);
      case Placed.NotKept(var error, var description) -> {
        var parameters = new LinkedHashMap<String, String>();
        parameters.put("error", error);
        description.ifPresent(line -> parameters.put("error_description", line));
        yield new Failed(error, back.map(url -> with(url, parameters)), forget);
      }
    };
  }

  private static String with(String url, Map<String, String> parameters) {
    return UrlParameters.with(URI.create(url).toASCIIString(), parameters);
  }

  private Placed outcome(Turn turn, Integration integration) {
    var refused = turn.redirected().text("error");
    if (refused.isPresent()) {
      return new Placed.NotKept(
          ErrorWords.code(refused.get()),
          turn.redirected().text("error_description").map(ErrorWords::line));
    }
    var code = turn.redirected().secret("code");
    if (code.isEmpty()) {
      return Placed.refused(CodeExchange.Failed.PROVIDER_ANSWER_INVALID);
    }
    var mode =
        modes
            .named(integration, turn.state().auth())
            .filter(found -> found.fingerprint().equals(turn.state().client()));
    if (mode.isEmpty()) {
      return Placed.refused(Integrations.INTEGRATION_CHANGED);
    }
    var place = OauthState.verifierPlace(turn.state().tenant(), turn.state().hash());
    var given =
        new CodeExchange.Code(
            code.get(),
            turn.state().verifier().map(sealed -> vault.open(place, sealed)),
            turn.state().redirectUri(),
            turn.state().scopes(),
            mode.get().spec().accountParameter().flatMap(turn.redirected()::text));
    return switch (exchange.exchange(integration, mode.get(), given)) {
      case CodeExchange.Failed(var error, var description) ->
          new Placed.NotKept(error, description);
      case Granted granted ->
          placing.place(
              new Placing.Wish(turn.session(), turn.state(), integration, mode.get(), granted),
              turn.cause());
    };
  }
}
