package wasl.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import wasl.road.EmbeddedStack;

/// Who may what: the bootstrap, projects, API keys, and the order in which a call is refused.
@ExtendWith(EmbeddedStack.Shared.class)
class AccessTest {
  private Api nobody;
  private Api admin;

  @BeforeEach
  void start(EmbeddedStack stack) {
    nobody = Api.on(stack);
    admin = nobody.newProject("dev");
  }

  @Test
  void answers_health_and_the_openapi_document_without_a_key() {
    assertThat(nobody.get("/v1/health").json().toString()).isEqualTo("{\"status\":\"ok\"}");
    assertThat(nobody.get("/v1/openapi.json").text("/openapi")).isEqualTo("3.1.0");
  }

  @Test
  void refuses_a_second_bootstrap_and_names_what_there_is() {
    var first = nobody.invoke("{\"wasl\":\"bootstrap\",\"project\":\"first\",\"replace\":true}");

    assertThatThrownBy(() -> nobody.invoke("{\"wasl\":\"bootstrap\",\"project\":\"second\"}"))
        .hasMessageContaining(first.path("project").asText())
        .hasMessageContaining("key_")
        .hasMessageContaining("replace");
  }

  @Test
  void revokes_the_old_bootstrap_key_when_it_is_replaced() {
    var old = nobody.bootstrapped();
    var replaced = nobody.bootstrapped();

    assertThat(old.get("/v1/projects").status()).isEqualTo(401);
    assertThat(replaced.get("/v1/projects").status()).isEqualTo(200);
    assertThat(replaced.key()).startsWith("wasl_dev_").hasSize(9 + 20 + 43 + 6);
  }

  @Test
  void refuses_a_direct_event_that_asks_for_something_else() {
    assertThatThrownBy(() -> nobody.invoke("{\"wasl\":\"erase\",\"name\":1}"))
        .hasMessageContaining("/wasl")
        .hasMessageContaining("/project")
        .hasMessageContaining("/name");
  }

  @Test
  void makes_a_project_with_an_administrator_for_each_environment() {
    var created = nobody.bootstrapped().post("/v1/projects", "{\"name\":\"Shop\"}");

    assertThat(created.status()).isEqualTo(201);
    assertThat(created.text("/id")).startsWith("prj_");
    assertThat(created.json().at("/environments").toString())
        .isEqualTo("[\"dev\",\"staging\",\"prod\"]");
    for (var environment : new String[] {"dev", "staging", "prod"}) {
      var key = created.text("/apiKeys/" + environment);
      assertThat(key).startsWith("wasl_" + environment + "_");
      assertThat(nobody.with(key).get("/v1/projects/" + created.text("/id")).text("/name"))
          .isEqualTo("Shop");
    }
  }

  @Test
  void lets_only_the_bootstrap_key_make_projects() {
    var refused = admin.post("/v1/projects", "{\"name\":\"Shop\"}");

    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.text("/detail")).contains("projects:write");
  }

  @Test
  void shows_an_administrator_no_project_but_his_own() {
    var other = nobody.bootstrapped().post("/v1/projects", "{\"name\":\"other\"}").text("/id");

    assertThat(admin.get("/v1/projects/" + other).status()).isEqualTo(404);
    assertThat(admin.get("/v1/projects").json().path("items")).hasSize(1);
  }

  @Test
  void refuses_every_wrong_key_alike() {
    var good = admin.key();
    var typo = good.substring(0, 30) + (good.charAt(30) == 'a' ? 'b' : 'a') + good.substring(31);
    var elsewhere = good.replace("wasl_dev_", "wasl_prod_");
    for (var key : new String[] {"", "x", typo, elsewhere, good + "0", good.substring(1)}) {
      var refused = nobody.with(key).get("/v1/connections");

      assertThat(refused.status()).as(key).isEqualTo(401);
      assertThat(refused.json().path("detail").asText())
          .isEqualTo("the request carries no valid proof of who sends it");
      assertThat(refused.headers()).containsEntry("content-type", "application/problem+json");
    }
  }

  @Test
  void checks_the_key_before_it_says_what_there_is() {
    assertThat(nobody.get("/v1/nothing").status()).isEqualTo(401);
    assertThat(nobody.call("PATCH", "/v1/projects", new byte[0]).status()).isEqualTo(401);
    assertThat(admin.get("/v1/nothing").status()).isEqualTo(404);

    var wrongMethod = admin.call("PATCH", "/v1/projects", new byte[0]);
    assertThat(wrongMethod.status()).isEqualTo(405);
    assertThat(wrongMethod.headers()).containsEntry("allow", "GET, POST");
  }

  @Test
  void checks_the_scope_before_it_looks_whether_there_is_such_a_record() {
    var viewer = admin.as("\"role\":\"viewer\"");

    assertThat(viewer.get("/v1/connections").status()).isEqualTo(200);
    assertThat(viewer.delete("/v1/connections/con_nothing").status()).isEqualTo(403);
    assertThat(viewer.put("/v1/integrations/x", "no json").status()).isEqualTo(403);
    assertThat(viewer.get("/v1/connections/con_nothing").status()).isEqualTo(404);
  }

  @Test
  void shows_a_key_once_and_its_record_later() {
    var created = admin.post("/v1/api-keys", "{\"name\":\"ci\",\"scopes\":[\"events:read\"]}");
    var id = created.text("/id");
    var shown = admin.get("/v1/api-keys/" + id);

    assertThat(created.status()).isEqualTo(201);
    assertThat(created.text("/key")).contains(id.substring("key_".length()));
    assertThat(shown.json().has("key")).isFalse();
    assertThat(shown.json().at("/scopes").toString()).isEqualTo("[\"events:read\"]");
    assertThat(admin.get("/v1/api-keys").json().toString()).doesNotContain(created.text("/key"));
  }

  @Test
  void revokes_at_once() {
    var created = admin.post("/v1/api-keys", "{\"name\":\"ci\",\"role\":\"viewer\"}");
    var viewer = nobody.with(created.text("/key"));
    assertThat(viewer.get("/v1/providers").status()).isEqualTo(200);

    assertThat(admin.delete("/v1/api-keys/" + created.text("/id")).status()).isEqualTo(204);

    assertThat(viewer.get("/v1/providers").status()).isEqualTo(401);
    assertThat(admin.delete("/v1/api-keys/" + created.text("/id")).status()).isEqualTo(404);
  }

  @Test
  void ends_a_key_at_its_time() {
    var end = admin.clock().instant().plus(Duration.ofHours(1));
    var created =
        admin.post(
            "/v1/api-keys", "{\"name\":\"ci\",\"role\":\"viewer\",\"expiresAt\":\"" + end + "\"}");
    var viewer = nobody.with(created.text("/key"));
    assertThat(viewer.get("/v1/providers").status()).isEqualTo(200);

    admin.clock().move(Duration.ofHours(1));

    assertThat(viewer.get("/v1/providers").status()).isEqualTo(401);
  }

  @Test
  void rotates_a_key_without_a_gap() {
    var created = admin.post("/v1/api-keys", "{\"name\":\"ci\",\"role\":\"viewer\"}");
    var before = nobody.with(created.text("/key"));
    var rotated =
        admin.post("/v1/api-keys/" + created.text("/id") + "/rotate", "{\"graceSeconds\":600}");
    var after = nobody.with(rotated.text("/key"));

    assertThat(rotated.status()).isEqualTo(200);
    assertThat(before.get("/v1/providers").status()).isEqualTo(200);
    assertThat(after.get("/v1/providers").status()).isEqualTo(200);

    admin.clock().move(Duration.ofMinutes(10));

    assertThat(before.get("/v1/providers").status()).isEqualTo(401);
    assertThat(after.get("/v1/providers").status()).isEqualTo(200);
  }

  @Test
  void gives_nobody_more_than_he_has() {
    var developer = admin.as("\"role\":\"developer\"");
    var admins = admin.post("/v1/api-keys", "{\"name\":\"x\",\"role\":\"admin\"}");
    var adminsId = admins.text("/id");

    assertThat(
            developer.post("/v1/api-keys", "{\"name\":\"x\",\"role\":\"admin\"}").text("/detail"))
        .contains("credentials:read");
    assertThat(developer.post("/v1/api-keys/" + adminsId + "/rotate", "").status()).isEqualTo(403);
    assertThat(developer.delete("/v1/api-keys/" + adminsId).status()).isEqualTo(403);
    assertThat(developer.post("/v1/api-keys", "{\"name\":\"x\",\"role\":\"viewer\"}").status())
        .isEqualTo(201);
  }

  @Test
  void names_every_fault_of_a_key() {
    var refused =
        admin.post(
            "/v1/api-keys",
            "{\"scopes\":[\"events:read\",\"events:eat\",7],\"expiresAt\":\"2001-01-01T00:00:00Z\",\"a/b\":1}");

    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.pointers())
        .containsExactlyInAnyOrder("/name", "/scopes/1", "/scopes/2", "/expiresAt", "/a~1b");
    assertThat(admin.post("/v1/api-keys", "{\"name\":\"x\"}").pointers()).containsExactly("/role");
    assertThat(
            admin
                .post(
                    "/v1/api-keys",
                    "{\"name\":\"x\",\"role\":\"viewer\",\"scopes\":[\"events:read\"]}")
                .pointers())
        .containsExactly("/scopes");
  }

  @Test
  void tells_what_cannot_be_parsed_from_what_is_wrong() {
    for (var body : new String[] {"", "{", "{\"a\":1,\"a\":2}", "{} {}", "nul"}) {
      assertThat(admin.post("/v1/api-keys", body).status()).as(body).isEqualTo(400);
    }
    var notUtf8 = "{\"name\":\"\u00e4\"}".getBytes(StandardCharsets.ISO_8859_1);
    assertThat(admin.call("POST", "/v1/api-keys", notUtf8).status()).isEqualTo(400);
    assertThat(admin.post("/v1/api-keys", "[]").pointers()).containsExactly("");
    assertThat(admin.post("/v1/api-keys", "null").status()).isEqualTo(422);
    assertThat(admin.get("/v1/api-keys?limit=%zz").status()).isEqualTo(400);
  }

  @Test
  void refuses_a_body_that_is_too_large() {
    assertThat(admin.call("POST", "/v1/api-keys", new byte[4 * 1024 * 1024 + 1]).status())
        .isEqualTo(413);
  }

  @Test
  void names_every_fault_of_a_query() {
    assertThat(admin.get("/v1/api-keys?limit=0&cursor=abc&colour=red").pointers())
        .containsExactlyInAnyOrder("#query/limit", "#query/cursor", "#query/colour");
    assertThat(admin.get("/v1/api-keys?limit=101").pointers()).containsExactly("#query/limit");
  }

  @Test
  void lists_newest_first_in_pages() {
    for (int n = 0; n < 4; n++) {
      admin.clock().move(Duration.ofSeconds(1));
      admin.post("/v1/api-keys", "{\"name\":\"key " + n + "\",\"role\":\"viewer\"}");
    }

    var first = admin.get("/v1/api-keys?limit=3");
    var second = admin.get("/v1/api-keys?limit=3&cursor=" + first.text("/nextCursor"));

    assertThat(first.json().findValuesAsText("name")).containsExactly("key 3", "key 2", "key 1");
    assertThat(second.json().findValuesAsText("name")).containsExactly("key 0", "admin");
    assertThat(second.json().get("nextCursor").isNull()).isTrue();
  }

  @Test
  void does_not_know_another_projects_key() {
    var other = nobody.newProject("dev");
    var id = other.get("/v1/api-keys").json().findValuesAsText("id").getFirst();

    assertThat(admin.get("/v1/api-keys/" + id).status()).isEqualTo(404);
    assertThat(admin.delete("/v1/api-keys/" + id).status()).isEqualTo(404);
    assertThat(admin.post("/v1/api-keys/" + id + "/rotate", "{}").status()).isEqualTo(404);
    assertThat(other.get("/v1/api-keys/" + id).status()).isEqualTo(200);
  }
}
