package wasl.management;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import wasl.access.Environment;
import wasl.access.ProjectId;
import wasl.access.Tenant;
import wasl.aws.DynamoTable;
import wasl.aws.Item;
import wasl.aws.ItemKeys;
import wasl.page.PageRequest;
import wasl.queue.Batch;
import wasl.road.EmbeddedStack;

/// Integrations and the connections made through them.
@ExtendWith(EmbeddedStack.Shared.class)
class ConnectionsTest {
  private static final String KEY = "sk_test_abcdefghij0123456789";
  private static final String CREDENTIALS =
      "\"credentials\":{\"type\":\"api_key\",\"apiKey\":\"" + KEY + "\"}";

  private Api nobody;
  private Api admin;
  private DynamoTable events;

  @BeforeEach
  void start(EmbeddedStack stack) {
    nobody = Api.on(stack);
    admin = nobody.newProject("dev");
    events =
        new DynamoTable(
            stack.clients().dynamoDb(),
            stack.environment("management-api").getOrDefault("WASL_EVENTS_TABLE", ""));
  }

  @Test
  void creates_an_integration_and_then_updates_it() {
    var created =
        admin.put(
            "/v1/integrations/pay",
            "{\"provider\":\"stripe\",\"webhookSecret\":\"whsec_abcdefgh\",\"scopes\":[\"a\"]}");
    var updated = admin.put("/v1/integrations/pay", "{\"provider\":\"stripe\"}");
    var shown = admin.get("/v1/integrations/pay");

    assertThat(created.status()).isEqualTo(201);
    assertThat(updated.status()).isEqualTo(200);
    assertThat(shown.text("/mode")).isEqualTo("sandbox");
    assertThat(shown.json().at("/webhookSecretSet").asBoolean()).isTrue();
    assertThat(shown.json().at("/clientSecretSet").asBoolean()).isFalse();
    assertThat(shown.json().at("/scopes").size()).isZero();
    assertThat(shown.json().toString() + created.json()).doesNotContain("whsec_");
  }

  @Test
  void fulfils_every_wish_of_those_who_race_to_make_an_integration() {
    var wishes = IntStream.range(0, 8).boxed().toList();

    var answers =
        Batch.each(
                wishes,
                wish ->
                    admin.put(
                        "/v1/integrations/pay",
                        "{\"provider\":\"stripe\",\"clientId\":\"c%d\"}".formatted(wish)))
            .stream()
            .map(result ->
                result.orElse(why -> {
                  throw why;
                }))
            .map(Api.Answer::status)
            .toList();

    assertThat(answers).containsOnlyOnce(201).containsOnly(200, 201);
  }

  @Test
  void deletes_a_secret_that_is_null() {
    admin.put("/v1/integrations/pay", "{\"provider\":\"stripe\",\"webhookSecret\":\"whsec_ab\"}");

    var updated =
        admin.put("/v1/integrations/pay", "{\"provider\":\"stripe\",\"webhookSecret\":null}");

    assertThat(updated.json().at("/webhookSecretSet").asBoolean()).isFalse();
  }

  @Test
  void names_every_fault_of_an_integration() {
    var refused =
        admin.put(
            "/v1/integrations/Not-A-Slug",
            """
            {"provider": "strip", "clientId": 7, "clientSecret": "", "mode": "test",
             "scopes": "all", "redirectUrls": ["https://ok.example/x", "http://evil.example/",
             "https://u@a.example", "https://a.example/#f", "http://127.0.0.1:99/x"],
             "config": {"tokenUri": "https://x.example"}, "nme": 1}
            """);

    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.pointers())
        .containsExactlyInAnyOrder(
            "/provider",
            "/clientId",
            "/clientSecret",
            "/mode",
            "/scopes",
            "/redirectUrls/1",
            "/redirectUrls/2",
            "/redirectUrls/3",
            "/config/tokenUri",
            "/nme",
            "#path/integration");
  }

  @Test
  void checks_a_generic_providers_webhook_section_by_the_manifests_rules() {
    var refused =
        admin.put(
            "/v1/integrations/any",
            "{\"provider\":\"webhook\",\"config\":{\"webhook\":{\"scheme\":\"none\"}}}");
    var fixed =
        admin.put(
            "/v1/integrations/pay",
            "{\"provider\":\"stripe\",\"config\":{\"webhook\":{\"scheme\":\"hmac\"}}}");
    var accepted =
        admin.put("/v1/integrations/any", "{\"provider\":\"webhook\",\"config\":" + HMAC + "}");

    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.pointers()).allMatch(pointer -> pointer.startsWith("/config/webhook"));
    assertThat(fixed.pointers()).containsExactly("/config/webhook");
    assertThat(accepted.status()).as(accepted.json().toString()).isEqualTo(201);
    assertThat(accepted.json().at("/config/webhook/scheme").asText()).isEqualTo("hmac");
  }

  static final String HMAC =
      """
      {"webhook": {"scheme": "hmac", "algorithm": "sha256", "encoding": "hex", "key": "utf8",
        "signature": {"header": "X-Signature"}, "signed": ["body"],
        "eventType": {"json": "type"}}}
      """;

  @Test
  void takes_a_generic_providers_fields_from_the_config() {
    var created =
        admin.put("/v1/integrations/any", "{\"provider\":\"api-key\",\"config\":" + AUTH + "}");
    assertThat(created.status()).as(created.json().toString()).isEqualTo(201);
    assertThat(created.text("/config/auth/0/fields/0/name")).isEqualTo("token");

    var lacking = connect("{\"type\":\"api_key\",\"apiKey\":\"k\"}");
    assertThat(lacking.pointers())
        .containsExactlyInAnyOrder("/credentials/token", "/credentials/apiKey");
    var connected = connect("{\"type\":\"api_key\",\"token\":\"k\",\"account\":\"7\"}");
    assertThat(connected.status()).as(connected.json().toString()).isEqualTo(201);
    assertThat(connected.text("/health")).isEqualTo("unchecked");
    assertThat(connect("{\"type\":\"basic\",\"username\":\"u\"}").status()).isEqualTo(422);
  }

  private Api.Answer connect(String credentials) {
    return admin.post(
        "/v1/connections", "{\"integration\":\"any\",\"credentials\":" + credentials + "}");
  }

  private static final String AUTH =
      """
      {"auth": [{"mode": "api_key",
        "fields": [
          {"name": "token", "label": {"en": "Token", "ar": "الرمز"}},
          {"name": "account", "label": {"en": "Account", "ar": "الحساب"}, "optional": true}],
        "send": [{"header": "X-Token", "format": "{token}"}]}]}
      """;

  @Test
  void checks_a_generic_providers_auth_section_by_the_manifests_rules() {
    var refused =
        admin.put(
            "/v1/integrations/any",
            """
            {"provider": "api-key", "config": {"auth": [
              {"mode": "oauth2_client_credentials", "tokenUrl": "https://169.254.169.254/x"},
              {"mode": "api_key", "fields": [
                {"name": "type", "label": {"en": "a", "ar": "a"}},
                {"name": "a", "label": {"en": "a", "ar": "a"}, "pattern": "a*"},
                {"name": "a", "label": {"en": "a", "ar": "a"}}]},
              {"mode": "api_key"}]}}
            """);
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.pointers())
        .containsExactlyInAnyOrder(
            "/config/auth/0/mode",
            "/config/auth/0/fields",
            "/config/auth/1/fields/0/name",
            "/config/auth/1/fields/1/pattern",
            "/config/auth/1/fields/2/name",
            "/config/auth/2/mode",
            "/config/auth/2/fields");

    for (var malformed : List.of("[]", "{}", "7", "[{\"mode\":\"none\"}]")) {
      var wish = "{\"provider\":\"api-key\",\"config\":{\"auth\":" + malformed + "}}";
      assertThat(admin.put("/v1/integrations/any", wish).pointers())
          .isNotEmpty()
          .allMatch(pointer -> pointer.startsWith("/config/auth"));
    }
    assertThat(
            admin
                .put("/v1/integrations/pay", "{\"provider\":\"stripe\",\"config\":" + AUTH + "}")
                .pointers())
        .containsExactly("/config/auth");
  }

  @Test
  void stores_an_api_key_that_its_provider_took_and_shows_it_never_again() {
    pay();
    var created =
        admin.post(
            "/v1/connections",
            "{\"integration\":\"pay\",\"alias\":\"main\",\"externalAccountId\":\"acct_1\",\"tags\":[\"eu\"],"
                + CREDENTIALS
                + "}");
    var id = created.text("/id");
    var shown = admin.get("/v1/connections/" + id);

    assertThat(created.status()).as(created.json().toString()).isEqualTo(201);
    assertThat(shown.json()).isEqualTo(created.json());
    assertThat(shown.text("/status")).isEqualTo("active");
    assertThat(shown.text("/health")).isEqualTo("healthy");
    assertThat(shown.text("/externalAccountId")).isEqualTo("acct_1");
    assertThat(shown.text("/provider")).isEqualTo("stripe");
    assertThat(shown.text("/mode")).isEqualTo("sandbox");
    assertThat(shown.json().get("lastActivityAt").isNull()).isTrue();
    assertThat(shown.json().toString()).doesNotContain(KEY);
  }

  @Test
  void refuses_a_live_key_in_sandbox_mode_and_names_every_other_fault() {
    pay();
    var live = KEY.replace("test", "live");

    var refused =
        admin.post(
            "/v1/connections",
            "{\"integration\":\"pay\",\"tags\":[\"a\",\"a\"],\"x\":1,\"credentials\":{\"type\":\"api_key\",\"apiKey\":\""
                + live
                + "\",\"y\":2}}");

    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.pointers())
        .containsExactlyInAnyOrder("/tags/1", "/x", "/credentials/apiKey", "/credentials/y");
    assertThat(refused.json().toString()).doesNotContain(live);
    assertThat(admin.get("/v1/connections").json().at("/items").size()).isZero();
  }

  @Test
  void refuses_credentials_that_the_manifest_does_not_declare() {
    pay();
    assertThat(post("\"credentials\":{\"type\":\"basic\",\"username\":\"u\"}").pointers())
        .containsExactly("/credentials/type");
    assertThat(post("\"credentials\":{\"type\":\"api_key\",\"apiKey\":\"nonsense\"}").pointers())
        .containsExactly("/credentials/apiKey");
    assertThat(post("\"credentials\":{\"type\":\"api_key\"}").pointers())
        .containsExactly("/credentials/apiKey");
    assertThat(post("\"credentials\":{}").pointers()).containsExactly("/credentials/type");
    assertThat(post("\"credentials\":[]").pointers()).containsExactly("/credentials");
    assertThat(post("\"alias\":\"x\"").pointers()).containsExactly("/credentials");
    assertThat(
            admin
                .post("/v1/connections", "{\"integration\":\"no\"," + CREDENTIALS + "}")
                .pointers())
        .containsExactly("/integration");
  }

  @Test
  void keeps_aliases_and_accounts_apart() {
    pay();
    var first = post("\"alias\":\"main\",\"externalAccountId\":\"acct_1\"," + CREDENTIALS);
    assertThat(post("\"alias\":\"main\"," + CREDENTIALS).text("/type")).endsWith("alias-taken");
    assertThat(post("\"externalAccountId\":\"acct_1\"," + CREDENTIALS).text("/type"))
        .endsWith("account-taken");

    var other = post("\"alias\":\"other\"," + CREDENTIALS);
    var renamed = "/v1/connections/" + other.text("/id");
    assertThat(admin.patch(renamed, "{\"alias\":\"main\"}").status()).isEqualTo(409);
    assertThat(admin.patch("/v1/connections/" + first.text("/id"), "{\"alias\":null}").status())
        .isEqualTo(200);
    var taken = admin.patch(renamed, "{\"alias\":\"main\",\"tags\":[\"new\"]}");
    assertThat(taken.text("/alias")).isEqualTo("main");
    assertThat(taken.json().at("/tags/0").asText()).isEqualTo("new");
    assertThat(admin.delete(renamed).status()).isEqualTo(204);
    assertThat(post("\"alias\":\"main\"," + CREDENTIALS).status()).isEqualTo(201);
  }

  @Test
  void gives_an_alias_to_one_of_those_who_race_for_it() throws Exception {
    pay();
    var tries = new ArrayList<Callable<Integer>>();
    for (int n = 0; n < 8; n++) {
      tries.add(() -> post("\"alias\":\"main\"," + CREDENTIALS).status());
    }

    var statuses = new ArrayList<Integer>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var answer : threads.invokeAll(tries)) {
        statuses.add(answer.get());
      }
    }

    assertThat(statuses).containsOnly(201, 409).containsOnlyOnce(201);
    assertThat(admin.get("/v1/connections").json().at("/items").size()).isEqualTo(1);
  }

  @Test
  void never_leaves_a_connection_without_its_integration() throws Exception {
    for (int round = 0; round < 5; round++) {
      pay();
      List<Callable<Integer>> race =
          List.of(
              () -> post(CREDENTIALS).status(),
              () -> admin.delete("/v1/integrations/pay").status());

      int made;
      int deleted;
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        var answers = threads.invokeAll(race);
        made = answers.get(0).get();
        deleted = answers.get(1).get();
      }

      assertThat(made == 201).isNotEqualTo(deleted == 204);
      assertThat(made).isIn(201, 409, 422);
      assertThat(deleted).isIn(204, 409);
      for (var connection : admin.get("/v1/connections").json().at("/items")) {
        admin.delete("/v1/connections/" + connection.path("id").asText());
      }
    }
  }

  @Test
  void lists_connections_by_each_filter() {
    pay();
    post("\"alias\":\"one\",\"tags\":[\"a\",\"b\"]," + CREDENTIALS);
    admin.clock().move(Duration.ofSeconds(1));
    post("\"alias\":\"two\",\"tags\":[\"b\"]," + CREDENTIALS);

    assertThat(aliases("")).containsExactly("two", "one");
    assertThat(aliases("?tag=a")).containsExactly("one");
    assertThat(aliases("?tag=b&alias=two")).containsExactly("two");
    assertThat(aliases("?provider=github")).isEmpty();
    assertThat(aliases("?provider=stripe&integration=pay&status=active&limit=1"))
        .containsExactly("two");
    assertThat(admin.get("/v1/connections?status=fine").pointers())
        .containsExactly("#query/status");
  }

  @Test
  void keeps_an_integration_while_connections_are_made_through_it() {
    pay();
    var id = post(CREDENTIALS).text("/id");

    assertThat(admin.delete("/v1/integrations/pay").status()).isEqualTo(409);
    assertThat(admin.put("/v1/integrations/pay", "{\"provider\":\"github\"}").status())
        .isEqualTo(409);

    admin.delete("/v1/connections/" + id);

    assertThat(admin.put("/v1/integrations/pay", "{\"provider\":\"github\"}").status())
        .isEqualTo(200);
    assertThat(admin.delete("/v1/integrations/pay").status()).isEqualTo(204);
    assertThat(admin.get("/v1/integrations/pay").status()).isEqualTo(404);
    assertThat(admin.delete("/v1/connections/" + id).status()).isEqualTo(404);
  }

  @Test
  void does_not_know_another_projects_records() {
    pay();
    var id = post(CREDENTIALS).text("/id");
    var other = nobody.newProject("dev");

    assertThat(other.get("/v1/integrations/pay").status()).isEqualTo(404);
    assertThat(other.delete("/v1/integrations/pay").status()).isEqualTo(404);
    assertThat(other.get("/v1/connections/" + id).status()).isEqualTo(404);
    assertThat(other.patch("/v1/connections/" + id, "{\"alias\":\"x\"}").status()).isEqualTo(404);
    assertThat(other.delete("/v1/connections/" + id).status()).isEqualTo(404);
    assertThat(other.get("/v1/connections/" + id + "/credentials").status()).isEqualTo(404);
    assertThat(other.get("/v1/connections").json().at("/items").size()).isZero();
    assertThat(other.get("/v1/integrations").json().at("/items").size()).isZero();
    assertThat(
            other
                .post("/v1/connections", "{\"integration\":\"pay\"," + CREDENTIALS + "}")
                .pointers())
        .containsExactly("/integration");
  }

  @Test
  void shows_credentials_to_those_alone_who_may_see_them() {
    pay();
    var path = "/v1/connections/" + post(CREDENTIALS).text("/id") + "/credentials";

    assertThat(admin.get(path).json().toString())
        .isEqualTo("{\"type\":\"api_key\",\"apiKey\":\"" + KEY + "\"}");
    assertThat(admin.get(path).headers()).containsEntry("cache-control", "no-store");
    assertThat(admin.as("\"role\":\"developer\"").get(path).status()).isEqualTo(403);
    assertThat(audited()).containsExactly("credentials.read", "credentials.read");
  }

  private List<String> audited() {
    var project = new ProjectId(admin.get("/v1/projects").text("/items/0/id"));
    var day = ItemKeys.day(admin.clock().instant());
    var all = new PageRequest(PageRequest.MOST, Optional.empty());
    return IntStream.range(0, ItemKeys.LIST_SHARDS)
        .mapToObj(shard -> ItemKeys.list(new Tenant(project, Environment.DEV), "audit", day, shard))
        .flatMap(list -> events.page(list, all).items().stream())
        .flatMap(listed -> events.get(listed.text(ItemKeys.PK)).stream())
        .map(item -> item.text("action"))
        .toList();
  }

  @Test
  void lists_the_providers_by_each_filter() {
    assertThat(providers("")).contains("stripe", "github", "webhook");
    assertThat(providers("?q=STRIP")).containsExactly("stripe");
    assertThat(providers("?category=payments&authMode=api_key"))
        .containsExactly("paymob", "stripe", "tap");
    assertThat(providers("?category=payments&authMode=oauth2")).containsExactly("stripe");
    assertThat(providers("?authMode=two_step")).containsExactly("paymob");
    assertThat(providers("?capability=payment.refund&capability=x")).isEmpty();
    assertThat(providers("?market=SA")).containsExactly("paymob", "tap");
    assertThat(providers("?market=PK&currency=PKR")).containsExactly("paymob");
    assertThat(providers("?market=FR")).isEmpty();
    assertThat(admin.get("/v1/providers?market=Saudi&currency=1&locale=*").pointers())
        .containsExactlyInAnyOrder("#query/market", "#query/currency", "#query/locale");
    assertThat(admin.get("/v1/providers/stripe?locale=ar").text("/name")).isEqualTo("سترايب");
    assertThat(admin.get("/v1/providers/stripe").text("/auth/0/fields/0/name")).isEqualTo("apiKey");
    assertThat(admin.get("/v1/providers/strip").status()).isEqualTo(404);
    assertThat(admin.get("/v1/providers/Not_One").status()).isEqualTo(404);
  }

  @Test
  void goes_through_the_providers_page_by_page() {
    var found = new ArrayList<String>();
    var next = "";
    do {
      var page = admin.get("/v1/providers?limit=2" + next);
      found.addAll(page.json().at("/items").findValuesAsText("id"));
      next = page.json().get("nextCursor").isNull() ? "" : "&cursor=" + page.text("/nextCursor");
    } while (!next.isEmpty());

    assertThat(found).isEqualTo(providers(""));
  }

  private void pay() {
    admin.put("/v1/integrations/pay", "{\"provider\":\"stripe\"}");
  }

  private Api.Answer post(String fields) {
    return admin.post("/v1/connections", "{\"integration\":\"pay\"," + fields + "}");
  }

  private List<String> aliases(String query) {
    return admin.get("/v1/connections" + query).json().at("/items").findValuesAsText("alias");
  }

  private List<String> providers(String query) {
    return admin.get("/v1/providers" + query).json().at("/items").findValuesAsText("id");
  }

  @Test
  void a_filter_that_lets_none_of_many_through_answers_in_time_and_says_where_to_go_on(
      EmbeddedStack stack) {
    var table = new DynamoTable(stack.clients().dynamoDb(), Tables.of(stack).name("Connections"));
    var list = "a-list-of-many";
    for (int lane = 0; lane < 56; lane++) {
      int first = lane * 100;
      table.transact(
          IntStream.range(first, first + 100)
              .<DynamoTable.Write>mapToObj(at -> entry(list, at))
              .toList());
    }

    var found = new ArrayList<String>();
    var next = Optional.<String>empty();
    int pages = 0;
    do {
      var page =
          table.page(list, new PageRequest(10, next), "#alias = :alias", Map.of("alias", "n7"));
      page.items().forEach(item -> found.add(item.text("alias")));
      next = page.next();
      pages++;
    } while (next.isPresent());

    assertThat(found).containsExactly("n7");
    assertThat(pages).isEqualTo(2);
  }

  private static DynamoTable.Write.Put entry(String list, int number) {
    return new DynamoTable.Write.Put(
        Item.with(list + "#" + number)
            .text(ItemKeys.LIST_KEY, list)
            .text(ItemKeys.LIST_SORT, "%05d".formatted(number))
            .text("alias", "n" + number)
            .build());
  }

  @Test
  void finds_the_one_of_an_alias_within_its_integration() {
    admin.put("/v1/integrations/pay", "{\"provider\":\"stripe\"}");
    var made =
        admin.post(
            "/v1/connections", "{\"integration\":\"pay\",\"alias\":\"a\"," + CREDENTIALS + "}");
    var list = "/v1/connections?integration=pay&alias=a";

    assertThat(admin.get(list).text("/items/0/id")).isEqualTo(made.text("/id"));
    assertThat(admin.get(list).json().at("/items").size()).isEqualTo(1);
    for (var other :
        List.of(
            list + "&status=suspended",
            list + "&tag=x",
            list + "x",
            list + "&provider=tap",
            "/v1/connections?integration=No+Slug&alias=a")) {
      assertThat(admin.get(other).json().at("/items").size()).as(other).isZero();
    }
  }
}
