package wasl.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.standardwebhooks.Webhook;
import com.stripe.exception.SignatureVerificationException;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import wasl.signing.Verdict.Genuine;
import wasl.signing.Verdict.Refused;
import wasl.vault.Secret;
import wasl.web.Headers;
import wasl.web.HttpRequest;

/// Libraries that others wrote judge our signing, and we judge theirs.
class SecondOpinionTest {
  private static final Secret SECRET = Secret.of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
  private static final String BODY = "{\"type\":\"contact.created\",\"name\":\"ليلى\"}";

  private final StandardWebhooksSigner signer = new StandardWebhooksSigner();
  // The library reads the real clock.
  private final Instant now = Instant.ofEpochSecond(System.currentTimeMillis() / 1000);

  private static HttpHeaders headers(String id, Instant at, String signature) {
    return HttpHeaders.of(
        Map.of(
            "webhook-id", List.of(id),
            "webhook-timestamp", List.of(Long.toString(at.getEpochSecond())),
            "webhook-signature", List.of(signature)),
        (_, _) -> true);
  }

  @Test
  void the_standard_webhooks_library_takes_what_we_sign() throws Exception {
    var signature = signer.sign(SECRET, "evt_1", now, bytes(BODY));
    new Webhook(SECRET.reveal()).verify(BODY, headers("evt_1", now, signature));
  }

  @Test
  void the_standard_webhooks_library_takes_either_secret_while_they_rotate() throws Exception {
    var fresh = StandardWebhooksSigner.newSecret(new Random(7));
    var signature = signer.sign(List.of(fresh, SECRET), "evt_1", now, bytes(BODY));
    new Webhook(SECRET.reveal()).verify(BODY, headers("evt_1", now, signature));
    new Webhook(fresh.reveal()).verify(BODY, headers("evt_1", now, signature));
  }

  @Test
  void we_sign_to_the_letter_as_the_standard_webhooks_library_does() throws Exception {
    var random = new Random(42);
    for (int i = 0; i < 200; i++) {
      var secret = StandardWebhooksSigner.newSecret(random);
      var id = "msg_" + random.nextLong(Long.MAX_VALUE);
      var body = "x".repeat(random.nextInt(50)) + "ü♥";
      assertThat(signer.sign(secret, id, now, bytes(body)))
          .isEqualTo(new Webhook(secret.reveal()).sign(id, now.getEpochSecond(), body));
    }
  }

  @Test
  void signs_the_published_sample() {
    assertThat(
            signer.sign(
                SECRET,
                "msg_p5jXN8AQM9LWM0D4loKWxJek",
                Instant.ofEpochSecond(1614265330),
                bytes("{\"test\": 2432232314}")))
        .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  }

  @Test
  void refuses_to_sign_what_could_be_taken_for_something_else() {
    assertThatThrownBy(() -> signer.sign(SECRET, "a.b", now, bytes(BODY)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> signer.sign(Secret.of("whsec_"), "a", now, bytes(BODY)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> signer.sign(List.of(), "a", now, bytes(BODY)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_new_secret_holds_32_bytes() {
    var secret = StandardWebhooksSigner.newSecret(new Random(1)).reveal();
    assertThat(secret).startsWith("whsec_").hasSize(50);
  }

  private static Scheme stripe() {
    var message =
        new Message(
            List.of(new Part.Time(), new Part.Literal("."), new Part.Body()),
            new SignaturePlace(
                new Place.Header("Stripe-Signature"),
                new SignaturePlace.KeyValues(',', "v1", Optional.of("t"))),
            Optional.of(
                new SignedTime(Optional.empty(), TimeFormat.SECONDS, Duration.ofMinutes(5))),
            List.of());
    return new Hmac(HashAlgorithm.SHA256, Encoding.HEX, KeyForm.UTF8, "", message);
  }

  private Verdict ours(String header, String body, Secret secret) {
    var request =
        new HttpRequest(
            "POST",
            "https://hooks.example.test/",
            new Headers(Map.of("Stripe-Signature", header)),
            bytes(body));
    return new Verifier().verify(stripe(), request, List.of(secret), now);
  }

  @Test
  void what_stripe_java_signs_is_genuine_and_one_byte_more_is_not() throws Exception {
    var secret = Secret.of("whsec_exampleexampleexample");
    var random = new Random(3);
    for (int i = 0; i < 200; i++) {
      var body = "{\"n\":" + random.nextInt() + ",\"s\":\"é♥\"}";
      long at = now.getEpochSecond() - random.nextInt(299);
      var signature =
          com.stripe.net.Webhook.Util.computeHmacSha256(secret.reveal(), at + "." + body);
      var header = "t=" + at + ",v1=" + signature;
      assertThat(ours(header, body, secret)).isInstanceOf(Genuine.class);
      assertThat(ours(header, body + " ", secret)).isInstanceOf(Refused.class);
      assertThatCode(() ->
              com.stripe.net.Webhook.Signature.verifyHeader(body, header, secret.reveal(), 300))
          .doesNotThrowAnyException();
    }
  }

  @Test
  void what_stripe_java_refuses_we_refuse() throws Exception {
    var secret = "whsec_exampleexampleexample";
    long at = now.getEpochSecond();
    var good = com.stripe.net.Webhook.Util.computeHmacSha256(secret, at + "." + BODY);
    for (var header :
        List.of(
            "",
            "t=" + at,
            "v1=" + good,
            "t=" + at + ",v0=" + good,
            "t=" + (at - 1) + ",v1=" + good,
            "t=" + at + ",v1=" + good.substring(2),
            "t=x,v1=" + good)) {
      assertThatThrownBy(
              () -> com.stripe.net.Webhook.Signature.verifyHeader(BODY, header, secret, 300))
          .isInstanceOfAny(SignatureVerificationException.class, NumberFormatException.class);
      assertThat(ours(header, BODY, Secret.of(secret))).as(header).isInstanceOf(Refused.class);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
