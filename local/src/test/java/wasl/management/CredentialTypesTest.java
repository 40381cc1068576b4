package wasl.management;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import wasl.connection.Connections;
import wasl.road.EmbeddedStack;

/// Connections made of credentials that somebody has: each type, taken by its provider, refused by
/// it, and while it does not answer.
@ExtendWith(EmbeddedStack.Shared.class)
class CredentialTypesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String KEY = pem("PRIVATE KEY", rsaKey());

  private EmbeddedStack stack;
  private ProvidersPlayed providers;
  private Api admin;

  @BeforeEach
  void start(EmbeddedStack shared) {
    stack = shared;
    providers = new ProvidersPlayed(shared.providers());
    admin = Api.on(shared).newProject("dev");
  }

  @AfterEach
  void end() {
    providers.close();
  }

  /// What a provider gets, and what the connection is afterwards.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          stripe     | {"type":"api_key","apiKey":"sk_test_good"}                            | healthy
          slack      | {"type":"api_key","apiKey":"xoxb-0123456789"}                         | healthy
          cloudflare | {"type":"api_key","apiKey":"a-token"}                                 | healthy
          cloudflare | {"type":"api_key","accountId":"0123456789abcdef0123456789abcdef","apiKey":"a-token"} | healthy
          tap        | {"type":"api_key","apiKey":"sk_test_good"}                            | healthy
          workos     | {"type":"api_key","apiKey":"sk_good"}                                 | healthy
          hubspot    | {"type":"api_key","apiKey":"pat-na1-0123456789"}                      | healthy
          supabase   | {"type":"api_key","apiKey":"sbp_0123456789"}                          | healthy
          supabase   | {"type":"api_key","project":"abc","apiKey":"sb_secret_0123456789"}    | unchecked
          paymob     | {"type":"api_key","region":"ksa","secretKey":"a-secret"}              | unchecked
          paymob     | {"type":"two_step","region":"ksa","apiKey":"a-key"}                   | healthy
          paymob     | {"type":"two_step","fields":{"region":"uae","apiKey":"a-key"}}        | healthy
          twilio     | {"type":"basic","username":"AC1","password":"p"}                      | healthy
          twilio     | {"type":"basic","accountSid":"AC1","username":"SK1","password":"p"}   | healthy
          basic      | {"type":"basic","username":"u"}                                       | unchecked
          basic      | {"type":"basic","password":"p"}                                       | unchecked
          slack      | {"type":"oauth2","accessToken":"xoxb-imported"}                       | healthy
          google     | {"type":"oauth2","accessToken":"ya29","refreshToken":"1//r","expiresIn":3599} | healthy
          xero       | {"type":"oauth2_client_credentials","clientId":"c","clientSecret":"s"} | healthy
          github     | {"type":"app_jwt","appId":"7","installationId":"42","privateKey":"KEY"} | healthy
          google     | {"type":"jwt_bearer","fields":{"clientEmail":"a@b.example","privateKey":"KEY"}} | healthy
          """)
  void is_stored_once_its_provider_took_it(String provider, String credentials, String health) {
    admin.put("/v1/integrations/it", "{\"provider\":\"" + provider + "\"}");

    var created = connect(credentials.replace("\"KEY\"", quoted(KEY)));

    assertThat(created.status()).as(created.json().toString()).isEqualTo(201);
    assertThat(created.text("/health")).isEqualTo(health);
    assertThat(created.text("/status")).isEqualTo("active");
    assertThat(admin.get("/v1/connections/" + created.text("/id")).json())
        .isEqualTo(created.json());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          stripe     | {"type":"api_key","apiKey":"sk_test_invalid"}                         | /credentials/apiKey
          slack      | {"type":"api_key","apiKey":"xoxb-invalid-12345"}                      | /credentials/apiKey
          slack      | {"type":"api_key","fields":{"apiKey":"xoxb-invalid-12345"}}           | /credentials/fields/apiKey
          cloudflare | {"type":"api_key","apiKey":"invalid"}                                 | /credentials/apiKey
          tap        | {"type":"api_key","apiKey":"sk_test_invalid"}                         | /credentials/apiKey
          twilio     | {"type":"basic","username":"AC1","password":"invalid"}                | /credentials/password
          paymob     | {"type":"two_step","fields":{"region":"ksa","apiKey":"invalid"}}      | /credentials/fields/apiKey
          slack      | {"type":"oauth2","accessToken":"xoxb-invalid"}                        | /credentials/accessToken
          xero       | {"type":"oauth2_client_credentials","clientId":"c","clientSecret":"invalid"} | /credentials/clientSecret
          github     | {"type":"app_jwt","appId":"invalid","installationId":"42","privateKey":"KEY"} | /credentials/privateKey
          google     | {"type":"jwt_bearer","clientEmail":"invalid@b.example","privateKey":"KEY"} | /credentials/privateKey
          """)
  void is_refused_by_its_field_and_nothing_is_stored(
      String provider, String credentials, String pointer) {
    admin.put("/v1/integrations/it", "{\"provider\":\"" + provider + "\"}");
    int before = items();

    var refused = connect(credentials.replace("\"KEY\"", quoted(KEY)));

    assertThat(refused.status()).as(refused.json().toString()).isEqualTo(422);
    assertThat(refused.pointers()).contains(pointer).allMatch(at -> at.startsWith("/credentials/"));
    assertThat(refused.text("/errors/0/detail")).startsWith("was refused by the provider: ");
    assertThat(refused.json().toString()).doesNotContain("xoxb-invalid").doesNotContain("PRIVATE");
    assertThat(items()).isEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          stripe | whoami | {"type":"api_key","apiKey":"sk_test_good"}
          slack  | whoami | {"type":"oauth2","accessToken":"xoxb-imported"}
          paymob | token  | {"type":"two_step","region":"ksa","apiKey":"a-key"}
          xero   | token  | {"type":"oauth2_client_credentials","clientId":"c","clientSecret":"s"}
          github | token  | {"type":"app_jwt","appId":"7","installationId":"42","privateKey":"KEY"}
          """)
  void is_not_stored_while_its_provider_does_not_say(
      String provider, String on, String credentials) {
    admin.put("/v1/integrations/it", "{\"provider\":\"" + provider + "\"}");
    int before = items();
    for (var kind :
        List.of(
            "\"kind\":\"status\",\"status\":503,\"retryAfter\":77",
            "\"kind\":\"status\",\"status\":429,\"retryAfter\":77",
            "\"kind\":\"close\"")) {
      providers.control(
          "POST",
          "/faults",
          "{\"provider\":\"%s\",\"on\":\"%s\",%s,\"times\":1}".formatted(provider, on, kind));

      var unsaid = connect(credentials.replace("\"KEY\"", quoted(KEY)));

      assertThat(unsaid.status()).as(unsaid.json().toString()).isEqualTo(503);
      assertThat(unsaid.text("/type")).endsWith("/provider-unavailable");
      assertThat(unsaid.headers().get("retry-after")).isEqualTo(kind.contains("77") ? "77" : "30");
      assertThat(items()).isEqualTo(before);
    }

    assertThat(connect(credentials.replace("\"KEY\"", quoted(KEY))).status()).isEqualTo(201);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          stripe | {"type":"basic"}                                   | /credentials/type
          stripe | {"type":"oauth2","accessToken":"a b","expiresIn":0,"x":1} | /credentials/accessToken /credentials/expiresIn /credentials/x
          stripe | {"type":"oauth2"}                                  | /credentials/accessToken
          stripe | {"type":"oauth2","accessToken":"sk_live_x"}        | /credentials/accessToken
          paymob | {"type":"api_key","region":"ksa","secretKey":"sau_sk_live_x"} | /credentials/secretKey
          stripe | {"type":"oauth2_code","code":"c"}                  | /credentials/redirectUri /integration
          stripe | {"type":"api_key","fields":{"apiKey":"sk_live_x","y":1},"z":2} | /credentials/fields/apiKey /credentials/fields/y /credentials/z
          paymob | {"type":"two_step","region":"evil","x":1}          | /credentials/region /credentials/apiKey /credentials/x
          paymob | {"type":"api_key","region":"ksa"}                  | /credentials/secretKey
          twilio | {"type":"basic","username":"XX","password":""}     | /credentials/username /credentials/password
          basic  | {"type":"basic"}                                   | /credentials/username
          xero   | {"type":"oauth2_client_credentials"}               | /credentials/clientId /credentials/clientSecret
          xero   | {"type":"oauth2_client_credentials","clientId":"c"} | /credentials/clientSecret
          github | {"type":"app_jwt","appId":"7","installationId":"x","privateKey":"-----BEGIN EC PRIVATE KEY-----AA-----END EC PRIVATE KEY-----"} | /credentials/installationId /credentials/privateKey
          google | {"type":"jwt_bearer","fields":{}}                  | /credentials/fields/clientEmail /credentials/fields/privateKey
          google | {"type":"jwt_bearer","fields":[]}                  | /credentials/fields
          """)
  void names_every_fault_before_anybody_is_asked(
      String provider, String credentials, String pointers) {
    admin.put("/v1/integrations/it", "{\"provider\":\"" + provider + "\"}");

    assertThat(connect(credentials).pointers()).containsExactlyInAnyOrder(pointers.split(" ", -1));
  }

  @Test
  void takes_no_live_key_for_the_client_secret_of_a_sandbox() {
    var wish = "{\"provider\":\"stripe\",\"mode\":\"%s\",\"clientId\":\"ca_1\"%s}";
    var live = ",\"clientSecret\":\"sk_live_x\"";

    var set = admin.put("/v1/integrations/it", wish.formatted("sandbox", live));
    admin.put("/v1/integrations/it", wish.formatted("live", live));
    var kept = admin.put("/v1/integrations/it", wish.formatted("sandbox", ""));

    assertThat(set.status()).isEqualTo(422);
    assertThat(set.pointers()).containsExactly("/clientSecret");
    assertThat(kept.status()).isEqualTo(422);
    assertThat(kept.pointers()).containsExactly("/clientSecret");
    assertThat(set.json() + "" + kept.json()).doesNotContain("sk_live_x");
  }

  @ParameterizedTest
  @CsvSource({"github", "slack", "hubspot", "xero"})
  void ends_with_a_refresh_token_that_its_provider_knows_no_more(String provider) {
    admin.put(
        "/v1/integrations/it",
        "{\"provider\":\"%s\",\"clientId\":\"client\",\"clientSecret\":\"s3cret\"}"
            .formatted(provider));
    var id =
        connect(
                "{\"type\":\"oauth2\",\"accessToken\":\"a-token\",\"refreshToken\":\"invalid-rt\","
                    + "\"expiresIn\":600}")
            .text("/id");

    var refreshed = admin.post("/v1/connections/" + id + "/refresh", "");

    var connection = admin.get("/v1/connections/" + id);
    assertThat(refreshed.status()).as(refreshed.json().toString()).isEqualTo(502);
    assertThat(connection.text("/status")).isEqualTo("error");
    assertThat(connection.text("/statusReason")).isEqualTo("invalid_grant");
    // What becomes oauth:expired.
    assertThat(lastChange(id)).isEqualTo(Connections.EXPIRED);
  }

  private String lastChange(String connection) {
    var key = admin.project() + "#dev#connection#" + connection;
    return Tables.of(stack).items("Connections", key).stream()
        .filter(item -> item.pk().equals(key))
        .flatMap(item -> item.value("change").stream())
        .map(change -> change.m().getOrDefault("kind", AttributeValue.fromS("")).s())
        .collect(Collectors.joining());
  }

  @Test
  void takes_no_name_of_an_account_that_is_none() {
    admin.put("/v1/integrations/it", "{\"provider\":\"google\"}");
    var email = "a".repeat(100) + "@" + "b".repeat(120);

    var refused =
        connect(
            "{\"type\":\"jwt_bearer\",\"clientEmail\":\"%s\",\"privateKey\":%s}"
                .formatted(email, quoted(KEY)));

    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.pointers()).containsExactly("/credentials/clientEmail");
  }

  @Test
  void is_told_where_an_app_is_installed() {
    assertThat(admin.get("/v1/providers/github").json().findValuesAsText("installUrl"))
        .containsExactly("https://github.com/apps/{slug}/installations/new");
  }

  @Test
  void takes_one_scope_for_one() {
    var refused =
        admin.put(
            "/v1/integrations/it",
            "{\"provider\":\"github\",\"scopes\":[\"repo\",\"read:user user:email\",\"a,b\"]}");

    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.pointers()).containsExactly("/scopes/1", "/scopes/2");
  }

  @Test
  void takes_the_account_that_the_provider_names_unless_the_caller_does() {
    admin.put("/v1/integrations/it", "{\"provider\":\"stripe\"}");
    var good = "{\"type\":\"api_key\",\"apiKey\":\"sk_test_one\"}";
    var named =
        admin.post(
            "/v1/connections",
            "{\"integration\":\"it\",\"externalAccountId\":\"mine\",\"credentials\":" + good + "}");
    var found = connect(good);
    var again = connect(good);

    assertThat(named.text("/externalAccountId")).isEqualTo("mine");
    assertThat(found.text("/externalAccountId")).isNotEmpty().isNotEqualTo("mine");
    // It stands for the first one, and nobody asked that it stand for this one too.
    assertThat(again.status()).isEqualTo(201);
    assertThat(again.json().path("externalAccountId").isNull()).isTrue();
  }

  @Test
  void takes_the_account_of_an_app_from_its_installation() {
    admin.put("/v1/integrations/it", "{\"provider\":\"github\"}");

    var created =
        connect(
            "{\"type\":\"app_jwt\",\"appId\":\"7\",\"installationId\":\"4242\",\"privateKey\":"
                + quoted(KEY)
                + "}");

    assertThat(created.text("/externalAccountId")).isEqualTo("4242");
    assertThat(created.text("/expiresAt")).isNotEmpty();
    assertThat(credentials(created)).contains("\"accessToken\"").doesNotContain("PRIVATE KEY");
  }

  @Test
  void keeps_an_imported_token_with_its_end_and_what_renews_it() {
    admin.put(
        "/v1/integrations/it",
        "{\"provider\":\"google\",\"clientId\":\"c\",\"clientSecret\":\"s\",\"scopes\":[\"openid\"]}");
    var began = admin.clock().instant().minusMillis(1);

    var created =
        connect(
            "{\"type\":\"oauth2\",\"accessToken\":\"ya29.one\",\"refreshToken\":\"1//two\",\"expiresIn\":60}");

    assertThat(Instant.parse(created.text("/expiresAt")))
        .isBetween(began.plusSeconds(60), admin.clock().instant().plusSeconds(60));
    assertThat(created.json().at("/scopes/0").asText()).isEqualTo("openid");
    assertThat(credentials(created)).contains("\"ya29.one\"").doesNotContain("1//two");
  }

  @Test
  void fetches_tokens_with_the_integration_s_own_client() {
    var config = "\"config\":{\"tokenUrl\":\"https://login.acme.example/token\"}";
    admin.put(
        "/v1/integrations/it",
        "{\"provider\":\"oauth2-client-credentials\",\"clientId\":\"c\",\"clientSecret\":\"s\","
            + config
            + "}");
    var created = connect("{\"type\":\"oauth2_client_credentials\"}");
    assertThat(created.status()).as(created.json().toString()).isEqualTo(201);
    assertThat(created.text("/health")).isEqualTo("healthy");
    assertThat(credentials(created)).contains("\"accessToken\"").doesNotContain("clientSecret");

    admin.put(
        "/v1/integrations/it",
        "{\"provider\":\"oauth2-client-credentials\",\"clientId\":\"c\",\"clientSecret\":\"invalid\","
            + config
            + "}");
    var refused = connect("{\"type\":\"oauth2_client_credentials\"}");
    assertThat(refused.pointers()).containsExactly("/integration");
    assertThat(refused.json().toString()).doesNotContain("invalid\"");
  }

  @Test
  void exchanges_a_code_that_was_obtained_elsewhere_once() {
    admin.put(
        "/v1/integrations/it",
        "{\"provider\":\"github\",\"clientId\":\"client-1\",\"clientSecret\":\"s3cret\",\"scopes\":[\"repo\"]}");
    providers.control("PUT", "/providers/github", "{\"consent\":\"auto\",\"account\":\"octocat\"}");
    var back =
        providers.sentBack(
            "https://github.com/login/oauth/authorize?response_type=code&client_id=client-1"
                + "&redirect_uri=https%3A%2F%2Fapp.example%2Fback&state=s&scope=repo");
    providers.control("PUT", "/providers/github", "{}");
    var code = back.getQuery().replaceAll(".*code=([^&]*).*", "$1");
    var credentials =
        "{\"type\":\"oauth2_code\",\"code\":\"%s\",\"redirectUri\":\"https://app.example/back\"}"
            .formatted(code);

    var created = connect(credentials);
    var again = connect(credentials);

    assertThat(created.status()).as(created.json().toString()).isEqualTo(201);
    assertThat(created.text("/externalAccountId")).isEqualTo("octocat");
    assertThat(created.text("/health")).isEqualTo("healthy");
    assertThat(again.pointers()).containsExactly("/credentials/code");
    assertThat(again.json().toString()).doesNotContain(code);
  }

  @Test
  void spends_no_code_on_a_name_that_is_taken() {
    admin.put(
        "/v1/integrations/it",
        "{\"provider\":\"github\",\"clientId\":\"client-1\",\"clientSecret\":\"s3cret\"}");
    admin.post(
        "/v1/connections",
        "{\"integration\":\"it\",\"alias\":\"a\",\"credentials\":{\"type\":\"oauth2\",\"accessToken\":\"gho_0123456789\"}}");

    var taken =
        admin.post(
            "/v1/connections",
            """
            {"integration":"it","alias":"a","credentials":
             {"type":"oauth2_code","code":"never-sent","redirectUri":"https://app.example/back"}}
            """);

    assertThat(taken.status()).isEqualTo(409);
    assertThat(taken.text("/type")).endsWith("/alias-taken");
  }

  @Test
  void takes_fields_apart_of_a_configured_provider_and_proves_them_where_it_says_how() {
    admin.put(
        "/v1/integrations/it",
        """
        {"provider":"api-key","config":{"auth":[{"mode":"custom",
          "fields":[{"name":"key","label":{"en":"K","ar":"م"}},
                    {"name":"site","secret":false,"label":{"en":"S","ar":"م"}}],
          "send":[{"header":"Authorization","format":"Bearer {key}"}],
          "whoami":{"method":"GET","url":"https://{site}.acme.example/v1/me","account":"sub"}}]}}
        """);

    var created = connect("{\"type\":\"custom\",\"fields\":{\"key\":\"good\",\"site\":\"eu\"}}");
    assertThat(created.status()).as(created.json().toString()).isEqualTo(201);
    assertThat(created.text("/health")).isEqualTo("healthy");
    assertThat(created.text("/externalAccountId")).isNotEmpty();
    assertThat(credentials(created))
        .isEqualTo("{\"type\":\"custom\",\"fields\":{\"key\":\"good\",\"site\":\"eu\"}}");

    assertThat(
            connect("{\"type\":\"custom\",\"fields\":{\"key\":\"invalid\",\"site\":\"eu\"}}")
                .pointers())
        .containsExactly("/credentials/fields/key");
    assertThat(
            connect(
                    "{\"type\":\"custom\",\"fields\":{\"key\":\"good\",\"site\":\"evil.example/\"}}")
                .pointers())
        .containsExactly("/credentials/fields/site");
    assertThat(
            connect("{\"type\":\"custom\",\"fields\":{\"key\":\"a\\nb\",\"site\":\"eu\"}}")
                .pointers())
        .containsExactly("/credentials/fields/key");
    assertThat(connect("{\"type\":\"custom\",\"key\":\"good\",\"site\":\"eu\"}").pointers())
        .containsExactlyInAnyOrder("/credentials/fields", "/credentials/key", "/credentials/site");
  }

  @Test
  void takes_access_keys_and_certificates_of_a_configured_provider() throws Exception {
    admin.put(
        "/v1/integrations/it",
        """
        {"provider":"api-key","config":{"auth":[
          {"mode":"aws_sigv4","service":"execute-api","fields":[
            {"name":"accessKeyId","secret":false,"label":{"en":"K","ar":"م"}},
            {"name":"secretAccessKey","label":{"en":"S","ar":"م"}},
            {"name":"region","secret":false,"label":{"en":"R","ar":"م"}}]},
          {"mode":"mtls","fields":[
            {"name":"certificate","secret":false,"label":{"en":"C","ar":"م"}},
            {"name":"privateKey","label":{"en":"K","ar":"م"}}]}]}}
        """);

    var keys =
        connect(
            "{\"type\":\"aws_sigv4\",\"accessKeyId\":\"AKIA\",\"secretAccessKey\":\"s\",\"region\":\"me-south-1\"}");
    assertThat(keys.status()).as(keys.json().toString()).isEqualTo(201);
    assertThat(keys.text("/health")).isEqualTo("unchecked");

    var noPair =
        connect(
            "{\"type\":\"mtls\",\"fields\":{\"certificate\":\"none\",\"privateKey\":"
                + quoted(KEY)
                + "}}");
    assertThat(noPair.pointers()).containsExactly("/credentials/fields/certificate");
    assertThat(noPair.json().toString()).doesNotContain("PRIVATE");
  }

  @Test
  void checks_a_connection_again_when_asked() {
    admin.put("/v1/integrations/it", "{\"provider\":\"stripe\"}");
    var key = "sk_test_checked" + admin.clock().instant().toEpochMilli();
    var created = connect("{\"type\":\"api_key\",\"apiKey\":\"" + key + "\"}");
    var check = "/v1/connections/" + created.text("/id") + "/check";

    assertThat(admin.post(check, "").text("/health")).isEqualTo("healthy");

    say(key, false);
    var ended = admin.post(check, "");
    assertThat(ended.status()).isEqualTo(200);
    assertThat(ended.text("/health")).isEqualTo("unhealthy");
    assertThat(ended.text("/status")).isEqualTo("active");

    providers.control(
        "POST",
        "/faults",
        "{\"provider\":\"stripe\",\"on\":\"whoami\",\"kind\":\"status\",\"status\":503,\"times\":1}");
    say(key, true);
    assertThat(admin.post(check, "").text("/health")).isEqualTo("unhealthy");
    assertThat(admin.post(check, "").text("/health")).isEqualTo("healthy");
    assertThat(admin.post("/v1/connections/con_x/check", "").status()).isEqualTo(404);
    assertThat(admin.as("\"role\":\"viewer\"").post(check, "").status()).isEqualTo(403);
  }

  @Test
  void checks_who_fetches_tokens_by_fetching_one_and_does_not_check_who_is_suspended() {
    admin.put("/v1/integrations/it", "{\"provider\":\"paymob\"}");
    var key = "a-key-" + admin.clock().instant().toEpochMilli();
    var created = connect("{\"type\":\"two_step\",\"region\":\"ksa\",\"apiKey\":\"" + key + "\"}");
    var path = "/v1/connections/" + created.text("/id");

    assertThat(admin.post(path + "/check", "").text("/health")).isEqualTo("healthy");
    providers.control(
        "POST", "/keys", "{\"provider\":\"paymob\",\"key\":\"" + key + "\",\"good\":false}");
    assertThat(admin.post(path + "/check", "").text("/health")).isEqualTo("unhealthy");

    admin.post(path + "/suspend", "");
    assertThat(admin.post(path + "/check", "").status()).isEqualTo(409);
  }

  private void say(String key, boolean good) {
    providers.control(
        "POST", "/keys", "{\"provider\":\"stripe\",\"key\":\"" + key + "\",\"good\":" + good + "}");
  }

  private Api.Answer connect(String credentials) {
    return admin.post(
        "/v1/connections", "{\"integration\":\"it\",\"credentials\":" + credentials + "}");
  }

  private String credentials(Api.Answer created) {
    return admin.get("/v1/connections/" + created.text("/id") + "/credentials").json().toString();
  }

  /// How many items the table has of this test's project.
  private int items() {
    var project = admin.get("/v1/projects").text("/items/0/id");
    var table = stack.environment("management-api").getOrDefault("WASL_CONNECTIONS_TABLE", "");
    return (int)
        stack.clients().dynamoDb().scanPaginator(scan -> scan.tableName(table)).items().stream()
            .filter(item -> item.toString().contains(project))
            .count();
  }

  private static String quoted(String text) {
    return JSON.valueToTree(text).toString();
  }

  private static byte[] rsaKey() {
    try {
      var keys = KeyPairGenerator.getInstance("RSA");
      keys.initialize(2048);
      return keys.generateKeyPair().getPrivate().getEncoded();
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has RSA", e);
    }
  }

  private static String pem(String kind, byte[] der) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(kind, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der), kind);
  }
}
