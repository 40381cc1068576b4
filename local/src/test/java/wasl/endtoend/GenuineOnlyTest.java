package wasl.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.stripe.net.Webhook;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.crt.AwsCrtHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/// Through gateway, functions and queue: what is genuine comes in and is listed, what is not is
/// answered 401 and leaves nothing.
class GenuineOnlyTest {
  private static final String STRIPE_SECRET = "whsec_test_only_endpoint_secret";
  private static final String GITHUB_SECRET = "It's a Secret to Everybody";
  private static final String GITHUB_BODY = "Hello, World!";
  private static final String GITHUB_SIGNATURE =
      "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
  private static final Duration TO_ROUTE = Duration.ofSeconds(20);

  @TempDir private static Path folder;

  private static UpProcess up;
  private static HttpClient http;
  private static SqsClient sqs;

  @BeforeAll
  static void start() throws Exception {
    up = UpProcess.start(folder);
    http = HttpClient.newHttpClient();
    sqs =
        SqsClient.builder()
            .endpointOverride(up.aws())
            .region(Region.US_EAST_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("any", "any")))
            .httpClientBuilder(AwsCrtHttpClient.builder())
            .build();
  }

  @AfterAll
  static void stop() throws Exception {
    sqs.close();
    http.close();
    up.close();
  }

  @Test
  void a_stripe_event_signed_by_stripe_s_own_code_is_accepted_and_listed() throws Exception {
    var url = inboundWebhook("stripe", "{\"provider\":\"stripe\"}", STRIPE_SECRET);
    var body = stripeEvent("evt_1genuine");

    assertThat(post(url, body, stripeSignature(STRIPE_SECRET, body, Instant.now()))).isEqualTo(200);

    assertThat(awaitListed("stripe.payment_intent.succeeded")).isEqualTo(1);
  }

  @Test
  void github_s_published_sample_is_accepted_and_listed() throws Exception {
    var url = inboundWebhook("github", "{\"provider\":\"github\"}", GITHUB_SECRET);

    assertThat(
            post(
                url,
                GITHUB_BODY,
                List.of("x-hub-signature-256", GITHUB_SIGNATURE, "x-github-event", "genuine")))
        .isEqualTo(200);

    assertThat(awaitListed("github.genuine")).isEqualTo(1);
  }

  @Test
  void whatever_is_not_genuine_is_answered_401_and_leaves_nothing() throws Exception {
    var stripe = inboundWebhook("stripe-2", "{\"provider\":\"stripe\"}", STRIPE_SECRET);
    var github = inboundWebhook("github-2", "{\"provider\":\"github\"}", GITHUB_SECRET);
    var noSecret = inboundWebhook("stripe-3", "{\"provider\":\"stripe\"}", "");
    var body = stripeEvent("evt_forged").replace("payment_intent.succeeded", "forged");
    var now = Instant.now();
    var right = stripeSignature(STRIPE_SECRET, body, now);
    var doubled = List.of(right.get(0), right.get(1), right.get(0), right.get(1));

    var answers = new LinkedHashMap<String, Integer>();
    answers.put("one byte changed", post(stripe, body.replace("10050", "10051"), right));
    answers.put(
        "stale", post(stripe, body, stripeSignature(STRIPE_SECRET, body, now.minusSeconds(600))));
    answers.put(
        "future", post(stripe, body, stripeSignature(STRIPE_SECRET, body, now.plusSeconds(600))));
    answers.put("missing header", post(stripe, body, List.of()));
    answers.put("doubled header", post(stripe, body, doubled));
    answers.put("wrong secret", post(stripe, body, stripeSignature("whsec_other", body, now)));
    answers.put("no secret configured", post(noSecret, body, right));
    answers.put(
        "signed with an empty secret",
        post(noSecret, body, List.of(right.get(0), emptied(body, now))));
    answers.put(
        "another provider's signature",
        post(stripe, body, List.of("x-hub-signature-256", GITHUB_SIGNATURE)));
    var forged = List.of("x-github-event", "forged", "x-hub-signature-256", GITHUB_SIGNATURE);
    answers.put("GitHub: one byte changed", post(github, "Hello, World?", forged));
    answers.put(
        "GitHub: doubled header",
        post(
            github,
            GITHUB_BODY,
            List.of(
                "x-github-event",
                "forged",
                "x-hub-signature-256",
                GITHUB_SIGNATURE,
                "x-hub-signature-256",
                GITHUB_SIGNATURE)));
    answers.put(
        "GitHub: SHA-1 only",
        post(
            github,
            GITHUB_BODY,
            List.of(
                "x-github-event",
                "forged",
                "x-hub-signature",
                "sha1=01dc10d0c83e72ed246219cdd91669667fe2ca59")));

    assertThat(answers).allSatisfy((what, status) -> assertThat(status).as(what).isEqualTo(401));
    // What had been queued would be a listed event once the queue is empty, or a dead letter.
    awaitEmpty("Inbound");
    assertThat(messages("InboundDead")).isZero();
    assertThat(listed("stripe.forged") + listed("github.forged")).isZero();
  }

  private static String emptied(String body, Instant at) {
    // HMAC with an empty key, as an attacker would try it; Java takes no empty key, a zero byte
    // pads to the same.
    return stripeSignature("\0", body, at).get(1);
  }

  private static String stripeEvent(String id) throws Exception {
    return Files.readString(
            Path.of("src/main/resources/wasl/local/demo/stripe-payment-intent-succeeded.json"))
        .replace("evt_demo", id);
  }

  private static List<String> stripeSignature(String secret, String body, Instant at) {
    try {
      var time = at.getEpochSecond();
      return List.of(
          "stripe-signature",
          "t=" + time + ",v1=" + Webhook.Util.computeHmacSha256(secret, time + "." + body));
    } catch (java.security.GeneralSecurityException e) {
      throw new AssertionError("every JDK has HmacSHA256", e);
    }
  }

  /// Makes an integration and an inbound webhook of it; answers the URL.
  private static String inboundWebhook(String integration, String put, String secret)
      throws Exception {
    call("PUT", "/v1/integrations/" + integration, put);
    var body = JsonMapper.builder().build().createObjectNode().put("integration", integration);
    if (!secret.isEmpty()) {
      body.put("secret", secret);
    }
    return call("POST", "/v1/inbound-webhooks", body.toString()).path("url").asText();
  }

  private static int awaitListed(String type) throws Exception {
    long until = System.nanoTime() + TO_ROUTE.toNanos();
    while (System.nanoTime() < until && listed(type) == 0) {
      TimeUnit.MILLISECONDS.sleep(50);
    }
    return listed(type);
  }

  private static void awaitEmpty(String queue) throws InterruptedException {
    long until = System.nanoTime() + TO_ROUTE.toNanos();
    while (messages(queue) > 0) {
      assertThat(System.nanoTime()).as("the queue is not empty in time").isLessThan(until);
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  /// Waiting, delayed and in work, of the queue of this logical name.
  private static int messages(String queue) {
    var urls =
        sqs.listQueues().queueUrls().stream()
            .filter(url ->
                url.toLowerCase(Locale.ROOT).matches(".*[/-]" + queue.toLowerCase(Locale.ROOT)))
            .toList();
    assertThat(urls).as("queues named " + queue + " of " + sqs.listQueues().queueUrls()).hasSize(1);
    return sqs
        .getQueueAttributes(r ->
            r.queueUrl(urls.getFirst())
                .attributeNames(
                    QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES,
                    QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE,
                    QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_DELAYED))
        .attributes()
        .values()
        .stream()
        .mapToInt(Integer::parseInt)
        .sum();
  }

  private static int listed(String type) throws Exception {
    return call("GET", "/v1/events?type=" + type, "").path("items").size();
  }

  private static JsonNode call(String method, String path, String json) throws Exception {
    var answer = up.call(method, path, json);
    assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
    return new JsonMapper().readTree(answer.body());
  }

  /// @param headers names and values in turn; a name may stand twice
  private static int post(String url, String body, List<String> headers) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create(url))
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofByteArray(body.getBytes(UTF_8)));
    for (int at = 0; at < headers.size(); at += 2) {
      request.header(headers.get(at), headers.get(at + 1));
    }
    return http.send(request.build(), BodyHandlers.discarding()).statusCode();
  }
}
