package wasl.signing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import wasl.manifest.ManifestReader;
import wasl.manifest.Parsed.Valid;
import wasl.manifest.ProviderId;
import wasl.manifest.WebhookSpec;
import wasl.signing.Verdict.Genuine;
import wasl.signing.Verdict.Refused;
import wasl.vault.Secret;
import wasl.web.Headers;
import wasl.web.HttpRequest;

/// The generic `webhook` provider, configured as a user would for providers that Wasl does not
/// know, against the samples that those publish.
class GenericSchemesTest {
  record Sample(String id, WebhookSpec spec, Instant at, Secret secret, HttpRequest request) {
    @Override
    public String toString() {
      return id;
    }
  }

  static List<Sample> samples() throws IOException {
    var samples = new ArrayList<Sample>();
    try (var in = GenericSchemesTest.class.getResourceAsStream("generic-schemes.json")) {
      for (var json : new JsonMapper().readTree(in)) {
        samples.add(sample(json));
      }
    }
    return samples;
  }

  private static Sample sample(JsonNode json) {
    var read = new ManifestReader().webhook(new ProviderId("webhook"), json.path("webhook"));
    if (!(read instanceof Valid<WebhookSpec>(var spec))) {
      throw new AssertionError(json.path("id") + ": " + read);
    }
    var request = json.path("request");
    var headers = new LinkedHashMap<String, String>();
    request
        .path("headers")
        .properties()
        .forEach(h -> headers.put(h.getKey(), h.getValue().asText()));
    return new Sample(
        json.path("id").asText(),
        spec,
        Instant.parse(json.path("at").asText()),
        Secret.of(json.path("secret").asText()),
        new HttpRequest(
            request.path("method").asText(),
            request.path("url").asText(),
            new Headers(headers),
            Base64.getDecoder().decode(request.path("bodyBase64").asText())));
  }

  private static Verdict verdict(Sample sample, HttpRequest request, Secret secret) {
    return new Verifier().verify(sample.spec().scheme(), request, List.of(secret), sample.at());
  }

  @ParameterizedTest
  @MethodSource("samples")
  void a_published_sample_is_genuine(Sample sample) {
    assertThat(verdict(sample, sample.request(), sample.secret())).isInstanceOf(Genuine.class);
  }

  @ParameterizedTest
  @MethodSource("samples")
  void another_secret_and_none_are_refused(Sample sample) {
    for (var other : List.of("", " ", "another", "00ff", "whsec_")) {
      assertThat(verdict(sample, sample.request(), Secret.of(other))).isInstanceOf(Refused.class);
    }
  }

  @ParameterizedTest
  @MethodSource("samples")
  void without_headers_query_and_body_it_is_refused(Sample sample) {
    var bare = new HttpRequest("POST", "https://hooks.example.test/", Headers.NONE, new byte[0]);
    assertThat(verdict(sample, bare, sample.secret())).isInstanceOf(Refused.class);
  }

  @Test
  void where_single_fields_are_signed_a_body_that_is_no_json_is_refused_as_such()
      throws IOException {
    var paymob =
        samples().stream()
            .filter(sample -> sample.id().equals("paymob-docs-transaction"))
            .findFirst()
            .orElseThrow();
    for (var body : List.of("", "{", "{}{}", "{\"obj\":{\"id\":1,\"id\":2}}")) {
      var request =
          new HttpRequest(
              "POST",
              paymob.request().url(),
              paymob.request().headers(),
              body.getBytes(StandardCharsets.UTF_8));
      assertThat(verdict(paymob, request, paymob.secret()))
          .isInstanceOfSatisfying(
              Refused.class,
              refused -> assertThat(refused.reason()).isEqualTo(Verdict.Reason.UNPARSABLE_BODY));
    }
  }
}
