package wasl.management;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import wasl.aws.Log;
import wasl.function.eventrouter.Handler;
import wasl.function.eventrouter.Routing;
import wasl.road.EmbeddedStack;

/// A project with a record of every kind in one of its environments.
///
/// @param admin an administrator of that environment
/// @param ids the records' ids by the names that path parameters have
/// @param inboundUrl of the inbound webhook, whose provider is GitHub
/// @param inboundSecret that it is signed with
record Furnished(Api admin, Map<String, String> ids, String inboundUrl, String inboundSecret) {
  static final String API_KEY = "sk_test_abcdefghij0123456789";

  static Furnished in(EmbeddedStack stack, Api admin) {
    var ids = new TreeMap<String, String>();
    ids.put("project", admin.project());
    ids.put("apiKey", made(admin.post("/v1/api-keys", "{\"name\":\"k\",\"role\":\"viewer\"}")));
    ids.put("integration", "pay");
    made(
        admin.put(
            "/v1/integrations/pay",
            """
            {"provider":"stripe","clientId":"c","clientSecret":"client-secret",
             "webhookSecret":"webhook-secret-1","redirectUrls":["https://app.example.com/back"]}\
            """));
    admin.put(
        "/v1/integrations/pay",
        """
        {"provider":"stripe","clientId":"c","webhookSecret":"webhook-secret-2",
         "redirectUrls":["https://app.example.com/back"]}\
        """);
    made(admin.put("/v1/integrations/code", "{\"provider\":\"github\"}"));
    ids.put(
        "connection",
        made(
            admin.post(
                "/v1/connections",
                """
                {"integration":"pay","alias":"main","externalAccountId":"acct_1",
                 "credentials":{"type":"api_key","apiKey":"%s"}}\
                """
                    .formatted(API_KEY))));
    var inbound = admin.post("/v1/inbound-webhooks", "{\"integration\":\"code\"}");
    ids.put("inboundWebhook", made(inbound));
    var rotated =
        admin.post(
            "/v1/inbound-webhooks/" + inbound.text("/id") + "/rotate",
            "{\"url\":true,\"secret\":true}");
    var outbound =
        admin.post("/v1/outbound-webhooks", "{\"url\":\"https://hooks.example.com/in\"}");
    ids.put("outboundWebhook", made(outbound));
    ids.put(
        "delivery",
        admin
            .post("/v1/outbound-webhooks/" + outbound.text("/id") + "/test", "")
            .text("/delivery"));
    var event = admin.post("/v1/events", "{\"type\":\"order.paid\",\"data\":{\"total\":10}}");
    ids.put("event", made(event));
    route(stack, admin);
    assertThat(ids.values()).noneMatch(String::isEmpty);
    return new Furnished(admin, ids, rotated.text("/url"), rotated.text("/secret"));
  }

  private static String made(Api.Answer answer) {
    assertThat(answer.status()).as(answer.json().toString()).isBetween(200, 202);
    return answer.text("/id");
  }

  /// Has the router take what is on its queue.
  static void route(EmbeddedStack stack, Api api) {
    stack.driveAll("event-router", router(stack, api.clock()));
  }

  static Handler router(EmbeddedStack stack, InstantSource clock) {
    var silent = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
    return new Handler(
        Routing.on(
            stack.clients(),
            stack.environment("event-router"),
            clock,
            new SecureRandom(),
            new Log("event-router", silent, clock)));
  }

  String id(String parameter) {
    return Objects.requireNonNull(ids.get(parameter), "a real {" + parameter + "}");
  }
}
