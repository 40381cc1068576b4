package wasl.oauth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import wasl.access.Environment;
import wasl.access.ProjectId;
import wasl.access.Tenant;
import wasl.connection.Integration;
import wasl.connection.IntegrationId;
import wasl.connection.Mode;
import wasl.connection.RefreshPlan;
import wasl.egress.AddressRules;
import wasl.egress.HttpEgress;
import wasl.id.Ids;
import wasl.manifest.Catalog;
import wasl.manifest.Manifest.AuthMode;
import wasl.manifest.Node;
import wasl.oauth.CodeExchange.Exchanged;
import wasl.oauth.CodeExchange.Failed;
import wasl.oauth.CodeExchange.Granted;
import wasl.vault.DataKey;
import wasl.vault.DataKeys;
import wasl.vault.KeyId;
import wasl.vault.Secret;
import wasl.vault.Vault;

/// What a code becomes, whoever brought it.
@Timeout(30)
class CodeExchangeTest {
  private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");
  private static final Tenant TENANT =
      new Tenant(new ProjectId(Ids.next("prj_", NOW, new Random(1))), Environment.DEV);
  private static final String TOKEN = "\"access_token\":\"at\",\"expires_in\":3600";

  private final HttpEgress egress = new HttpEgress(AddressRules.parse("127.0.0.0/8"));
  private volatile String answer = "";
  private volatile AccountLookup.Answer whoami = AccountLookup.Other.NONE;
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            exchange.getRequestBody().readAllBytes();
            var bytes = answer.getBytes(UTF_8);
            exchange.getResponseHeaders().set("content-type", "application/json");
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
          }
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    egress.close();
  }

  private Exchanged exchange(String facts, String said, Optional<String> redirectsAccount)
      throws IOException {
    answer = "{" + said + "}";
    var url = "http://127.0.0.1:" + server.getAddress().getPort() + "/token";
    var all = "{\"tokenUrl\":\"" + url + "\"" + facts + "}";
    var mode =
        new AuthMode(
            "oauth2_authorization_code", List.of(), (Node.Fields) Node.json(all.getBytes(UTF_8)));
    var integration =
        new Integration(
            TENANT,
            new IntegrationId("acme"),
            "acme",
            Mode.LIVE,
            Optional.of("client"),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            List.of("read", "write"),
            List.of(),
            Optional.empty(),
            NOW,
            NOW,
            1);
    var code =
        new CodeExchange.Code(
            Secret.of("code"),
            Optional.empty(),
            "https://app.example/cb",
            List.of("read", "write"),
            redirectsAccount);
    var clock = InstantSource.fixed(NOW);
    return new CodeExchange(
            new AuthModes(new Catalog(new OneManifest())),
            new OauthClients(new Vault(new NoKeys(), new Random(2))),
            new TokenClient(egress, clock, new Random(1), Duration.ofSeconds(5)),
            (asked, in, credentials, atMost) -> whoami,
            new RefreshPlan(Duration.ofDays(7), new Random(3)),
            clock)
        .exchange(
            integration,
            new CodeModes.Ready(mode, OauthClients.spec(integration, mode), "client", url),
            code);
  }

  private Granted granted(String facts, String said, Optional<String> redirectsAccount)
      throws IOException {
    return (Granted) exchange(facts, said, redirectsAccount);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      textBlock =
          """
          T1, realm, me, T1
          -, realm, me, realm
          -, -, me, me
          -, -, -, -
          '', realm, -, realm
          """)
  void asks_the_answer_then_the_redirect_then_the_provider_whose_account_it_is(
      String answers, String redirects, String whoamis, String account) throws IOException {
    whoami = whoamis == null ? AccountLookup.Other.NONE : new AccountLookup.Known(whoamis);
    var said = answers == null ? TOKEN : TOKEN + ",\"team\":\"" + answers + "\"";

    assertThat(granted(",\"account\":\"team\"", said, Optional.ofNullable(redirects)).account())
        .isEqualTo(Optional.ofNullable(account));
  }

  @Test
  void keeps_no_grant_whose_account_could_not_be_asked_for() throws IOException {
    whoami = AccountLookup.Other.UNCLEAR;

    assertThat(exchange("", TOKEN, Optional.empty()))
        .isEqualTo(new Failed("provider_unavailable", Optional.empty()));
    assertThat(granted("", TOKEN, Optional.of("realm")).account()).contains("realm");
  }

  @Test
  void takes_no_account_that_is_no_name() throws IOException {
    var facts = ",\"account\":\"team\"";

    assertThat(granted(facts, TOKEN + ",\"team\":\"a\\nb\"", Optional.empty()).account()).isEmpty();
    assertThat(
            granted(facts, TOKEN + ",\"team\":\"" + "x".repeat(201) + "\"", Optional.empty())
                .account())
        .isEmpty();
  }

  @Test
  void plans_the_refresh_of_a_token_that_can_be_refreshed() throws IOException {
    var renewable = granted("", TOKEN + ",\"refresh_token\":\"rt\"", Optional.empty());
    var mortal = granted("", TOKEN, Optional.empty());

    // At its end less a quarter of an hour, a little earlier by chance.
    assertThat(renewable.authorized().upkeep().dueAt().orElseThrow())
        .isBetween(NOW.plusSeconds(3600 - 1080), NOW.plusSeconds(3600 - 900));
    // Then somebody has to say that it ended.
    assertThat(mortal.authorized().upkeep().dueAt()).contains(NOW.plusSeconds(3600));
    assertThat(mortal.authorized().auth()).isEqualTo("oauth2_authorization_code");
    assertThat(mortal.authorized().credentials().type()).isEqualTo("oauth2");
  }

  @Test
  void compares_what_was_granted_with_what_was_asked_for() throws IOException {
    var all = granted("", TOKEN + ",\"scope\":\"write read more\"", Optional.empty());
    var some = granted("", TOKEN + ",\"scope\":\"read\"", Optional.empty());
    var unsaid = granted("", TOKEN, Optional.empty());

    assertThat(all.authorized().statusReason()).isEmpty();
    assertThat(all.authorized().scopes()).containsExactly("write", "read", "more");
    assertThat(some.authorized().statusReason()).contains("scopes_missing");
    assertThat(unsaid.authorized().statusReason()).isEmpty();
    assertThat(unsaid.authorized().scopes()).containsExactly("read", "write");
  }

  @Test
  void counts_a_scope_that_goes_with_a_granted_one() throws IOException {
    var facts = ",\"scopeImplies\":{\"admin\":[\"write\"],\"write\":[\"read\"]}";

    var implied = granted(facts, TOKEN + ",\"scope\":\"admin\"", Optional.empty());
    var not = granted(facts, TOKEN + ",\"scope\":\"read\"", Optional.empty());

    assertThat(implied.authorized().statusReason()).isEmpty();
    assertThat(implied.authorized().scopes()).containsExactly("admin");
    assertThat(not.authorized().statusReason()).contains("scopes_missing");
  }

  @Test
  void says_what_went_wrong() throws IOException {
    assertThat(exchange("", "\"error\":\"invalid_grant\"", Optional.empty()))
        .isEqualTo(new Failed("invalid_grant", Optional.empty()));
    assertThat(exchange("", "\"ok\":false", Optional.empty()))
        .isEqualTo(new Failed("provider_answer_invalid", Optional.empty()));
    server.stop(0);
    assertThat(exchange("", "", Optional.empty()))
        .isEqualTo(new Failed("provider_unavailable", Optional.empty()));
  }

  @Test
  void keeps_no_token_of_the_providers_other_side() throws IOException {
    var sandbox = TOKEN.replace("\"at\"", "\"key_test_1\"");
    var live = TOKEN.replace("\"at\"", "\"key_live_1\"");

    assertThat(exchange("", sandbox, Optional.empty()))
        .isEqualTo(new Failed("wrong_mode", Optional.empty()));
    assertThat(exchange("", live, Optional.empty())).isInstanceOf(Granted.class);
  }

  @Test
  void shows_no_token_in_what_it_says_of_itself() throws IOException {
    var granted = granted("", TOKEN.replace("at", "t0ken"), Optional.empty());

    assertThat(granted.toString()).doesNotContain("t0ken");
    assertThat(Map.of("x", granted).toString()).doesNotContain("t0ken");
  }

  /// Of the one provider that there is: a key's prefix tells its side.
  private static final class OneManifest extends ClassLoader {
    private static final String ACME =
        """
        {"id": "acme", "name": {"en": "Acme", "ar": "أكمي"}, "description": {"en": "x", "ar": "x"},
         "category": "crm", "availability": "beta",
         "modes": {"sandbox": {"keyPrefixes": ["key_test_"]}, "live": {"keyPrefixes": ["key_live_"]}}}
        """;

    OneManifest() {
      super(null);
    }

    @Override
    public @Nullable InputStream getResourceAsStream(String name) {
      return name.equals("wasl/provider/acme/manifest.json")
          ? new ByteArrayInputStream(ACME.getBytes(UTF_8))
          : null;
    }
  }

  /// The client has no secret, so nothing is sealed.
  private static final class NoKeys implements DataKeys {
    @Override
    public DataKey current(Tenant tenant) {
      throw new AssertionError("nothing is sealed here");
    }

    @Override
    public DataKey byId(Tenant tenant, KeyId id) {
      throw new AssertionError("nothing is sealed here");
    }
  }
}
