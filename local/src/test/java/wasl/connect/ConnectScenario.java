package wasl.connect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;
import wasl.aws.Log;
import wasl.function.managementapi.ManagementApi;
import wasl.function.oauthcallback.ConnectRoad;
import wasl.function.oauthcallback.Handler;
import wasl.road.ApiClient;
import wasl.road.EmbeddedStack;
import wasl.road.SettableClock;

/// A new project with an integration of the generic provider, whose accounts browsers connect.
final class ConnectScenario implements AutoCloseable {
  static final String BACK = "https://app.example/back?tab=2";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final EmbeddedStack stack;
  private final SettableClock clock = SettableClock.atRealTime();
  private final ConsentProvider provider = new ConsentProvider();
  private final ByteArrayOutputStream logged = new ByteArrayOutputStream();
  private final Handler handler;
  private final ApiClient api;

  ConnectScenario(EmbeddedStack stack) {
    this(stack, Map.of());
  }

  /// @param environment variables that differ from the template's
  ConnectScenario(EmbeddedStack stack, Map<String, String> environment) {
    this.stack = stack;
    var variables = new HashMap<>(stack.environment("oauth-callback"));
    variables.putAll(environment);
    handler =
        new Handler(
            ConnectRoad.on(stack.clients(), variables, clock, new SecureRandom()),
            log("oauth-callback"));
    var log = log("management-api");
    var management =
        ManagementApi.on(
            stack.clients(), stack.environment("management-api"), clock, new SecureRandom(), log);
    api = ApiClient.ofNewProject(stack, new wasl.function.managementapi.Handler(management, log));
    putIntegration(config());
  }

  private Log log(String function) {
    return new Log(function, new PrintStream(logged, true, StandardCharsets.UTF_8), clock);
  }

  SettableClock clock() {
    return clock;
  }

  ConsentProvider provider() {
    return provider;
  }

  ApiClient api() {
    return api;
  }

  /// All lines that both functions logged.
  String logged() {
    return logged.toString(StandardCharsets.UTF_8);
  }

  /// The integration's `config`, to be changed by a test and put.
  ObjectNode config() {
    return JSON.createObjectNode()
        .put("authorizationUrl", provider.url("/authorize"))
        .put("tokenUrl", provider.url("/token"))
        .put("revocationUrl", provider.url("/revoke"))
        .put("account", "account.id");
  }

  void putIntegration(ObjectNode config) {
    putIntegration(config, "read", "write");
  }

  void putIntegration(ObjectNode config, String... scopes) {
    var wish =
        JSON.createObjectNode()
            .put("provider", "oauth2")
            .put("clientId", ConsentProvider.CLIENT_ID)
            .put("clientSecret", ConsentProvider.CLIENT_SECRET);
    var list = wish.putArray("scopes");
    for (var scope : scopes) {
      list.add(scope);
    }
    wish.putArray("redirectUrls").add(BACK).add("http://127.0.0.1/cb");
    wish.set("config", config);
    var answer = api.call("PUT", "/v1/integrations/acme", wish.toString());
    if (answer.status() != 200 && answer.status() != 201) {
      throw new IllegalStateException(answer.toString());
    }
  }

  /// A connect session's URL.
  ///
  /// @param more members of the wish as JSON, with a comma before them
  String session(String more) {
    var answer =
        api.post(
            "/v1/connect-sessions",
            "{\"integration\":\"acme\",\"redirectUrl\":\"" + BACK + "\"" + more + "}");
    if (answer.status() != 201) {
      throw new IllegalStateException(answer.toString());
    }
    return answer.body().path("connectUrl").asText();
  }

  Browser browser() {
    return new Browser(stack, handler);
  }

  /// The whole dance in a new browser: what it is answered in the end.
  Browser.Page connect(String more) {
    var browser = browser();
    return browser.comeBack(provider.consent(browser.open(session(more)).link()));
  }

  JsonNode connection(String id) {
    return api.get("/v1/connections/" + id).body();
  }

  int connections() {
    return api.get("/v1/connections").body().path("items").size();
  }

  /// Everything that stands in the table `Connections`, in clear and as bytes.
  String stored() {
    var out = new StringBuilder();
    var table = stack.environment("oauth-callback").getOrDefault("WASL_CONNECTIONS_TABLE", "");
    stack
        .clients()
        .dynamoDb()
        .scanPaginator(ScanRequest.builder().tableName(table).build())
        .items()
        .forEach(item -> {
          item.forEach((name, value) -> {
            out.append(name).append('=').append(value).append('\n');
            if (value.b() != null) {
              out.append(value.b().asString(StandardCharsets.ISO_8859_1));
            }
          });
        });
    return out.toString();
  }

  static JsonNode tree(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(json, e);
    }
  }

  @Override
  public void close() {
    provider.close();
  }
}
