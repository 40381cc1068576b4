package wasl.oauth;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.URLDecoder;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import wasl.access.Environment;
import wasl.access.ProjectId;
import wasl.access.Tenant;
import wasl.connection.Credentials;
import wasl.connection.Integration;
import wasl.connection.IntegrationId;
import wasl.connection.Mode;
import wasl.id.Ids;
import wasl.manifest.Catalog;
import wasl.manifest.ManifestCompiler;
import wasl.provider.ProviderCalls;
import wasl.provider.ProviderStandIn;
import wasl.provider.ProviderStandIn.Answer;
import wasl.vault.DataKey;
import wasl.vault.DataKeys;
import wasl.vault.KeyId;
import wasl.vault.Secret;
import wasl.vault.Vault;

/// How the auth modes get tokens, over real sockets, and what the JWTs say that they prove
/// themselves by.
@Timeout(60)
class TokenSourcesTest {
  private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");
  private static final Tenant TENANT =
      new Tenant(new ProjectId(Ids.next("prj_", Instant.EPOCH, new Random(1))), Environment.DEV);
  private static final JsonMapper JSON = new JsonMapper();
  private static final KeyPair RSA = rsa();

  private static final Catalog CATALOG = compiled();

  private final ProviderStandIn providers = new ProviderStandIn();
  private final AuthModes modes = new AuthModes(CATALOG);
  private final TokenClient client =
      new TokenClient(providers.egress(), () -> NOW, new Random(3), Duration.ofSeconds(5));
  private final TokenSources sources =
      new TokenSources(
          modes,
          new OauthClients(new Vault(new NoKeys(), new Random(2))),
          client,
          new TokenLogins(
              modes,
              providers.egress(),
              new ProviderCalls(
                  (request, keys, scope, now) -> {
                    throw new AssertionError("nothing here is signed");
                  },
                  () -> NOW),
              () -> NOW,
              Duration.ofSeconds(5)),
          () -> NOW);

  @AfterEach
  void close() {
    providers.close();
  }

  @Test
  void an_app_proves_itself_by_a_jwt_and_gets_its_installation_s_token() {
    providers.answer(201, "{\"token\":\"ghs_1\",\"expires_at\":\"2026-11-29T13:00:00Z\"}");
    var credentials =
        credentials(
            "app_jwt", Map.of("appId", "Iv1.7", "installationId", "42", "privateKey", pem(RSA)));

    var renewal = sources.renewal(integration("github"), "app_jwt", credentials).orElseThrow();
    var token = granted(integration("github"), renewal, credentials);

    assertThat(renewal.origin()).isEqualTo("https://api.github.com");
    assertThat(renewal.mayRotate()).isFalse();
    assertThat(token.token().accessToken().reveal()).isEqualTo("ghs_1");
    assertThat(token.token().obtainedFrom()).isEqualTo("https://api.github.com");
    assertThat(token.token().refreshToken()).isEmpty();
    var asked = providers.asked().getFirst();
    assertThat(asked.method() + " " + asked.url())
        .isEqualTo("POST https://api.github.com/app/installations/42/access_tokens");
    assertThat(asked.headers())
        .containsEntry("accept", "application/vnd.github+json")
        .containsEntry("x-github-api-version", "2022-11-28");
    var claims = verified(asked.headers().getOrDefault("authorization", "").substring(7), RSA);
    assertThat(claims.toString())
        .isEqualTo(
            "{\"iss\":\"Iv1.7\",\"iat\":%d,\"exp\":%d}"
                .formatted(
                    NOW.minusSeconds(60).getEpochSecond(), NOW.plusSeconds(540).getEpochSecond()));
  }

  @Test
  void a_service_account_asserts_on_whose_behalf_it_asks() {
    providers.answer(200, "{\"access_token\":\"ya29\",\"expires_in\":3599}");
    var credentials =
        credentials("jwt_bearer", Map.of("clientEmail", "a@b.example", "privateKey", pem(RSA)));
    var integration = integration("google", "scope-one", "scope-two");

    var renewal =
        sources.renewal(integration, "jwt_bearer/service-account", credentials).orElseThrow();
    var token = granted(integration, renewal, credentials);

    assertThat(token.token().expiresAt()).contains(NOW.plusSeconds(3599));
    var form = form(providers.asked().getFirst().body());
    assertThat(form.keySet()).containsExactlyInAnyOrder("grant_type", "assertion");
    assertThat(form).containsEntry("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer");
    assertThat(verified(form.getOrDefault("assertion", ""), RSA).toString())
        .isEqualTo(
            ("{\"iss\":\"a@b.example\",\"aud\":\"https://oauth2.googleapis.com/token\","
                    + "\"scope\":\"scope-one scope-two\",\"iat\":%d,\"exp\":%d}")
                .formatted(
                    NOW.minusSeconds(60).getEpochSecond(), NOW.plusSeconds(3540).getEpochSecond()));
  }

  @Test
  void a_service_account_names_the_user_that_it_acts_for() {
    providers.answer(200, "{\"access_token\":\"ya29\"}");
    var credentials =
        credentials(
            "jwt_bearer",
            Map.of("clientEmail", "a@b.example", "privateKey", pem(RSA), "subject", "u@b.example"));
    var integration = integration("google");

    granted(
        integration,
        sources.renewal(integration, "jwt_bearer/service-account", credentials).orElseThrow(),
        credentials);

    var claims =
        verified(form(providers.asked().getFirst().body()).getOrDefault("assertion", ""), RSA);
    assertThat(claims.path("sub").asText()).isEqualTo("u@b.example");
    assertThat(claims.has("scope")).isFalse();
  }

  @Test
  void a_login_gives_a_token_whose_life_the_manifest_knows() {
    providers.answer(201, "{\"token\":\"t-1\",\"profile\":{\"id\":7}}");
    var credentials = credentials("two_step", Map.of("apiKey", "k\"1", "region", "uae"));

    var renewal = sources.renewal(integration("paymob"), "two_step", credentials).orElseThrow();
    var token = granted(integration("paymob"), renewal, credentials);

    assertThat(renewal.origin()).isEqualTo("https://uae.paymob.com");
    assertThat(token.token().accessToken().reveal()).isEqualTo("t-1");
    assertThat(token.token().expiresAt()).contains(NOW.plusSeconds(3600));
    assertThat(providers.asked().getFirst().url())
        .isEqualTo("https://uae.paymob.com/api/auth/tokens");
    assertThat(providers.asked().getFirst().body()).isEqualTo("{\"api_key\":\"k\\\"1\"}");
    assertThat(providers.asked().getFirst().headers()).doesNotContainKey("authorization");
  }

  @Test
  void a_refusal_is_told_from_an_outage() {
    var credentials = credentials("two_step", Map.of("apiKey", "k", "region", "uae"));
    var mode = modes.named(integration("paymob"), "two_step").orElseThrow();

    providers.answer(403, "{\"detail\":\"incorrect credentials\"}");
    assertThat(sources.renew(integration("paymob"), mode, credentials))
        .isEqualTo(new TokenResult.Refused("http_403", Optional.empty()));
    providers.answer(ask -> Answer.json(503, "").with("retry-after", "9"));
    assertThat(sources.renew(integration("paymob"), mode, credentials))
        .isEqualTo(
            new TokenResult.Unavailable("http_503", Optional.of(Duration.ofSeconds(9)), true));
    providers.fallSilent();
    assertThat(sources.renew(integration("paymob"), mode, credentials))
        // Which of the two depends on whether a connection was open still.
        .isIn(
            new TokenResult.Unavailable("connection_refused", Optional.empty(), false),
            new TokenResult.Unavailable("socket_closed", Optional.empty(), false));
  }

  @Test
  void a_key_that_cannot_be_read_is_a_refusal_that_says_nothing_of_it() {
    var credentials =
        credentials(
            "app_jwt", Map.of("appId", "7", "installationId", "42", "privateKey", "hidden"));
    var mode = modes.named(integration("github"), "app_jwt").orElseThrow();

    var refused = sources.renew(integration("github"), mode, credentials);

    assertThat(refused).isInstanceOf(TokenResult.Refused.class);
    assertThat(refused.toString()).doesNotContain("hidden");
    assertThat(providers.asked()).isEmpty();
  }

  @Test
  void what_names_no_place_is_not_renewed() {
    assertThat(
            sources.renewal(
                integration("paymob"),
                "two_step",
                credentials("two_step", Map.of("apiKey", "k", "region", "evil.example/"))))
        .isEmpty();
    assertThat(
            sources.renewal(
                integration("stripe"),
                "api_key",
                credentials("api_key", Map.of("apiKey", "sk_test_1"))))
        .isEmpty();
  }

  @Test
  void a_client_proves_itself_by_a_key_in_place_of_a_secret() {
    for (var pair : List.of(RSA, ec())) {
      providers.answer(200, "{\"access_token\":\"a\"}");
      var proving =
          Facts.client(
              "\"clientAuth\":\"private_key_jwt\"",
              Facts.TOKEN_URL,
              Optional.of(Secret.of(pem(pair))));

      assertThat(client.byClientCredentials(proving)).isInstanceOf(TokenResult.Granted.class);
      client.byClientCredentials(proving);

      var ids = new HashSet<String>();
      for (var asked : providers.asked().reversed().subList(0, 2)) {
        var form = form(asked.body());
        assertThat(form)
            .containsEntry("client_id", "client id")
            .containsEntry(
                "client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
            .doesNotContainKey("client_secret");
        assertThat(asked.headers()).doesNotContainKey("authorization");
        var claims = verified(form.getOrDefault("client_assertion", ""), pair);
        assertThat(claims.path("iss").asText()).isEqualTo("client id");
        assertThat(claims.path("sub").asText()).isEqualTo("client id");
        assertThat(claims.path("aud").asText()).isEqualTo(Facts.TOKEN_URL);
        assertThat(claims.path("exp").asLong() - claims.path("iat").asLong()).isEqualTo(300);
        ids.add(claims.path("jti").asText());
      }
      assertThat(ids).hasSize(2);
    }
  }

  @Test
  void a_client_without_a_usable_key_is_refused_before_anybody_is_asked() {
    var refused =
        client.byClientCredentials(
            Facts.client(
                "\"clientAuth\":\"private_key_jwt\"",
                Facts.TOKEN_URL,
                Optional.of(Secret.of("hidden"))));

    assertThat(refused).isInstanceOf(TokenResult.Refused.class);
    assertThat(refused.toString()).doesNotContain("hidden");
    assertThat(providers.asked()).isEmpty();
  }

  private TokenAnswer granted(Integration integration, Renewal renewal, Credentials credentials) {
    var result = sources.renew(integration, renewal.mode(), credentials);
    assertThat(result).isInstanceOf(TokenResult.Granted.class);
    return ((TokenResult.Granted) result).answer();
  }

  private static Credentials credentials(String type, Map<String, String> values) {
    var fields = new LinkedHashMap<String, Secret>();
    values.forEach((name, value) -> fields.put(name, Secret.of(value)));
    return new Credentials(type, fields, Optional.empty());
  }

  private static Integration integration(String provider, String... scopes) {
    return new Integration(
        TENANT,
        new IntegrationId("it"),
        provider,
        Mode.SANDBOX,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        List.of(scopes),
        List.of(),
        Optional.empty(),
        NOW,
        NOW,
        1);
  }

  /// The claims of a JWT that this key signed; by the JDK's own verification.
  private static JsonNode verified(String jwt, KeyPair pair) {
    var parts = jwt.split("\\.", -1);
    assertThat(parts).hasSize(3);
    var rsa = pair.getPublic().getAlgorithm().equals("RSA");
    try {
      var header = JSON.readTree(Base64.getUrlDecoder().decode(parts[0]));
      assertThat(header.toString())
          .isEqualTo("{\"alg\":\"%s\",\"typ\":\"JWT\"}".formatted(rsa ? "RS256" : "ES256"));
      var signature = Signature.getInstance(rsa ? "SHA256withRSA" : "SHA256withECDSAinP1363Format");
      signature.initVerify(pair.getPublic());
      signature.update((parts[0] + "." + parts[1]).getBytes(US_ASCII));
      assertThat(signature.verify(Base64.getUrlDecoder().decode(parts[2]))).isTrue();
      return JSON.readTree(Base64.getUrlDecoder().decode(parts[1]));
    } catch (GeneralSecurityException | IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Map<String, String> form(String body) {
    var fields = new LinkedHashMap<String, String>();
    for (var pair : body.split("&", -1)) {
      int equals = pair.indexOf('=');
      fields.put(
          URLDecoder.decode(pair.substring(0, equals), UTF_8),
          URLDecoder.decode(pair.substring(equals + 1), UTF_8));
    }
    return fields;
  }

  private static String pem(KeyPair pair) {
    return "-----BEGIN PRIVATE KEY-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'})
            .encodeToString(pair.getPrivate().getEncoded())
        + "\n-----END PRIVATE KEY-----\n";
  }

  /// The manifests as they stand in the sources.
  private static Catalog compiled() {
    try {
      var folder = Files.createTempDirectory("manifests");
      ManifestCompiler.main(new String[] {"../providers", folder.toString()});
      return new Catalog(new URLClassLoader(new URL[] {folder.toUri().toURL()}, null));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static KeyPair rsa() {
    try {
      var keys = KeyPairGenerator.getInstance("RSA");
      keys.initialize(2048);
      return keys.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK has RSA", e);
    }
  }

  private static KeyPair ec() {
    try {
      var keys = KeyPairGenerator.getInstance("EC");
      keys.initialize(new ECGenParameterSpec("secp256r1"));
      return keys.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK has P-256", e);
    }
  }

  /// For integrations without secrets.
  private static final class NoKeys implements DataKeys {
    @Override
    public DataKey current(Tenant tenant) {
      throw new AssertionError("nothing here is sealed");
    }

    @Override
    public DataKey byId(Tenant tenant, KeyId id) {
      throw new AssertionError("nothing here is sealed");
    }
  }
}
