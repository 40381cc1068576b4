package wasl.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import wasl.local.scene.Api;
import wasl.local.scene.PlainBrowser;
import wasl.local.scene.Receiver;
import wasl.local.scene.Signed;

/// Runs Wasl's main job end to end against a running bundle, and says each step.
///
/// Plays all three parties: the team that sets Wasl up, the providers that send signed webhooks,
/// and the team's own service that receives what Wasl delivers.
public final class Demo {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final JsonMapper JSON = new JsonMapper();

  // Test values; they protect nothing.
  private static final String STRIPE_KEY = "sk_test_" + "wasldemo".repeat(3);
  private static final String STRIPE_SECRET = "whsec_" + "demoStripeEndpointSecret0123456";
  private static final String GITHUB_CLIENT_SECRET = "demo-github-client-secret-0123456789";
  // GitHub's own published sample: this secret, this body, this signature.
  private static final String GITHUB_SECRET = "It's a Secret to Everybody";
  private static final String GITHUB_BODY = "Hello, World!";

  private final Api api;
  private final Receiver receiver;
  private final InstantSource clock;
  private final Story story;
  private final Map<String, String> secrets =
      new LinkedHashMap<>(
          Map.of(
              "the Stripe API key", STRIPE_KEY,
              "the Stripe endpoint's secret", STRIPE_SECRET,
              "the GitHub webhook's secret", GITHUB_SECRET,
              "the GitHub client's secret", GITHUB_CLIENT_SECRET,
              "the GitHub payload", GITHUB_BODY,
              "the Stripe payload", "cus_demo_receipt@example.test"));

  private Demo(Api api, Receiver receiver, InstantSource clock, Story story) {
    this.api = api;
    this.receiver = receiver;
    this.clock = clock;
    this.story = story;
  }

  /// What came of it.
  ///
  /// @param exit 0, or 1 where something was not as told
  /// @param secrets everything that was a secret or a payload, by what it was: what a scan for
  ///   leaks looks for
  /// @param refusals the bodies of all answers that refused something
  public record Told(int exit, Map<String, String> secrets, List<String> refusals) {}

  /// Tells the story; where it goes wrong, says so.
  ///
  /// @param api the HTTP API's address
  /// @param apiKey an admin's key
  public static Told run(URI api, String apiKey, InstantSource clock, PrintStream out) {
    var story = new Story(out);
    try (var client = new Api(api, apiKey);
        var receiver = Receiver.start()) {
      var demo = new Demo(client, receiver, clock, story);
      return new Told(demo.toldWell(out) ? 0 : 1, Map.copyOf(demo.secrets), client.refusals());
    } catch (IOException e) {
      throw new UncheckedIOException("the demo's own receiver cannot listen", e);
    }
  }

  private boolean toldWell(PrintStream out) {
    try {
      tell();
      return true;
    } catch (IOException | Story.WentWrong wrong) {
      out.println();
      out.println("  The demo failed: " + wrong.getMessage());
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void tell() throws IOException, InterruptedException {
    story.title("Wasl: signed webhooks in, events on a bus of your own, signed webhooks out");
    story.say(
        "Everything runs on this machine now: the nine Lambda functions of template.yaml, built as"
            + " they",
        "are deployed, behind a local API Gateway, with DynamoDB, SQS, EventBridge, KMS and S3.");

    story.step("A project connects Stripe and GitHub");
    api.call("PUT", "/v1/integrations/stripe", "{\"provider\":\"stripe\"}");
    var connection =
        api.call(
            "POST",
            "/v1/connections",
            """
            {"integration":"stripe","alias":"main","credentials":{"type":"api_key","apiKey":"%s"}}\
            """
                .formatted(STRIPE_KEY));
    story.say(
        "POST /v1/connections → "
            + text(connection, "id")
            + ", status "
            + text(connection, "status"),
        "Its key is sealed under a KMS data key of this project; no answer, log or table shows it"
            + " again.");
    var stripe =
        api.call(
            "POST",
            "/v1/inbound-webhooks",
            """
            {"connection":"%s","secret":"%s"}\
            """
                .formatted(text(connection, "id"), STRIPE_SECRET));
    api.call(
        "PUT",
        "/v1/integrations/github",
        JSON.createObjectNode()
            .put("provider", "github")
            .put("webhookSecret", GITHUB_SECRET)
            .toString());
    var github = api.call("POST", "/v1/inbound-webhooks", "{\"integration\":\"github\"}");
    secrets.put("the token of Stripe's URL", token(stripe));
    secrets.put("the token of GitHub's URL", token(github));
    story.say(
        "POST /v1/inbound-webhooks → two URLs to give to Stripe and GitHub, each ending in a secret"
            + " token.");

    story.step("A person connects a GitHub account, in a browser");
    connectInBrowser();

    story.step("The project's own service subscribes");
    var outbound =
        api.call(
            "POST",
            "/v1/outbound-webhooks",
            JSON.createObjectNode().put("url", receiver.url()).toString());
    receiver.trust(text(outbound, "secret"));
    secrets.put("the outbound webhook's secret", text(outbound, "secret"));
    story.say(
        "POST /v1/outbound-webhooks → " + text(outbound, "id") + ", for every event",
        "Its secret is shown once; the service checks each delivery with it (Standard Webhooks).");

    story.step("Stripe sends an event, signed");
    var payment = stripeEvent("evt_demo_1");
    var signed = Signed.byStripe(STRIPE_SECRET, payment, clock.instant());
    var accepted = api.post(text(stripe, "url"), signed.body(), signed.headers());
    story.check(
        accepted.status() == 200, "Wasl answers 200: the signature is right, the event is stored");
    var first =
        receiver
            .await(r -> "stripe.payment_intent.succeeded".equals(text(r.body(), "type")), PATIENCE)
            .orElseThrow(() -> story.wrong("the event did not reach the receiver"));
    story.check(
        first.genuine(),
        "The service gets it, signed by Wasl; its own check of the signature passes");
    story.say(
        "  webhook-id " + first.id(),
        "  type       " + text(first.body(), "type") + ", from " + text(first.body(), "connection"),
        "  data       exactly what Stripe sent: "
            + first.body().path("data").toString().length()
            + " bytes");
    story.check(
        JSON.readTree(payment).equals(first.body().path("data")),
        "The payload is Stripe's own, unchanged");

    story.step("Nothing that is not genuine comes in");
    var changed = signed.withOneByteChanged();
    story.check(
        api.post(text(stripe, "url"), changed.body(), changed.headers()).status() == 401,
        "One byte changed: 401");
    var stale =
        Signed.byStripe(STRIPE_SECRET, payment, clock.instant().minus(Duration.ofMinutes(10)));
    story.check(
        api.post(text(stripe, "url"), stale.body(), stale.headers()).status() == 401,
        "Ten minutes old, though rightly signed: 401");
    var other = Signed.byGitHub(GITHUB_SECRET, "push", "d-1", payment);
    story.check(
        api.post(text(stripe, "url"), other.body(), other.headers()).status() == 401,
        "Another provider's signature: 401");
    story.check(
        api.post(text(stripe, "url"), signed.body(), Map.of("content-type", "application/json"))
                .status()
            == 401,
        "No signature: 401");

    story.step("Providers send again and again; it stays one event");
    sendInParallel(text(stripe, "url"), signed, 20);
    story.say("Twenty more copies of the same event were sent at once, and each was answered 200.");

    story.step("GitHub sends its documentation's own sample");
    var sample = Signed.byGitHub(GITHUB_SECRET, "ping", "demo-delivery-1", GITHUB_BODY);
    story.check(
        api.post(text(github, "url"), sample.body(), sample.headers()).status() == 200,
        "Wasl answers 200 to the published signature sha256=757107ea…");
    var ping =
        receiver
            .await(r -> "github.ping".equals(text(r.body(), "type")), PATIENCE)
            .orElseThrow(() -> story.wrong("the ping did not reach the receiver"));
    story.check(
        ping.genuine() && GITHUB_BODY.equals(text(ping.body().path("data"), "text")),
        "The service gets it; the body is no JSON, so it arrives as {\"text\": \"Hello, World!\"}");

    story.step("The service is down for a while");
    receiver.failNext(2);
    var later = Signed.byStripe(STRIPE_SECRET, stripeEvent("evt_demo_2"), clock.instant());
    api.post(text(stripe, "url"), later.body(), later.headers());
    var recovered =
        receiver
            .await(
                r -> r.answered() == 200 && text(r.body().path("data"), "id").equals("evt_demo_2"),
                PATIENCE)
            .orElseThrow(() -> story.wrong("the delivery was not retried"));
    var tries = receiver.all().stream().filter(r -> recovered.id().equals(r.id())).toList();
    story.check(
        tries.size() == 3,
        "It answered 503, 503, then 200; all three tries carry the webhook-id " + recovered.id());
    var delivery = delivered(recovered.id());
    for (var attempt : delivery.path("attempts")) {
      story.say(
          "  attempt at %s: %s, %s ms"
              .formatted(
                  text(attempt, "at"), text(attempt, "status"), text(attempt, "durationMs")));
    }

    story.step("What the project sees");
    var events = api.get("/v1/events?limit=100").path("items");
    for (var event : events) {
      story.say(
          "  %s  %-32s %s"
              .formatted(text(event, "id"), text(event, "type"), text(event, "status")));
    }
    story.check(
        events.size() == 3,
        "GET /v1/events: three events, although 23 genuine requests were accepted and 4 refused");
    var copies = receiver.all().stream().filter(r -> first.id().equals(r.id())).count();
    story.check(copies == 1, "The event that was sent 21 times was delivered once");
  }

  /// The whole OAuth dance; the simulator stands for GitHub.
  private void connectInBrowser() throws IOException, InterruptedException {
    api.call(
        "PUT",
        "/v1/integrations/github-accounts",
        JSON.createObjectNode()
            .put("provider", "github")
            .put("clientId", "demo-client")
            .put("clientSecret", GITHUB_CLIENT_SECRET)
            .set("scopes", JSON.createArrayNode().add("repo"))
            .toString());
    var session =
        api.call(
            "POST",
            "/v1/connect-sessions",
            "{\"integration\":\"github-accounts\",\"alias\":\"octocat\"}");
    try (var browser = new PlainBrowser()) {
      var tab = browser.open(URI.create(text(session, "connectUrl")));
      story.say(
          "POST /v1/connect-sessions → a link; its page names project, provider and scopes, and",
          "its button leads to GitHub, which the simulator plays here.");
      browser.goOn(tab);
      browser.allow(tab, "octocat");
    }
    var found = api.get("/v1/connections?integration=github-accounts").path("items");
    story.check(
        found.size() == 1 && text(found.get(0), "status").equals("active"),
        "GitHub's code was exchanged for tokens (PKCE), and they are sealed: "
            + text(found.get(0), "id")
            + " is active");
    var id = text(found.get(0), "id");
    var first = text(api.get("/v1/connections/" + id + "/credentials"), "accessToken");
    secrets.put("the GitHub account's first token", first);
    api.call("POST", "/v1/connections/" + id + "/refresh", "");
    var second = text(api.get("/v1/connections/" + id + "/credentials"), "accessToken");
    secrets.put("the GitHub account's second token", second);
    story.check(
        !first.isEmpty() && !second.isEmpty() && !second.equals(first),
        "A refresh brings another token; both looks at a token are in the audit trail");
  }

  /// A `payment_intent.succeeded` as Stripe sends it, with a fresh id.
  private static String stripeEvent(String id) throws IOException {
    try (var sample = Demo.class.getResourceAsStream("stripe-payment-intent-succeeded.json")) {
      if (sample == null) {
        throw new AssertionError("the sample stands beside this class");
      }
      return new String(sample.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8)
          .replace("evt_demo", id);
    }
  }

  private void sendInParallel(String url, Signed signed, int copies) throws InterruptedException {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var sends =
          IntStream.range(0, copies)
              .<Callable<Integer>>mapToObj(
                  copy -> () -> api.post(url, signed.body(), signed.headers()).status())
              .toList();
      for (var answer : threads.invokeAll(sends)) {
        story.require(answer.resultNow() == 200, "a copy was answered " + answer.resultNow());
      }
    }
  }

  /// The delivery of an event, once its last attempt is recorded.
  private JsonNode delivered(String event) throws IOException, InterruptedException {
    var until = clock.instant().plus(PATIENCE);
    while (clock.instant().isBefore(until)) {
      var found = api.get("/v1/deliveries?event=" + event + "&status=delivered").path("items");
      if (!found.isEmpty()) {
        return api.get("/v1/deliveries/" + text(found.get(0), "id"));
      }
      Thread.sleep(100);
    }
    throw story.wrong("the delivery of " + event + " was not recorded as delivered");
  }

  private static String token(JsonNode inboundWebhook) {
    var url = text(inboundWebhook, "url");
    return url.substring(url.lastIndexOf('/') + 1);
  }

  private static String text(JsonNode node, String name) {
    return node.path(name).asText();
  }
}
