package wasl.function.oauthcallback;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import wasl.access.ChangeMark;
import wasl.access.Environment;
import wasl.access.Project;
import wasl.access.ProjectId;
import wasl.access.Tenant;
import wasl.aws.HttpEdge;
import wasl.aws.Log;
import wasl.connection.Integration;
import wasl.connection.IntegrationId;
import wasl.connection.Mode;
import wasl.egress.Egress;
import wasl.egress.EgressRequest;
import wasl.egress.EgressResult;
import wasl.egress.EgressUrl;
import wasl.id.Ids;
import wasl.oauth.Authorizations;
import wasl.oauth.ConnectDirectory;
import wasl.oauth.ConnectFlow;
import wasl.oauth.ConnectSession;
import wasl.oauth.ConnectSessionId;
import wasl.oauth.OauthState;
import wasl.oauth.SetCookie;
import wasl.vault.DataKey;
import wasl.vault.DataKeys;
import wasl.vault.KeyId;
import wasl.vault.Secret;
import wasl.vault.Vault;
import wasl.web.Headers;

/// A session of a project that does not exist, with a provider that does not either, and all that
/// it takes to walk the road with them to its end: where nothing is stored, since neither is there.
final class Prime implements ConnectFlow, ConnectDirectory, DataKeys, Egress {
  private static final int ROUNDS = 30;
  private static final byte[] TOKEN =
      "{\"access_token\":\"prime\",\"refresh_token\":\"prime\",\"expires_in\":3600,\"scope\":\"a\"}"
          .getBytes(StandardCharsets.UTF_8);

  private final DataKey key;
  private final Instant now;
  private final Project project;
  private final ConnectSession session;
  private final Integration integration;
  private @Nullable OauthState state;

  /// @param dataKey 32 bytes, for this alone
  Prime(byte[] dataKey, Instant now, RandomGenerator random) {
    this.key = new DataKey(new KeyId(new byte[KeyId.BYTES]), Secret.of(dataKey));
    this.now = now;
    project = new Project(new ProjectId(nobodys(ProjectId.PREFIX)), "prime", now);
    var tenant = new Tenant(project.id(), Environment.DEV);
    var id = new IntegrationId("prime");
    session =
        new ConnectSession(
            tenant,
            new ConnectSessionId(nobodys(ConnectSessionId.PREFIX)),
            id,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            now,
            now.plus(ConnectSession.LIFE),
            Optional.empty(),
            false);
    integration =
        new Integration(
            tenant,
            id,
            "oauth2",
            Mode.SANDBOX,
            Optional.of("prime"),
            Optional.of(
                new Vault(this, random)
                    .seal(Integration.clientSecretPlace(tenant, id), Secret.of("prime"))),
            Optional.empty(),
            List.of(),
            List.of("a"),
            List.of(),
            Optional.of(
                "{\"authorizationUrl\":\"https://prime.invalid/a\","
                    + "\"tokenUrl\":\"https://prime.invalid/t\"}"),
            now,
            now,
            1);
  }

  private static String nobodys(String prefix) {
    return Ids.of(prefix, Instant.EPOCH, new byte[16]);
  }

  /// Reads what is not there, and writes it on a condition that does not hold.
  void look(ConnectFlow stored) {
    stored.session(session.id());
    stored.state("prime");
    stored.bind(session, "prime", now);
  }

  /// Calls an address that no call may go to: all is loaded that a real one needs.
  void look(Egress egress) {
    egress.send(
        new EgressRequest(
            "POST",
            new EgressUrl(URI.create("https://127.0.0.1:9/")),
            Map.of(),
            new byte[0],
            Duration.ofSeconds(2)));
  }

  /// @param road over this
  void walk(ConnectRoad road) throws IOException {
    var handler = new Handler(road, silent());
    for (int round = 0; round < ROUNDS; round++) {
      var visit = event("/oauth/authorize", "session=" + session.id(), "");
      handler.answer(new ByteArrayInputStream(visit), OutputStream.nullOutputStream());
      var opened = road.authorize(HttpEdge.read(new ByteArrayInputStream(visit)));
      if (opened instanceof Authorizations.Onward onward) {
        handler.answer(new ByteArrayInputStream(back(onward)), OutputStream.nullOutputStream());
      }
    }
  }

  private static byte[] back(Authorizations.Onward onward) {
    var url = onward.url().reveal();
    int begin = url.indexOf("state=");
    int end = url.indexOf('&', begin);
    var state = url.substring(begin, end < 0 ? url.length() : end);
    var cookies =
        onward.cookies().stream()
            .map(SetCookie::header)
            .map(header -> header.substring(0, header.indexOf(';')))
            .collect(Collectors.joining("; "));
    return event("/oauth/callback", "code=prime&" + state, cookies);
  }

  private static byte[] event(String path, String query, String cookies) {
    return ("{\"version\":\"2.0\",\"rawPath\":\"%s\",\"rawQueryString\":\"%s\","
            + "\"headers\":{\"accept-language\":\"ar,en;q=0.5\",\"cookie\":\"%s\"},"
            + "\"requestContext\":{\"requestId\":\"prime\",\"domainName\":\"prime.invalid\","
            + "\"http\":{\"method\":\"GET\"}},\"isBase64Encoded\":false}")
        .formatted(path, query, cookies)
        .getBytes(StandardCharsets.UTF_8);
  }

  private Log silent() {
    return new Log(
        "prime",
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
        InstantSource.fixed(now));
  }

  @Override
  public Optional<Project> project(ProjectId id) {
    return Optional.of(project);
  }

  @Override
  public Optional<Integration> integration(Tenant tenant, IntegrationId id) {
    return Optional.of(integration);
  }

  @Override
  public void create(ConnectSession unused, ChangeMark change) {
    throw new UnsupportedOperationException("sessions come of the management API");
  }

  @Override
  public Optional<ConnectSession> session(ConnectSessionId id) {
    return Optional.of(session);
  }

  @Override
  public boolean bind(ConnectSession opened, String browser, Instant at) {
    return true;
  }

  @Override
  public void create(OauthState made) {
    state = made;
  }

  @Override
  public Optional<OauthState> state(String hash) {
    return Optional.ofNullable(state);
  }

  @Override
  public boolean consume(OauthState found, String owner, Instant at) {
    return true;
  }

  @Override
  public EgressResult send(EgressRequest request) {
    return new EgressResult.Answered(
        200, new Headers(Map.of("content-type", "application/json")), TOKEN, true);
  }

  @Override
  public DataKey current(Tenant tenant) {
    return key;
  }

  @Override
  public DataKey byId(Tenant tenant, KeyId id) {
    return key;
  }
}
