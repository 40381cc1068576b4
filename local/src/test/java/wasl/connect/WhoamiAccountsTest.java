package wasl.connect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
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
import wasl.oauth.AccountLookup;
import wasl.oauth.AccountLookup.Known;
import wasl.oauth.AccountLookup.Other;
import wasl.oauth.AuthModes;
import wasl.oauth.WhoamiAccounts;
import wasl.provider.CredentialCheck;
import wasl.provider.ProviderCalls;
import wasl.vault.Secret;

/// Whose account a fresh token is of, as the catalogue's providers say it.
@Timeout(30)
class WhoamiAccountsTest {
  private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");
  private static final Tenant TENANT =
      new Tenant(new ProjectId(Ids.next("prj_", NOW, new Random(1))), Environment.PROD);

  private final HttpEgress direct = new HttpEgress(AddressRules.parse("127.0.0.0/8"));
  private final AtomicInteger calls = new AtomicInteger();
  private volatile int status = 200;
  private volatile String body = "{}";
  private Duration left = Duration.ofSeconds(20);
  private HttpServer server;
  private WhoamiAccounts accounts;
  private AuthModes modes;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            calls.incrementAndGet();
            exchange.sendResponseHeaders(status, 0);
            exchange.getResponseBody().write(body.getBytes(UTF_8));
          }
        });
    server.start();
    var at = ProvidersAt.parse("http://127.0.0.1:" + server.getAddress().getPort());
    var clock = InstantSource.fixed(NOW);
    modes = new AuthModes(new Catalog());
    accounts =
        new WhoamiAccounts(
            modes,
            new CredentialCheck(
                Egress.toProviders(direct, at),
                new ProviderCalls(new SdkRequestSigner(), clock),
                clock,
                Duration.ofSeconds(5)));
  }

  @AfterEach
  void stop() {
    server.stop(0);
    direct.close();
  }

  private AccountLookup.Answer answer(String provider) {
    var integration =
        new Integration(
            TENANT,
            new IntegrationId("acme"),
            provider,
            Mode.LIVE,
            Optional.of("client"),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            List.of(),
            List.of(),
            Optional.empty(),
            NOW,
            NOW,
            1);
    var token =
        new Token(
            Secret.of("at"),
            Optional.empty(),
            Optional.empty(),
            NOW,
            "https://any.example",
            Optional.empty());
    return accounts.account(
        integration,
        modes.named(integration, "oauth2_authorization_code").orElseThrow(),
        new Credentials("oauth2", Map.of(), Optional.of(token)),
        left);
  }

  @Test
  void tells_an_account_from_none_and_none_from_a_provider_that_is_down() {
    body = "{\"sub\":\"1\"}";
    assertThat(answer("google")).isEqualTo(new Known("1"));
    body = "{}";
    assertThat(answer("google")).isEqualTo(Other.NONE);
    // The token is good, but not for this call.
    status = 403;
    assertThat(answer("google")).isEqualTo(Other.NONE);
    for (int down : new int[] {429, 500, 503}) {
      status = down;
      assertThat(answer("google")).as("%s", down).isEqualTo(Other.UNCLEAR);
    }
  }

  @Test
  void begins_no_call_that_nobody_could_wait_for() {
    left = Duration.ZERO;

    assertThat(answer("google")).isEqualTo(Other.UNCLEAR);
    assertThat(calls).hasValue(0);
  }

  @Test
  void asks_nobody_who_names_no_accounts() {
    status = 503;

    assertThat(answer("oauth2")).isEqualTo(Other.NONE);
    assertThat(calls).hasValue(0);
  }
}
