package wasl.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import wasl.manifest.ManifestReader;
import wasl.manifest.Parsed.Valid;
import wasl.manifest.ProviderId;
import wasl.manifest.WebhookSpec;
import wasl.signing.Digests;
import wasl.signing.Encoding;
import wasl.vault.Secret;
import wasl.web.Headers;
import wasl.web.HttpRequest;

class HandshakeTest {
  private static final List<Secret> SECRETS = List.of(Secret.of("secret"));
  private static final String URL = "https://hooks.example.test/webhooks/acme/token";

  private static WebhookSpec spec(String handshake) {
    var json =
        """
        {"scheme": "hmac", "algorithm": "sha256", "encoding": "hex",
         "signature": {"header": "X-Signature"}, "signed": ["body"], "handshake": %s}
        """
            .formatted(handshake);
    var read =
        new ManifestReader().webhook(new ProviderId("acme"), json.getBytes(StandardCharsets.UTF_8));
    if (read instanceof Valid<WebhookSpec>(var spec)) {
      return spec;
    }
    throw new AssertionError(read.toString());
  }

  private static Optional<HandshakeAnswer> answer(String handshake, HttpRequest request) {
    return new Handshake().answer(spec(handshake), request, SECRETS, Instant.EPOCH);
  }

  private static HttpRequest get(String query) {
    return new HttpRequest("GET", URL + query, Headers.NONE, new byte[0]);
  }

  private static HttpRequest signed(String body, String signature) {
    return new HttpRequest(
        "POST",
        URL,
        new Headers(Map.of("X-Signature", signature)),
        body.getBytes(StandardCharsets.UTF_8));
  }

  private static HttpRequest signed(String body) {
    return signed(body, Digests.hmacSha256(SECRETS.getFirst(), body, Encoding.HEX));
  }

  @Test
  void a_challenge_comes_back_as_plain_text_to_who_knows_the_token() {
    var meta =
        "{\"kind\": \"echo_query\", \"query\": \"hub.challenge\","
            + " \"verifyToken\": \"hub.verify_token\"}";
    assertThat(answer(meta, get("?hub.mode=subscribe&hub.verify_token=secret&hub.challenge=a%20b")))
        .contains(new HandshakeAnswer(200, "text/plain; charset=utf-8", "a b"));
    assertThat(answer(meta, get("?hub.verify_token=wrong&hub.challenge=1158201444")))
        .contains(HandshakeAnswer.FORBIDDEN);
    assertThat(answer(meta, get("?hub.challenge=1"))).contains(HandshakeAnswer.FORBIDDEN);
    assertThat(answer(meta, get(""))).isEmpty();
    assertThat(answer(meta, signed("{}"))).isEmpty();
  }

  @Test
  void a_signed_challenge_comes_back() {
    var slack =
        "{\"kind\": \"echo_json\", \"match\": {\"json\": \"type\", \"equals\":"
            + " \"url_verification\"}, \"json\": \"challenge\", \"as\": \"challenge\"}";
    var body = "{\"type\":\"url_verification\",\"challenge\":\"3eZ\\\"b\"}";
    assertThat(answer(slack, signed(body)))
        .contains(new HandshakeAnswer(200, "application/json", "{\"challenge\":\"3eZ\\\"b\"}"));
    assertThat(answer(slack, signed(body, "00"))).isEmpty();
    assertThat(answer(slack, signed("{\"type\":\"event_callback\"}"))).isEmpty();
  }

  @Test
  void only_who_could_sign_anyway_gets_an_hmac() {
    var zoom =
        "{\"kind\": \"hmac_of_field\", \"match\": {\"json\": \"event\", \"equals\":"
            + " \"endpoint.url_validation\"}, \"json\": \"payload.plainToken\", \"fieldAs\":"
            + " \"plainToken\", \"hmacAs\": \"encryptedToken\"}";
    var body = "{\"event\":\"endpoint.url_validation\",\"payload\":{\"plainToken\":\"qgg8\"}}";
    var hmac = Digests.hmacSha256(SECRETS.getFirst(), "qgg8", Encoding.HEX);
    assertThat(answer(zoom, signed(body)))
        .contains(
            new HandshakeAnswer(
                200,
                "application/json",
                "{\"plainToken\":\"qgg8\",\"encryptedToken\":\"" + hmac + "\"}"));
    assertThat(answer(zoom, signed(body, hmac))).isEmpty();
    var rotating = List.of(Secret.of(""), Secret.of("fresh"), SECRETS.getFirst());
    assertThat(new Handshake().answer(spec(zoom), signed(body), rotating, Instant.EPOCH))
        .isEqualTo(answer(zoom, signed(body)));
  }

  @Test
  void head_and_get_are_answered() {
    var handshake = "{\"kind\": \"head_or_get_200\"}";
    assertThat(answer(handshake, get(""))).contains(HandshakeAnswer.EMPTY);
    assertThat(answer(handshake, signed("{}"))).isEmpty();
  }

  @Test
  void a_probe_is_left_to_the_verifier() {
    assertThat(answer("{\"kind\": \"signature_probe_401\"}", signed("{}", "00"))).isEmpty();
  }
}
