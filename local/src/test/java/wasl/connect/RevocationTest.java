package wasl.connect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import wasl.access.Environment;
import wasl.access.ProjectId;
import wasl.access.Tenant;
import wasl.aws.SdkRequestSigner;
import wasl.connection.Credentials;
import wasl.connection.Integration;
import wasl.connection.IntegrationId;
import wasl.connection.Mode;
import wasl.connection.Token;
import wasl.egress.AddressRules;
import wasl.egress.Egress;
import wasl.egress.HttpEgress;
import wasl.egress.ProvidersAt;
import wasl.id.Ids;
import wasl.manifest.Catalog;
import wasl.oauth.AuthModes;
import wasl.oauth.OauthClients;
import wasl.oauth.TokenRevocation;
import wasl.oauth.TokenRevocation.Revoked;
import wasl.provider.ProviderCalls;
import wasl.vault.DataKey;
import wasl.vault.DataKeys;
import wasl.vault.KeyId;
import wasl.vault.Secret;
import wasl.vault.Vault;

/// How the catalogue's providers are given tokens back, from their manifests alone.
@Timeout(30)
class RevocationTest {
  private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");
  private static final Tenant TENANT =
      new Tenant(new ProjectId(Ids.next("prj_", NOW, new Random(1))), Environment.PROD);
  private static final IntegrationId ACME = new IntegrationId("acme");
  private static final String MODE = "oauth2_authorization_code";

  private final Vault vault = new Vault(new OneKey(), new Random(2));
  private final HttpEgress direct = new HttpEgress(AddressRules.parse("127.0.0.0/8"));
  private final List<String> seen = new CopyOnWriteArrayList<>();
  private volatile int status = 200;
  private HttpServer server;
  private TokenRevocation revocation;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            var body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            var authorization = exchange.getRequestHeaders().getFirst("authorization");
            seen.add(
                exchange.getRequestMethod()
                    + " "
                    + exchange.getRequestURI()
                    + " ["
                    + (authorization == null ? "" : authorization)
                    + "] "
                    + body.replaceAll("\\s", ""));
            exchange.sendResponseHeaders(status, -1);
          }
        });
    server.start();
    var at = ProvidersAt.parse("http://127.0.0.1:" + server.getAddress().getPort());
    revocation =
        new TokenRevocation(
            new AuthModes(new Catalog()),
            new OauthClients(vault),
            new ProviderCalls(new SdkRequestSigner(), InstantSource.fixed(NOW)),
            Egress.toProviders(direct, at),
            TokenRevocation.USUAL_DEADLINE);
  }

  @AfterEach
  void stop() {
    server.stop(0);
    direct.close();
  }

  private Integration integration(String provider, Optional<String> config) {
    return new Integration(
        TENANT,
        ACME,
        provider,
        Mode.LIVE,
        Optional.of("client"),
        Optional.of(vault.seal(Integration.clientSecretPlace(TENANT, ACME), Secret.of("secret"))),
        Optional.empty(),
        List.of(),
        List.of(),
        List.of(),
        config,
        NOW,
        NOW,
        1);
  }

  private static Credentials credentials(Optional<String> refreshToken, String obtainedFrom) {
    return new Credentials(
        "oauth2",
        Map.of(),
        Optional.of(
            new Token(
                Secret.of("a/t"),
                refreshToken.map(Secret::of),
                Optional.empty(),
                NOW,
                obtainedFrom,
                Optional.empty())));
  }

  private Revoked revoke(String provider) {
    return revocation.revoke(
        integration(provider, Optional.empty()),
        Mode.LIVE,
        MODE,
        credentials(Optional.of("rt"), "https://any.example"),
        Optional.of("acct_1"));
  }

  @Test
  void tells_google_by_rfc_7009_the_refresh_token_first() {
    assertThat(revoke("google")).isEqualTo(new Revoked.Done());
    assertThat(seen)
        .containsExactly(
            "POST /oauth2.googleapis.com/revoke [] token=rt&token_type_hint=refresh_token"
                + "&client_id=client&client_secret=secret",
            "POST /oauth2.googleapis.com/revoke [] token=a%2Ft&token_type_hint=access_token"
                + "&client_id=client&client_secret=secret");
  }

  @Test
  void tells_github_in_its_own_way() {
    assertThat(revoke("github")).isEqualTo(new Revoked.Done());
    assertThat(seen)
        .containsExactly(
            "DELETE /api.github.com/applications/client/token [Basic Y2xpZW50OnNlY3JldA==]"
                + " {\"access_token\":\"a/t\"}");
  }

  @Test
  void tells_slack_by_the_token_itself() {
    assertThat(revoke("slack")).isEqualTo(new Revoked.Done());
    assertThat(seen).containsExactly("POST /slack.com/api/auth.revoke [Bearer a/t] ");
  }

  @Test
  void cannot_tell_hubspot_without_the_refresh_token_that_it_asks_for() {
    var without =
        revocation.revoke(
            integration("hubspot", Optional.empty()),
            Mode.LIVE,
            MODE,
            credentials(Optional.empty(), "https://any.example"),
            Optional.empty());

    assertThat(without).isEqualTo(new Revoked.Failed("incomplete"));
    assertThat(seen).isEmpty();
    assertThat(revoke("hubspot")).isEqualTo(new Revoked.Done());
    assertThat(seen).containsExactly("DELETE /api.hubapi.com/oauth/v1/refresh-tokens/rt [] ");
  }

  @Test
  void tells_supabase_of_the_refresh_token_in_json() {
    assertThat(revoke("supabase")).isEqualTo(new Revoked.Done());
    assertThat(seen)
        .containsExactly(
            "POST /api.supabase.com/v1/oauth/revoke [] {\"refresh_token\":\"rt\","
                + "\"client_id\":\"client\",\"client_secret\":\"secret\"}");
  }

  @Test
  void gives_a_token_back_on_the_side_that_it_is_of() {
    var sided =
        new TokenRevocation(
            new AuthModes(new Catalog(new TwoSided())),
            new OauthClients(vault),
            new ProviderCalls(new SdkRequestSigner(), InstantSource.fixed(NOW)),
            Egress.toProviders(
                direct, ProvidersAt.parse("http://127.0.0.1:" + server.getAddress().getPort())),
            TokenRevocation.USUAL_DEADLINE);

    var revoked =
        sided.revoke(
            integration("two-sided", Optional.empty()),
            Mode.SANDBOX,
            MODE,
            credentials(Optional.empty(), "https://any.example"),
            Optional.empty());

    assertThat(revoked).isEqualTo(new Revoked.Done());
    assertThat(seen).containsExactly("POST /sandbox.example/revoke [Bearer a/t] ");
  }

  /// Of one provider, whose sandbox lives elsewhere.
  private static final class TwoSided extends ClassLoader {
    private static final String MANIFEST =
        """
        {"id": "two-sided", "name": {"en": "x", "ar": "x"}, "description": {"en": "x", "ar": "x"},
         "category": "crm", "availability": "beta",
         "modes": {"sandbox": {"baseUrls": {"api": "https://sandbox.example"}},
                   "live": {"baseUrls": {"api": "https://live.example"}}},
         "auth": [{"mode": "oauth2_authorization_code", "tokenUrl": "https://live.example/token",
                   "revocation": {"method": "POST", "path": "/revoke", "bearer": true}}]}
        """;

    TwoSided() {
      super(null);
    }

    @Override
    public @Nullable InputStream getResourceAsStream(String name) {
      return name.equals("wasl/provider/two-sided/manifest.json")
          ? new ByteArrayInputStream(MANIFEST.getBytes(UTF_8))
          : null;
    }
  }

  @Test
  void says_what_kept_it_from_giving_a_token_back() {
    status = 503;

    assertThat(revoke("google")).isEqualTo(new Revoked.Failed("http_503"));
    assertThat(seen).hasSize(1);
    server.stop(0);
    assertThat(revoke("slack")).isInstanceOf(Revoked.Failed.class);
  }

  @Test
  void gives_nothing_back_to_a_provider_that_takes_nothing() {
    assertThat(revoke("api-key")).isEqualTo(new Revoked.NotOffered());
    assertThat(revoke("no-such-provider")).isEqualTo(new Revoked.NotOffered());
    assertThat(
            revocation.revoke(
                integration("google", Optional.empty()),
                Mode.LIVE,
                MODE,
                new Credentials("api_key", Map.of("apiKey", Secret.of("k")), Optional.empty()),
                Optional.empty()))
        .isEqualTo(new Revoked.NotOffered());
  }

  @Test
  void tells_a_configured_host_only_of_tokens_that_came_from_it() {
    var config =
        Optional.of(
            "{\"authorizationUrl\":\"https://a.example/a\",\"tokenUrl\":\"https://a.example/t\","
                + "\"revocationUrl\":\"https://b.example/r\"}");
    var integration = integration("oauth2", config);
    var token = credentials(Optional.empty(), "https://a.example");

    assertThat(revocation.revoke(integration, Mode.LIVE, MODE, token, Optional.empty()))
        .isEqualTo(new Revoked.Failed("other_host"));
    assertThat(seen).isEmpty();
    var same = integration("oauth2", config.map(text -> text.replace("b.example", "a.example")));
    assertThat(revocation.revoke(same, Mode.LIVE, MODE, token, Optional.empty()))
        .isEqualTo(new Revoked.Done());
    assertThat(seen)
        .containsExactly(
            "POST /a.example/r [Basic Y2xpZW50OnNlY3JldA==]"
                + " token=a%2Ft&token_type_hint=access_token");
  }

  private static final class OneKey implements DataKeys {
    private final DataKey key = new DataKey(new KeyId(new byte[16]), Secret.of(new byte[32]));

    @Override
    public DataKey current(Tenant tenant) {
      return key;
    }

    @Override
    public DataKey byId(Tenant tenant, KeyId id) {
      return key;
    }
  }
}
