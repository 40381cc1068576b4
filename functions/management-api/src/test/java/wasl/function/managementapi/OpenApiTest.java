package wasl.function.managementapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import wasl.access.Role;
import wasl.access.Scope;
import wasl.aws.AwsClients;
import wasl.aws.Log;
import wasl.web.Route;

/// Holds the OpenAPI document against the table of routes: neither says what the other does not.
class OpenApiTest {
  private static final JsonNode DOCUMENT = document();

  @Test
  void has_every_route_and_no_other() {
    var documented = new TreeMap<String, String>();
    DOCUMENT
        .path("paths")
        .properties()
        .forEach(path ->
            path.getValue()
                .properties()
                .forEach(operation ->
                    documented.put(
                        operation.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey(),
                        operation.getValue().path("operationId").asText())));

    var routed = new TreeMap<String, String>();
    routes().forEach(route -> routed.put(route.method() + " " + route.path(), route.operation()));

    assertThat(documented).isEqualTo(routed);
  }

  @Test
  void says_of_each_route_the_scope_the_query_and_the_body_that_it_takes() {
    for (var route : routes()) {
      var operation = operation(route);

      assertThat(operation.path("security").toString())
          .as(route.operation())
          .isEqualTo(
              route
                  .scope()
                  .map(scope -> "[{\"apiKey\":[\"" + scope.wireName() + "\"]}]")
                  .orElse("[]"));
      assertThat(parameters(operation, "query"))
          .as(route.operation())
          .containsExactlyInAnyOrderElementsOf(route.query());
      assertThat(operation.at("/requestBody/required").asText())
          .as(route.operation())
          .isEqualTo(
              switch (route.body()) {
                case NONE -> "";
                case JSON -> "true";
                case OPTIONAL_JSON -> "false";
              });
      assertThat(parameters(operation, "path"))
          .as(route.operation())
          .allMatch(name -> route.path().contains("{" + name + "}"))
          .hasSize((int) route.path().chars().filter(c -> c == '{').count());
    }
  }

  @Test
  void says_of_each_write_and_of_nothing_else_that_it_takes_an_idempotency_key() {
    for (var route : routes()) {
      var operation = operation(route);

      assertThat(operation.path("parameters").toString().contains("parameters/IdempotencyKey"))
          .as(route.operation())
          .isEqualTo(route.writes());
      assertThat(operation.path("responses").has("409") || !route.writes())
          .as(route.operation())
          .isTrue();
    }
  }

  @Test
  void names_every_scope_and_role() {
    assertThat(texts(DOCUMENT.at("/components/schemas/Scope/enum")))
        .isEqualTo(Arrays.stream(Scope.values()).map(Scope::wireName).toList());
    assertThat(texts(DOCUMENT.at("/components/schemas/Role/enum")))
        .isEqualTo(Arrays.stream(Role.values()).map(Role::wireName).toList());
  }

  @Test
  void refers_to_nothing_that_is_not_there_and_defines_nothing_in_vain() {
    var referred = new TreeSet<>(DOCUMENT.findValuesAsText("$ref"));

    for (var reference : referred) {
      assertThat(DOCUMENT.at(reference.substring(1)).isMissingNode()).as(reference).isFalse();
    }
    for (var kind : List.of("schemas", "responses", "parameters")) {
      DOCUMENT
          .at("/components/" + kind)
          .fieldNames()
          .forEachRemaining(
              name -> assertThat(referred).contains("#/components/" + kind + "/" + name));
    }
  }

  private static List<Route> routes() {
    var environment = new HashMap<String, String>();
    for (var name :
        List.of(
            "WASL_CONNECTIONS_TABLE",
            "WASL_EVENTS_TABLE",
            "WASL_KEYS_TABLE",
            "WASL_BUCKET",
            "WASL_KMS_KEY",
            "WASL_INBOUND_QUEUE_URL",
            "WASL_DELIVERY_QUEUE_URL")) {
      environment.put(name, "x");
    }
    environment.put("WASL_BODY_RETENTION_DAYS", "14");
    environment.put("WASL_MAX_BODY_BYTES", "4194304");
    environment.put("WASL_REFRESH_HTTP_TIMEOUT_SECONDS", "27");
    environment.put("WASL_REFRESH_IDLE_DAYS", "7");
    try (var clients =
        new AwsClients(Map.of("AWS_ACCESS_KEY_ID", "x", "AWS_SECRET_ACCESS_KEY", "x"))) {
      return new Wiring(
              clients,
              environment,
              InstantSource.system(),
              new Random(1),
              Log.ofFunction("management-api"))
          .routes();
    }
  }

  private static JsonNode operation(Route route) {
    return DOCUMENT.path("paths").path(route.path()).path(route.method().toLowerCase(Locale.ROOT));
  }

  private static List<String> parameters(JsonNode operation, String in) {
    var names = new ArrayList<String>();
    for (var parameter : operation.path("parameters")) {
      if (parameter.path("in").asText().equals(in)) {
        names.add(parameter.path("name").asText());
      }
    }
    return names;
  }

  private static List<String> texts(JsonNode list) {
    var texts = new ArrayList<String>();
    list.forEach(text -> texts.add(text.asText()));
    return texts;
  }

  private static JsonNode document() {
    try {
      return new ObjectMapper().readTree(OpenApiRoutes.document());
    } catch (IOException e) {
      throw new IllegalStateException("openapi.json is no JSON", e);
    }
  }
}
