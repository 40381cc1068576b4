package wasl.local.scene;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/// A road through a running bundle, set up over its API: a connection to Stripe with an inbound
/// webhook at one end, outbound webhooks at the other where they are wanted.
public final class Road {
  // Test values; they protect nothing.
  private static final String STRIPE_KEY = "sk_test_" + "waslroad".repeat(3);
  private static final String STRIPE_SECRET = "whsec_" + "roadStripeEndpointSecret0123456";
  private static final JsonMapper JSON = new JsonMapper();

  private final String sample;
  private final Api api;
  private final String inboundUrl;

  private Road(String sample, Api api, String inboundUrl) {
    this.sample = sample;
    this.api = api;
    this.inboundUrl = inboundUrl;
  }

  /// Sets it up as far as the bus: nobody subscribes yet.
  public static Road build(Api api) throws IOException, InterruptedException {
    api.call("PUT", "/v1/integrations/stripe", "{\"provider\":\"stripe\"}");
    var connection = JSON.createObjectNode().put("integration", "stripe").put("alias", "road");
    connection.putObject("credentials").put("type", "api_key").put("apiKey", STRIPE_KEY);
    var made = api.call("POST", "/v1/connections", connection.toString());
    var inbound =
        JSON.createObjectNode()
            .put("connection", made.path("id").asText())
            .put("secret", STRIPE_SECRET);
    var url = api.call("POST", "/v1/inbound-webhooks", inbound.toString()).path("url").asText();
    return new Road(sample(), api, url);
  }

  /// Has every event delivered to this URL from now on; answers the secret that deliveries are
  /// signed with.
  public String deliverTo(String receiver) throws IOException, InterruptedException {
    var outbound = JSON.createObjectNode().put("url", receiver).toString();
    return api.call("POST", "/v1/outbound-webhooks", outbound).path("secret").asText();
  }

  /// Where Stripe sends to.
  public String inboundUrl() {
    return inboundUrl;
  }

  /// One webhook as Stripe sends it.
  ///
  /// @param id Stripe's own event id, by which copies are known
  public Signed webhook(String id, Instant at) {
    return Signed.byStripe(STRIPE_SECRET, sample.replace("evt_demo", id), at);
  }

  private static String sample() throws IOException {
    try (var stream =
        Road.class.getResourceAsStream("/wasl/local/demo/stripe-payment-intent-succeeded.json")) {
      if (stream == null) {
        throw new AssertionError("the sample stands beside the demo");
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
