package wasl.oauth;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import wasl.access.Project;
import wasl.connection.Integration;
import wasl.id.Ids;
import wasl.manifest.Manifest;
import wasl.manifest.Manifest.LocalText;
import wasl.manifest.OauthSpec.Pkce;
import wasl.vault.Secret;
import wasl.vault.Vault;
import wasl.web.Headers;
import wasl.web.UrlParameters;

/// Opens connect sessions: shows a browser where it is about to go, and sends it there with an
/// authorization request (RFC 6749, section 4.1.1).
public final class Authorizations {
  private final ConnectFlow flow;
  private final ConnectDirectory directory;
  private final AuthModes modes;
  private final Vault vault;
  private final UnaryOperator<URI> forBrowser;
  private final InstantSource clock;
  private final RandomGenerator random;

  /// @param forBrowser where a browser finds what stands at a provider's URL
  public Authorizations(
      ConnectFlow flow,
      ConnectDirectory directory,
      AuthModes modes,
      Vault vault,
      UnaryOperator<URI> forBrowser,
      InstantSource clock,
      RandomGenerator random) {
    this.flow = flow;
    this.directory = directory;
    this.modes = modes;
    this.vault = vault;
    this.forBrowser = forBrowser;
    this.clock = clock;
    this.random = random;
  }

  /// What came of a browser's visit.
  public sealed interface Opened {}

  /// The way on, by a page that says where it leads, or at once.
  ///
  /// @param page whether a page is to be shown
  /// @param provider its name
  /// @param scopes that are asked for
  /// @param url the authorization request, state and all
  /// @param cookies that the browser must keep to come back
  public record Onward(
      boolean page,
      String project,
      LocalText provider,
      List<String> scopes,
      Secret url,
      List<SetCookie> cookies)
      implements Opened {
    public Onward {
      scopes = List.copyOf(scopes);
      cookies = List.copyOf(cookies);
    }
  }

  public enum Refused implements Opened {
    /// There is no such session, or its time is over, or a connection came of it.
    SESSION_OVER,
    /// Another browser has opened it.
    OTHER_BROWSER,
    /// Its project or integration has gone, or lacks what it had.
    NOT_CONNECTABLE
  }

  /// All that the page names, found.
  private record Subject(
      Project project, Manifest manifest, Integration integration, CodeModes.Ready mode) {}

  /// @param rawQuery of the browser's request, undecoded
  /// @param headers of the browser's request
  /// @param baseUrl where this API is reached, without a slash at its end
  public Opened open(String rawQuery, Headers headers, String baseUrl) {
    var now = Instant.ofEpochMilli(clock.millis());
    var found =
        QueryParameters.read(rawQuery)
            .text("session")
            .filter(text -> Ids.isOne(ConnectSessionId.PREFIX, text))
            .flatMap(text -> flow.session(new ConnectSessionId(text)))
            .filter(session -> session.isOpen(now));
    if (found.isEmpty()) {
      return Refused.SESSION_OVER;
    }
    var subject = subject(found.get());
    if (subject.isEmpty()) {
      return Refused.NOT_CONNECTABLE;
    }
    var cookies = BrowserCookies.at(baseUrl);
    var bound = bind(found.get(), cookies, headers, now);
    return bound.isPresent()
        ? onward(found.get(), subject.get(), cookies, bound.get(), baseUrl, now)
        : Refused.OTHER_BROWSER;
  }

  private Optional<Subject> subject(ConnectSession session) {
    return directory
        .integration(session.tenant(), session.integration())
        .flatMap(integration ->
            new CodeModes(modes).of(integration) instanceof CodeModes.Ready mode
                ? directory
                    .project(session.tenant().project())
                    .flatMap(project ->
                        modes
                            .manifest(integration)
                            .map(manifest -> new Subject(project, manifest, integration, mode)))
                : Optional.empty());
  }

  /// The cookies to set if the session is this browser's, which it becomes by being opened first.
  private Optional<List<SetCookie>> bind(
      ConnectSession session, BrowserCookies cookies, Headers headers, Instant now) {
    var name = Unguessable.hash(session.id().value());
    if (session.browser().isPresent()) {
      return cookies.isKept(headers, name, session.browser().get())
          ? Optional.of(List.of())
          : Optional.empty();
    }
    var mark = Unguessable.next(random);
    return flow.bind(session, Unguessable.hash(mark), now)
        ? Optional.of(List.of(cookies.set(name, mark, Duration.between(now, session.expiresAt()))))
        : Optional.empty();
  }

  private Onward onward(
      ConnectSession session,
      Subject subject,
      BrowserCookies cookies,
      List<SetCookie> bound,
      String baseUrl,
      Instant now) {
    var mode = subject.mode();
    var scopes = subject.integration().scopes();
    var state = Unguessable.next(random);
    var mark = Unguessable.next(random);
    var hash = Unguessable.hash(state);
    var pkce =
        mode.spec().pkce() == Pkce.NONE
            ? Optional.<CodeVerifier>empty()
            : Optional.of(CodeVerifier.next(random));
    var redirectUri = baseUrl + "/oauth/callback";
    flow.create(
        new OauthState(
            session.tenant(),
            hash,
            session.id(),
            Unguessable.hash(mark),
            mode.mode().name(),
            mode.fingerprint(),
            scopes,
            redirectUri,
            pkce.map(
                each -> vault.seal(OauthState.verifierPlace(session.tenant(), hash), each.text())),
            now.plus(OauthState.LIFE),
            false));
    var all = new ArrayList<>(bound);
    all.add(cookies.set(hash, mark, OauthState.LIFE));
    return new Onward(
        AuthModes.config(subject.integration()).flag("consentPage", true),
        subject.project().name(),
        subject.manifest().name(),
        scopes,
        request(mode, scopes, redirectUri, state, pkce),
        all);
  }

  private Secret request(
      CodeModes.Ready mode,
      List<String> scopes,
      String redirectUri,
      Secret state,
      Optional<CodeVerifier> pkce) {
    var parameters = new LinkedHashMap<String, String>();
    parameters.put("response_type", "code");
    parameters.put("client_id", mode.clientId());
    parameters.put("redirect_uri", redirectUri);
    if (!scopes.isEmpty()) {
      parameters.put("scope", String.join(mode.spec().scopeSeparator(), scopes));
    }
    parameters.put("state", state.reveal());
    pkce.ifPresent(each -> parameters.putAll(each.parameters()));
    // What is said above is not another's to say.
    mode.spec().authorizationParameters().forEach(parameters::putIfAbsent);
    var page = forBrowser.apply(URI.create(mode.authorizationUrl())).toString();
    return Secret.of(UrlParameters.with(page, parameters));
  }
}
