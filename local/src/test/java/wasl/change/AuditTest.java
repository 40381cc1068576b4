package wasl.change;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import wasl.access.Environment;
import wasl.access.ProjectId;
import wasl.access.Tenant;
import wasl.audit.AuditRecord;
import wasl.audit.AuditTrail;
import wasl.aws.DynamoAuditTrail;
import wasl.aws.DynamoTable;
import wasl.id.Ids;
import wasl.queue.Batch;
import wasl.road.EmbeddedStack;
import wasl.road.SettableClock;

/// The audit trail as it is listed and exported.
@ExtendWith(EmbeddedStack.Shared.class)
class AuditTest {
  private static final int LANES = 8;
  private static final int AGE_DAYS = 100;

  private final SettableClock clock = SettableClock.atRealTime();
  private final Instant began = clock.instant();
  private final RandomGenerator random = new SecureRandom();
  private AuditTrail trail;
  private Api admin;
  private Api another;
  private Tenant tenant;

  // Without it a list goes through every day of ninety.
  private final String since = "since=" + began.minus(Duration.ofDays(7));

  @BeforeEach
  void start(EmbeddedStack stack) {
    trail =
        new DynamoAuditTrail(
            new DynamoTable(
                stack.clients().dynamoDb(),
                stack.environment("management-api").getOrDefault("WASL_EVENTS_TABLE", "")),
            clock);
    // Nothing is older than its project, and these tests tell of months.
    clock.move(Duration.ofDays(-AGE_DAYS));
    var bootstrap = Api.bootstrapped(stack, clock, random);
    var project = bootstrap.post("/v1/projects", "{\"name\":\"a project\"}");
    admin = bootstrap.with(project.text("/apiKeys/dev"));
    another = bootstrap.with(project.text("/apiKeys/prod"));
    tenant = new Tenant(new ProjectId(project.text("/id")), Environment.DEV);
    clock.move(Duration.ofDays(AGE_DAYS));
  }

  private AuditRecord record(Instant at, String actor, String action) {
    var record =
        new AuditRecord(
            tenant,
            Ids.next(AuditRecord.PREFIX, at, random),
            at,
            actor,
            action,
            "con_1",
            action.endsWith("read") ? Optional.of("ticket 7") : Optional.empty(),
            "request-" + at.toEpochMilli());
    trail.record(record);
    return record;
  }

  /// Records over the last days, some at one time; oldest first.
  private List<AuditRecord> records(int many, int days) {
    var dice = new Random(7);
    var now = clock.instant();
    var times =
        IntStream.range(0, many)
            .mapToObj(each -> now.minusSeconds(3600L * dice.nextInt(24 * days)))
            .toList();
    // A few at a time, as many as a small machine's DynamoDB bears.
    return Batch.each(
            IntStream.range(0, LANES).boxed().toList(),
            lane ->
                IntStream.range(0, many)
                    .filter(at -> at % LANES == lane)
                    .mapToObj(at ->
                        record(
                            times.get(at),
                            "key_" + at % 3,
                            "connection." + (at % 2 == 0 ? "a" : "b")))
                    .toList())
        .stream()
        .flatMap(each ->
            each
                .orElse(why -> {
                  throw why;
                })
                .stream())
        .sorted(Comparator.comparing(AuditRecord::at).thenComparing(AuditRecord::id))
        .toList();
  }

  private static List<String> ids(List<AuditRecord> records) {
    return records.stream().map(AuditRecord::id).toList();
  }

  @Test
  void a_record_is_shown_whole() {
    var read = record(clock.instant().truncatedTo(ChronoUnit.SECONDS), "key_1", "credentials.read");

    var items = admin.get("/v1/audit?" + since).json().at("/items");

    assertThat(items).hasSize(1);
    assertThat(items.path(0))
        .isEqualTo(
            Api.tree(
                """
                {"id": "%s", "at": "%s", "actor": "key_1", "action": "credentials.read",
                 "subject": "con_1", "reason": "ticket 7", "requestId": "%s"}
                """
                    .formatted(
                        read.id(), read.at().toString().replace("Z", ".000Z"), read.requestId())));
    record(clock.instant(), "wasl", "connection.expired");
    assertThat(admin.get("/v1/audit?actor=wasl&" + since).json().at("/items/0").has("reason"))
        .isFalse();
  }

  @Test
  void lists_newest_first_over_days_and_pages() {
    var records = ids(records(130, 5)).reversed();

    var found = new ArrayList<String>();
    var next = "";
    do {
      var page =
          admin
              .get("/v1/audit?limit=40&" + since + (next.isEmpty() ? "" : "&cursor=" + next))
              .json();
      assertThat(page.at("/items").size()).isLessThanOrEqualTo(40);
      found.addAll(page.at("/items").findValuesAsText("id"));
      next = page.path("nextCursor").asText("");
    } while (!next.isEmpty() && !next.equals("null"));

    assertThat(found).isEqualTo(records);
  }

  @Test
  void filters_by_actor_action_and_time() {
    var records = records(60, 3);
    var middle = records.get(30).at();

    assertThat(listed("actor=key_1&" + since))
        .isEqualTo(
            ids(records.stream().filter(r -> r.actor().equals("key_1")).toList()).reversed());
    assertThat(listed("action=connection.b&actor=key_2&" + since))
        .isEqualTo(
            ids(records.stream()
                    .filter(r -> r.actor().equals("key_2") && r.action().equals("connection.b"))
                    .toList())
                .reversed());
    assertThat(listed("since=" + middle))
        .isEqualTo(ids(records.stream().filter(r -> !r.at().isBefore(middle)).toList()).reversed());
    assertThat(listed("until=" + middle + "&" + since))
        .isEqualTo(ids(records.stream().filter(r -> r.at().isBefore(middle)).toList()).reversed());
    assertThat(listed("actor=nobody&" + since)).isEmpty();
    assertThat(listed("since=" + middle + "&until=" + middle)).isEmpty();
  }

  private List<String> listed(String query) {
    return admin.get("/v1/audit?limit=100&" + query).json().at("/items").findValuesAsText("id");
  }

  @Test
  void names_whatever_is_wrong_with_a_query() {
    for (var path : List.of("/v1/audit?subject=x", "/v1/audit/export?actor=key_1")) {
      assertThat(admin.get(path).status()).as(path).isEqualTo(422);
    }
    var refused =
        admin.get("/v1/audit?since=yesterday&until=2026-13-01T00:00:00Z&cursor=abc&limit=0");
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.json().path("errors").findValuesAsText("pointer"))
        .containsExactlyInAnyOrder("#query/since", "#query/until", "#query/cursor", "#query/limit");
    assertThat(admin.get("/v1/audit/export?limit=10").status()).isEqualTo(422);
    assertThat(admin.get("/v1/audit/export?cursor=abc&since=x").status()).isEqualTo(422);
  }

  @Test
  void refuses_the_cursor_of_another_list() {
    var cursor = admin.get("/v1/providers?limit=1").text("/nextCursor");

    for (var list : List.of("/v1/audit", "/v1/audit/export", "/v1/events", "/v1/deliveries")) {
      var refused = admin.get(list + "?cursor=" + cursor);
      assertThat(refused.status()).as(list).isEqualTo(422);
      assertThat(refused.json().path("errors").findValuesAsText("pointer"))
          .containsExactly("#query/cursor");
    }
  }

  @Test
  void a_filter_that_lets_few_through_answers_in_time_and_says_where_to_go_on() {
    var records = records(2_200, 1);
    var wanted = new ArrayList<String>();
    for (int at = 0; at < records.size(); at += 997) {
      wanted.add(record(records.get(at).at(), "key_rare", "connection.a").id());
    }

    var pages = new ArrayList<List<String>>();
    var next = "";
    do {
      var page = admin.get("/v1/audit?actor=key_rare" + next).json();
      pages.add(page.at("/items").findValuesAsText("id"));
      next = page.path("nextCursor").isNull() ? "" : "&cursor=" + page.path("nextCursor").asText();
    } while (!next.isEmpty());

    assertThat(pages).hasSizeGreaterThan(1);
    assertThat(pages.stream().flatMap(List::stream).toList()).isEqualTo(wanted.reversed());
  }

  @Test
  void is_for_those_alone_who_have_the_scope_and_of_their_own_side_alone() {
    record(clock.instant().minusSeconds(1), "key_1", "connection.a");
    var blind = admin.post("/v1/api-keys", "{\"name\":\"k\",\"scopes\":[\"connections:read\"]}");

    for (var path : List.of("/v1/audit?" + since, "/v1/audit/export?" + since)) {
      assertThat(admin.with(blind.text("/key")).get(path).status()).isEqualTo(403);
      assertThat(another.get(path).text()).doesNotContain("aud_");
      assertThat(admin.get(path).text()).contains("aud_");
    }
  }

  @Test
  void exports_all_of_it_or_a_range_oldest_first_a_thousand_lines_at_a_time() {
    var records = records(1_250, 4);

    var first = admin.get("/v1/audit/export");
    assertThat(lines(first)).hasSize(1_000);
    // What happens meanwhile is of the next export.
    clock.move(Duration.ofSeconds(5));
    record(clock.instant().minusSeconds(2), "key_1", "connection.late");
    var second = admin.get(next(first));

    assertThat(second.link()).isEmpty();
    var ids = new ArrayList<String>();
    lines(first).forEach(line -> ids.add(line.path("id").asText()));
    lines(second).forEach(line -> ids.add(line.path("id").asText()));
    assertThat(ids).isEqualTo(ids(records.stream().filter(r -> r.at().isBefore(began)).toList()));
    exportsRange(records);
  }

  /// Of a range the end is kept from answer to answer.
  private void exportsRange(List<AuditRecord> records) {
    var from = records.get(20).at();
    var until = records.get(1_200).at();
    var wanted =
        records.stream().filter(r -> !r.at().isBefore(from) && r.at().isBefore(until)).toList();
    assertThat(wanted).hasSizeGreaterThan(1_000);

    var first = admin.get("/v1/audit/export?since=" + from + "&until=" + until);
    var second = admin.get(next(first));

    var ids = new ArrayList<String>();
    lines(first).forEach(line -> ids.add(line.path("id").asText()));
    lines(second).forEach(line -> ids.add(line.path("id").asText()));
    assertThat(ids).isEqualTo(ids(wanted));
  }

  @Test
  void forgets_after_ninety_days() {
    record(clock.instant(), "key_1", "connection.a");
    clock.move(Duration.ofDays(89));
    assertThat(listed("actor=key_1")).hasSize(1);
    assertThat(lines(admin.get("/v1/audit/export"))).hasSize(1);

    clock.move(Duration.ofDays(3));
    assertThat(listed("actor=key_1")).isEmpty();
    assertThat(lines(admin.get("/v1/audit/export"))).isEmpty();
  }

  private static String next(Api.Answer answer) {
    assertThat(answer.link()).startsWith("<http").endsWith("; rel=\"next\"");
    var url = answer.link().substring(1, answer.link().indexOf('>'));
    return url.substring(url.indexOf("/v1/"));
  }

  private static List<JsonNode> lines(Api.Answer answer) {
    assertThat(answer.status()).isEqualTo(200);
    return answer.text().lines().map(Api::tree).toList();
  }
}
