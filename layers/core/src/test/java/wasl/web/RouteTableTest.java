package wasl.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import wasl.access.ApiKeyId;
import wasl.access.Caller;
import wasl.access.Environment;
import wasl.access.ProjectId;
import wasl.access.Scope;
import wasl.access.Tenant;
import wasl.id.Ids;
import wasl.page.Page;

class RouteTableTest {
  private static final Caller READER =
      new Caller(
          new Tenant(
              new ProjectId(Ids.next("prj_", Instant.EPOCH, new Random(1))), Environment.DEV),
          new ApiKeyId("key_01234567890123456789"),
          Set.of(Scope.EVENTS_READ));

  private final RouteTable table =
      new RouteTable(
          List.of(
              Route.open("/v1/health", "health", request -> said("well")),
              Route.list("/v1/things", Scope.EVENTS_READ, "list", this::list),
              Route.post(
                  "/v1/things",
                  Scope.EVENTS_READ,
                  "create",
                  request -> {
                    request.json().text("name", Text.line(5));
                    return request.json().isFaulty() ? request.json().refused() : said("made");
                  }),
              Route.get(
                  "/v1/things/{thing}",
                  Scope.EVENTS_READ,
                  "get",
                  request -> said(request.path("thing"))),
              Route.delete(
                  "/v1/things/{thing}", Scope.EVENTS_WRITE, "delete", request -> said("gone"))),
          header -> header.filter("Bearer good"::equals).map(header2 -> READER),
          (caller, call, of, write) -> write.get(),
          100);

  @Test
  void answers_an_open_route_to_everyone() {
    assertThat(text(call("GET", "/v1/health", "", "", ""))).isEqualTo("{\"said\":\"well\"}");
  }

  @Test
  void demands_a_key_before_anything_else() {
    assertThat(call("GET", "/v1/things", "", "", "").status()).isEqualTo(401);
    assertThat(call("GET", "/v1/nothing", "", "", "").status()).isEqualTo(401);
    assertThat(call("PUT", "/v1/health", "", "", "").status()).isEqualTo(401);
    assertThat(call("POST", "/v1/things", "", "bad", "{").status()).isEqualTo(401);
  }

  @Test
  void checks_path_method_scope_size_and_syntax_in_this_order() {
    assertThat(good("GET", "/v1/nothing", "").status()).isEqualTo(404);
    assertThat(good("GET", "/v1/things/", "").status()).isEqualTo(404);
    assertThat(good("GET", "/v1/things/%zz", "").status()).isEqualTo(404);
    assertThat(good("PATCH", "/v1/things", "{").headers()).containsEntry("allow", "GET, POST");
    assertThat(good("DELETE", "/v1/things/a", "").status()).isEqualTo(403);
    assertThat(good("POST", "/v1/things", "x".repeat(101)).status()).isEqualTo(413);
    assertThat(good("POST", "/v1/things", "{").status()).isEqualTo(400);
    assertThat(good("POST", "/v1/things", "{}").status()).isEqualTo(422);
  }

  @Test
  void says_every_member_of_a_problem_whatever_it_is() {
    for (var refused :
        List.of(
            call("GET", "/v1/things", "", "", ""),
            good("GET", "/v1/nothing", ""),
            good("PATCH", "/v1/things", ""),
            good("DELETE", "/v1/things/a", ""),
            good("POST", "/v1/things", "x".repeat(101)),
            good("POST", "/v1/things", "{"),
            good("POST", "/v1/things", "{}"))) {
      assertThat(text(refused))
          .containsPattern("\"type\":\"[^\"]+\"")
          .containsPattern("\"title\":\"[^\"]+\"")
          .contains("\"status\":" + refused.status())
          .containsPattern("\"detail\":\"[^\"]+\"")
          .contains("\"instance\":\"request-1\"");
    }
  }

  @Test
  void decodes_a_path_parameter_after_it_split_the_path() {
    assertThat(text(good("GET", "/v1/things/a%2Fb+c", ""))).isEqualTo("{\"said\":\"a/b+c\"}");
  }

  @Test
  void names_the_faults_of_query_and_body_together() {
    var answer = text(call("POST", "/v1/things", "x=1", "good", "{\"y\":1}"));

    assertThat(answer).contains("#query/x", "/name", "/y", "\"instance\":\"request-1\"");
  }

  @Test
  void gives_cursors_that_it_takes_back_and_no_others() {
    var first = text(good("GET", "/v1/things", ""));
    var cursor = first.replaceAll(".*\"nextCursor\":\"([^\"]+)\".*", "$1");

    assertThat(text(call("GET", "/v1/things", "cursor=" + cursor, "good", "")))
        .isEqualTo("{\"items\":[{\"at\":\"position 1\"}],\"nextCursor\":null}");
    var altered = (cursor.charAt(0) == 'A' ? "B" : "A") + cursor.substring(1);
    assertThat(call("GET", "/v1/things", "cursor=" + altered, "good", "").status()).isEqualTo(422);
  }

  @Test
  void cannot_have_two_routes_of_one_method_and_path() {
    var route = Route.open("/a/{x}", "one", request -> said(""));
    var same = Route.open("/a/{y}", "two", request -> said(""));

    assertThatThrownBy(() ->
            new RouteTable(
                List.of(route, same),
                header -> Optional.empty(),
                (caller, call, of, write) -> write.get(),
                1))
        .hasMessageContaining("two");
  }

  private Result<Response> list(ApiRequest request) {
    var page = request.query().page();
    if (request.query().isFaulty()) {
      return request.query().refused();
    }
    var next = page.after().isEmpty() ? Optional.of("position 1") : Optional.<String>empty();
    return JsonObject.page(
            new Page<>(List.of(page.after().orElse("the beginning")), next),
            at -> new JsonObject().put("at", at))
        .ok(200);
  }

  private static Result<Response> said(String what) {
    return new JsonObject().put("said", what).ok(200);
  }

  private Response good(String method, String path, String body) {
    return call(method, path, "", "good", body);
  }

  private Response call(String method, String path, String query, String key, String body) {
    return table.answer(
        new ApiCall(
            "request-1",
            "https://api.example",
            method,
            path,
            query,
            new Headers(key.isEmpty() ? Map.of() : Map.of("Authorization", "Bearer " + key)),
            body.getBytes(StandardCharsets.UTF_8)));
  }

  private static String text(Response response) {
    return new String(response.body(), StandardCharsets.UTF_8);
  }
}
