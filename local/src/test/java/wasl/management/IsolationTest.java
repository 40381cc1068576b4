package wasl.management;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import wasl.access.Scope;
import wasl.road.EmbeddedStack;
import wasl.web.Route;

/// Tenants do not meet: made out of the table of routes and the OpenAPI document, so that a new
/// route is covered when it is there.
///
/// A path parameter whose kind is new fails here until [Furnished] makes a real record of it.
@ExtendWith(EmbeddedStack.Shared.class)
class IsolationTest {
  private static final Pattern PARAMETER = Pattern.compile("\\{([^}]+)}");

  /// Names that are the same for everybody.
  private static final Set<String> OF_NOBODY = Set.of("provider");

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /// What a schema cannot say of a valid body.
  private static final Map<String, ObjectNode> KNOWN =
      Map.of("putIntegration", JSON.objectNode().put("provider", "stripe"));

  private EmbeddedStack stack;

  // Nothing is older that this test made, and a list that reaches further back reads every day.
  private Instant began;

  private Furnished owner;
  private Api stranger;
  private Api neighbor;
  private Examples examples;

  @BeforeEach
  void start(EmbeddedStack shared) {
    stack = shared;
    var nobody = Api.on(stack);
    began = nobody.clock().instant().minusSeconds(1);
    var created = nobody.bootstrapped().post("/v1/projects", "{\"name\":\"the owner's\"}");
    owner = Furnished.in(stack, nobody.with(created.text("/apiKeys/dev")));
    neighbor = nobody.with(created.text("/apiKeys/staging"));
    stranger = nobody.newProject("dev");
    examples = new Examples(nobody.get("/v1/openapi.json").json());
  }

  @TestFactory
  Stream<DynamicTest> nothing_of_another_project_or_environment_is_there() {
    return ofRecords()
        .flatMap(route ->
            Stream.of(
                DynamicTest.dynamicTest(
                    route.operation() + " by another project", () -> demandAbsent(route, stranger)),
                DynamicTest.dynamicTest(
                    route.operation() + " by another environment",
                    () -> demandAbsent(route, neighbor))));
  }

  private void demandAbsent(Route route, Api intruder) {
    boolean seesProject = intruder == neighbor && parameters(route).equals(List.of("project"));
    if (seesProject && route.method().equals("GET")) {
      // Its own project has all its environments.
      return;
    }
    var before = seen();
    var answer = call(intruder, route, owner::id, body(route));

    if (route.scope().equals(Optional.of(Scope.PROJECTS_WRITE))) {
      assertThat(answer.status()).as(told(route, answer)).isEqualTo(403);
    } else if (route.method().equals("PUT")) {
      // The caller chooses the name, so this makes a record of his own.
      assertThat(answer.status()).as(told(route, answer)).isEqualTo(201);
      assertThat(seen()).isEqualTo(before);
      assertThat(intruder.delete(path(route, owner::id)).status()).isEqualTo(204);
    } else {
      assertThat(answer.status()).as(told(route, answer)).isEqualTo(404);
      assertThat(answer.json().path("detail").asText())
          .isEqualTo("there is nothing of that name here");
    }
    assertThat(seen()).isEqualTo(before);
  }

  @TestFactory
  Stream<DynamicTest> no_list_shows_anything_of_another() {
    return routes()
        .filter(route -> route.method().equals("GET") && parameters(route).isEmpty())
        .filter(route -> route.scope().isPresent())
        .flatMap(route ->
            Stream.of(stranger, neighbor)
                .map(intruder ->
                    DynamicTest.dynamicTest(
                        route.operation() + (intruder == neighbor ? " nearby" : ""),
                        () -> demandUnlisted(route, intruder))));
  }

  private void demandUnlisted(Route route, Api intruder) {
    var list = route.query().contains("since") ? since(route.path()) : route.path();
    demandNothingOfOwner(route, intruder, intruder.get(list));
    for (var parameter : route.query()) {
      if (owner.ids().containsKey(parameter)) {
        var query = parameter + "=" + owner.id(parameter);
        var answer = intruder.get(list + (list.contains("?") ? "&" : "?") + query);
        demandNothingOfOwner(route, intruder, answer);
        assertThat(answer.json().path("items")).as(told(route, answer)).isEmpty();
      }
    }
  }

  private void demandNothingOfOwner(Route route, Api intruder, Api.Answer answer) {
    assertThat(answer.status()).as(told(route, answer)).isEqualTo(200);
    owner
        .ids()
        .forEach((parameter, id) -> {
          // A slug is a word like any other, and the project is the neighbor's as well.
          boolean isHisToo = intruder == neighbor && parameter.equals("project");
          if (!parameter.equals("integration") && !isHisToo) {
            assertThat(answer.json().toString()).as(told(route, answer)).doesNotContain(id);
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> nothing_is_made_of_another_projects_records() {
    return routes()
        .filter(route -> route.writes() && parameters(route).isEmpty())
        .flatMap(route ->
            examples.properties(route).stream()
                .filter(owner.ids()::containsKey)
                .map(property ->
                    DynamicTest.dynamicTest(
                        route.operation() + " of a foreign " + property,
                        () -> {
                          var body = examples.bodyWith(route, property, owner.id(property));
                          var answer = call(stranger, route, owner::id, body.toString());
                          assertThat(answer.status()).as(told(route, answer)).isEqualTo(422);
                          assertThat(answer.pointers()).contains("/" + property);
                        })));
  }

  @TestFactory
  Stream<DynamicTest> a_viewer_is_refused_every_write_before_anybody_looks_what_there_is() {
    var viewer = owner.admin().as("\"role\":\"viewer\"");
    return routes()
        .filter(Route::writes)
        .map(route ->
            DynamicTest.dynamicTest(
                route.operation(),
                () -> {
                  var before = seen();
                  var answers = new ArrayList<JsonNode>();
                  for (var body : List.of(body(route), "", "no json")) {
                    for (var names :
                        List.<UnaryOperator<String>>of(
                            owner::id, IsolationTest.this::absent, parameter -> "nobody's")) {
                      var answer = call(viewer, route, names, body);
                      assertThat(answer.status()).as(told(route, answer)).isEqualTo(403);
                      answers.add(((ObjectNode) answer.json()).without("instance"));
                    }
                  }
                  assertThat(answers).containsOnly(answers.getFirst());
                  assertThat(seen()).isEqualTo(before);
                }));
  }

  @TestFactory
  Stream<DynamicTest> a_key_without_any_scope_that_fits_is_refused_every_read_likewise() {
    var narrow = owner.admin().as("\"scopes\":[\"providers:read\"]");
    return ofRecords()
        .filter(route -> route.method().equals("GET"))
        .map(route ->
            DynamicTest.dynamicTest(
                route.operation(),
                () -> {
                  var real = call(narrow, route, owner::id, "");
                  var absent = call(narrow, route, this::absent, "");
                  assertThat(real.status()).as(told(route, real)).isEqualTo(403);
                  assertThat(absent.status()).as(told(route, absent)).isEqualTo(403);
                }));
  }

  @Test
  void scopes_that_nobody_knows_are_named_and_no_key_is_made() {
    for (var scope : List.of("events:eat", "EVENTS:READ", "events", "*", "events:read ", "")) {
      var refused =
          owner.admin().post("/v1/api-keys", "{\"name\":\"k\",\"scopes\":[\"" + scope + "\"]}");
      assertThat(refused.status()).as(scope).isEqualTo(422);
      assertThat(refused.pointers()).as(scope).contains("/scopes/0");
    }
    assertThat(owner.admin().get("/v1/api-keys").json().path("items")).hasSize(2);
  }

  private Stream<Route> routes() {
    return Api.routes(stack).stream();
  }

  /// The routes that name a record of a tenant.
  private Stream<Route> ofRecords() {
    return routes()
        .filter(route -> route.scope().isPresent())
        .filter(route -> !parameters(route).isEmpty())
        .filter(route -> !OF_NOBODY.containsAll(parameters(route)));
  }

  private static List<String> parameters(Route route) {
    return PARAMETER.matcher(route.path()).results().map(found -> found.group(1)).toList();
  }

  private String body(Route route) {
    var body = examples.body(route);
    body.ifPresent(made -> made.setAll(KNOWN.getOrDefault(route.operation(), JSON.objectNode())));
    return body.map(JsonNode::toString).orElse("");
  }

  private static Api.Answer call(Api api, Route route, UnaryOperator<String> names, String body) {
    var reason = route.query().contains("reason") ? "?reason=test" : "";
    return api.call(route.method(), path(route, names) + reason, body.getBytes(UTF_8));
  }

  private static String path(Route route, UnaryOperator<String> names) {
    return PARAMETER
        .matcher(route.path())
        .replaceAll(found -> names.apply(found.group(1)).replace("'", "%27"));
  }

  /// A name that a record could have, and none has.
  private String absent(String parameter) {
    var id = owner.id(parameter);
    int last = id.length() - 1;
    return id.substring(0, last) + (id.charAt(last) == '0' ? '1' : '0');
  }

  /// What the owner sees of his records.
  private Map<String, JsonNode> seen() {
    var seen = new LinkedHashMap<String, JsonNode>();
    for (var path :
        List.of(
            "/v1/api-keys",
            "/v1/integrations",
            "/v1/connections",
            "/v1/inbound-webhooks",
            "/v1/outbound-webhooks",
            since("/v1/events"),
            since("/v1/deliveries"))) {
      seen.put(path, owner.admin().get(path).json());
    }
    return seen;
  }

  private String since(String path) {
    return path + "?since=" + began;
  }

  private static String told(Route route, Api.Answer answer) {
    return route.method() + " " + route.path() + " gave " + answer.json();
  }
}
