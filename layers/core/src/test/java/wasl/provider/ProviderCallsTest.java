package wasl.provider;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import wasl.connection.Credentials;
import wasl.connection.Token;
import wasl.egress.EgressRequest;
import wasl.manifest.Template;
import wasl.provider.ProviderCall.Where;
import wasl.provider.ProviderCalls.Built.Ready;
import wasl.provider.ProviderCalls.Built.Unsendable;
import wasl.vault.Secret;

/// How calls carry credentials.
class ProviderCallsTest {
  private static final Duration DEADLINE = Duration.ofSeconds(10);
  private static final Path GOLDEN = Path.of("src/test/resources/wasl/provider/requests.txt");
  private static final RequestSigner UNSIGNED =
      (request, keys, scope, now) -> {
        throw new AssertionError("nothing here is signed");
      };

  private final ProviderCalls calls = new ProviderCalls(UNSIGNED, () -> Accounts.NOW);

  /// Of each provider and each way to be authorized there, what goes out: the call that gives a
  /// token, and the one that proves the credentials, or any other where none does.
  @Test
  void every_auth_mode_of_every_manifest_makes_the_request_that_was_read_over() throws IOException {
    var out = new StringBuilder();
    for (var manifest : Accounts.manifests()) {
      Accounts.of(manifest)
          .forEach(account -> {
            out.append(manifest.id()).append(' ').append(account.auth().name()).append('\n');
            login(account).ifPresent(call -> write(calls.anonymous(account, call, DEADLINE), out));
            write(calls.authorized(account, proof(account), DEADLINE), out);
            out.append('\n');
          });
    }

    assertThat(out.toString())
        .as("what goes out is not what stands in " + GOLDEN + ", which is read over, then replaced")
        .isEqualTo(Files.readString(GOLDEN));
  }

  private static Optional<ProviderCall> login(ProviderAccount account) {
    var facts = account.auth().facts();
    if (facts.has("login")) {
      return Optional.of(ProviderCall.of(facts.fields("login")));
    }
    return facts
        .text("exchange")
        .map(path -> ProviderCall.to("POST", new Where.Under("api", new Template(path))));
  }

  private static ProviderCall proof(ProviderAccount account) {
    return account
        .manifest()
        .whoami(account.auth())
        .map(ProviderCall::of)
        .orElseGet(() -> get(account.baseUrl("api").orElse("https://any.example") + "/anything"));
  }

  private static void write(ProviderCalls.Built built, StringBuilder out) {
    assertThat(built).isInstanceOf(Ready.class);
    var request = ((Ready) built).request();
    out.append("  ").append(request.method()).append(' ').append(request.url().uri()).append('\n');
    new TreeMap<>(request.headers())
        .forEach((name, value) ->
            out.append("    ").append(name).append(": ").append(value).append('\n'));
    if (request.body().length > 0) {
      out.append("    ").append(new String(request.body(), UTF_8)).append('\n');
    }
  }

  @Test
  void puts_keys_into_headers_the_query_and_the_body() {
    var account =
        Accounts.of(
            Accounts.made(
                """
                auth:
                  - mode: custom
                    fields:
                      - {name: key, label: {en: K, ar: م}}
                      - {name: site, label: {en: S, ar: م}}
                      - {name: token, label: {en: T, ar: م}}
                    send:
                      - {header: X-Key, format: "App {key}"}
                      - {query: site, format: "{site}"}
                      - {body: auth, format: "{token}"}
                """),
            Map.of("key", "k&1", "site", "a b&c=d", "token", "t\"1"));

    assertThat(
            sent(
                account,
                new ProviderCall(
                    "POST",
                    new Where.At(new Template("https://api.example/x?y=1")),
                    Map.of(),
                    Map.of("amount", "7"),
                    wasl.manifest.OauthSpec.BodyFormat.JSON)))
        .isEqualTo(
            new EgressRequest(
                "POST",
                url("https://api.example/x?y=1&site=a%20b%26c%3Dd"),
                Map.of(
                    "accept", "application/json",
                    "content-type", "application/json",
                    "x-key", "App k&1"),
                "{\"amount\":\"7\",\"auth\":\"t\\\"1\"}".getBytes(UTF_8),
                DEADLINE));
  }

  @Test
  void leaves_out_what_an_optional_field_would_have_said() {
    var account =
        Accounts.of(
            Accounts.made(
                """
                auth:
                  - mode: api_key
                    fields:
                      - {name: apiKey, label: {en: K, ar: م}}
                      - {name: site, label: {en: S, ar: م}, optional: true}
                    send:
                      - {header: X-Key, format: "{apiKey}"}
                      - {header: X-Site, format: "site={site}"}
                """),
            Map.of("apiKey", "k"));

    assertThat(sent(account, get("https://api.example/")).headers())
        .isEqualTo(Map.of("accept", "application/json", "x-key", "k"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{username}:{password}|u:p",
        "{username}/token:{password}|u/token:p",
        "{password}:|p:",
        ":{password}|:p",
        "anystring:{username}-{password}|anystring:u-p"
      })
  void composes_either_side_of_basic(String formatAndPair) {
    var format = formatAndPair.substring(0, formatAndPair.indexOf('|'));
    var pair = formatAndPair.substring(formatAndPair.indexOf('|') + 1);
    var account =
        Accounts.of(
            Accounts.made(
                BASIC
                    + "    send: [{header: Authorization, basic: true, format: '"
                    + format
                    + "'}]\n"),
            Map.of("username", "u", "password", "p"));

    assertThat(sent(account, get("https://api.example/")).headers())
        .containsEntry("authorization", "Basic " + base64(pair));
  }

  private static final String BASIC =
      """
      auth:
        - mode: basic
          fields:
            - {name: username, label: {en: U, ar: م}, optional: true}
            - {name: password, label: {en: P, ar: م}, optional: true}
      """;

  @Test
  void either_side_of_basic_may_be_empty_and_may_hold_any_letters() {
    var manifest = Accounts.made(BASIC);

    assertThat(
            sent(Accounts.of(manifest, Map.of("password", "p")), get("https://a.example/"))
                .headers())
        .containsEntry("authorization", "Basic " + base64(":p"));
    assertThat(
            sent(Accounts.of(manifest, Map.of("username", "ü")), get("https://a.example/"))
                .headers())
        .containsEntry("authorization", "Basic " + base64("ü:"));
    assertThat(refused(Accounts.of(manifest, Map.of("username", "u:x")), get("https://a.example/")))
        .containsOnlyKeys("username");
    assertThat(refused(Accounts.of(manifest, Map.of("password", "p\n")), get("https://a.example/")))
        .containsOnlyKeys("password");
  }

  @ParameterizedTest
  @ValueSource(strings = {"k\r\nX-Admin: 1", "k\n", "\rk", "k\u0000", "k\u0085", "k\u2028", "ké"})
  void sends_no_header_that_a_value_could_end_or_add(String key) {
    var account = Accounts.of(Accounts.manifest("stripe"), Map.of("apiKey", key));

    assertThat(refused(account, get("https://api.example/")))
        .containsOnlyKeys("apiKey")
        .allSatisfy((field, why) -> assertThat(why).doesNotContain(key));
  }

  @Test
  void writes_fields_into_a_path_so_that_they_stay_one_segment_of_it() {
    var twilio = Accounts.manifest("twilio");

    assertThat(
            sent(
                    Accounts.of(twilio, Map.of("username", "A/..?#%é")),
                    proof(Accounts.of(twilio, Map.of())))
                .url())
        .isEqualTo(url("https://api.twilio.com/2010-04-01/Accounts/A%2F..%3F%23%25%C3%A9.json"));
    var deeper = ProviderCall.to("GET", new Where.Under("api", new Template("/a/{username}/b")));
    for (var dots : new String[] {".", "..", ""}) {
      assertThat(refused(Accounts.of(twilio, Map.of("username", dots)), deeper))
          .containsOnlyKeys("username");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example/",
        "a.b",
        "x@evil",
        "A",
        "-a",
        "a-",
        "",
        "evil.example#",
        "a:1",
        "ksa2"
      })
  void puts_nothing_into_a_host_that_leads_to_another_domain(String region) {
    var paymob = Accounts.manifest("paymob");
    var values = Map.of("region", region);

    assertThat(refused(Accounts.of(paymob, values), ProviderCall.to("GET", UNDER_API)))
        .containsOnlyKeys("region");
    assertThat(
            sent(Accounts.of(paymob, Map.of("region", "ksa")), ProviderCall.to("GET", UNDER_API))
                .url())
        .isEqualTo(url("https://ksa.paymob.com/x"));
  }

  private static final Where UNDER_API = new Where.Under("api", new Template("/x"));

  @Test
  void goes_to_the_api_that_the_provider_gave_this_account() {
    var manifest = Accounts.manifest("github");
    var account = Accounts.of(manifest, manifest.auth().getLast(), Map.of());
    var token = account.credentials().token().orElseThrow();
    var own =
        new Token(
            token.accessToken(),
            Optional.empty(),
            Optional.empty(),
            Accounts.NOW,
            token.obtainedFrom(),
            Optional.of("https://eu1.api.example/rest/"));

    assertThat(
            sent(
                    new ProviderAccount(
                        manifest,
                        account.auth(),
                        account.mode(),
                        new Credentials("oauth2", Map.of(), Optional.of(own))),
                    ProviderCall.to("GET", UNDER_API))
                .url())
        .isEqualTo(url("https://eu1.api.example/rest/x"));
  }

  @Test
  void knows_no_base_url_that_the_manifest_has_not() {
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            calls.authorized(
                Accounts.of(Accounts.manifest("stripe"), Map.of()),
                ProviderCall.to("GET", new Where.Under("files", new Template("/x"))),
                DEADLINE));
  }

  @Test
  void has_requests_signed_with_the_access_key_and_nothing_else_of_it_sent() {
    var account =
        Accounts.of(
            Accounts.made(
                """
                auth:
                  - mode: aws_sigv4
                    service: sts
                    fields:
                      - {name: accessKeyId, secret: false, label: {en: A, ar: م}}
                      - {name: secretAccessKey, label: {en: S, ar: م}}
                      - {name: region, secret: false, label: {en: R, ar: م}}
                """),
            Map.of("accessKeyId", "AKID", "secretAccessKey", "hidden", "region", "eu-central-1"));
    RequestSigner signer =
        (request, keys, scope, now) ->
            request.withHeader(
                "authorization",
                keys.accessKeyId()
                    + " "
                    + keys.secretAccessKey().reveal().length()
                    + " "
                    + keys.sessionToken().isPresent()
                    + " "
                    + scope
                    + " "
                    + now);

    var built =
        new ProviderCalls(signer, () -> Accounts.NOW)
            .authorized(account, get("https://sts.example/"), DEADLINE);

    assertThat(((Ready) built).request().headers())
        .containsEntry(
            "authorization",
            "AKID 6 false Scope[service=sts, region=eu-central-1] 2026-11-29T12:00:00Z");
  }

  private EgressRequest sent(ProviderAccount account, ProviderCall call) {
    var built = calls.authorized(account, call, DEADLINE);
    assertThat(built).isInstanceOf(Ready.class);
    return ((Ready) built).request();
  }

  private Map<String, String> refused(ProviderAccount account, ProviderCall call) {
    var built = calls.authorized(account, call, DEADLINE);
    assertThat(built).isInstanceOf(Unsendable.class);
    return ((Unsendable) built).fields();
  }

  private static ProviderCall get(String url) {
    return ProviderCall.to("GET", new Where.At(new Template(url)));
  }

  private static wasl.egress.EgressUrl url(String url) {
    return new wasl.egress.EgressUrl(java.net.URI.create(url));
  }

  private static String base64(String text) {
    return java.util.Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }

  /// Keeps the import of secrets honest: a value is not shown by what carries it.
  @Test
  void shows_no_secret_in_its_own_words() {
    var account = Accounts.of(Accounts.manifest("stripe"), Map.of("apiKey", "sk_test_hidden"));

    assertThat(sent(account, get("https://api.example/")).toString()).doesNotContain("hidden");
    assertThat(account.toString()).doesNotContain("hidden");
    assertThat(Secret.of("hidden").toString()).doesNotContain("hidden");
  }
}
