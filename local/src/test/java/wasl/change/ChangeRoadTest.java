package wasl.change;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import wasl.access.Cause;
import wasl.access.ChangeMark;
import wasl.access.Environment;
import wasl.access.ProjectId;
import wasl.access.Tenant;
import wasl.audit.AuditRecord;
import wasl.audit.AuditTrail;
import wasl.audit.ChangeRoad;
import wasl.aws.ConnectionItem;
import wasl.aws.DynamoAuditTrail;
import wasl.aws.DynamoConnectionStore;
import wasl.aws.DynamoTable;
import wasl.aws.DynamoTable.Write;
import wasl.aws.EventStorage;
import wasl.aws.FailedChanges;
import wasl.aws.Item;
import wasl.aws.ItemKeys;
import wasl.aws.Settings;
import wasl.change.ChangeStream.Streamed;
import wasl.change.RandomOperations.Answer;
import wasl.change.RandomOperations.Operation;
import wasl.connection.ConnectionId;
import wasl.connection.Connections;
import wasl.connection.IntegrationId;
import wasl.event.EventId;
import wasl.event.EventKey;
import wasl.function.changepublisher.Handler;
import wasl.function.changepublisher.Publishing;
import wasl.id.Ids;
import wasl.local.intercept.AwsAnswer;
import wasl.page.PageRequest;
import wasl.queue.Outcome;
import wasl.queue.QueueMessage;
import wasl.road.EmbeddedStack;
import wasl.road.SettableClock;
import wasl.signing.Digests;

/// From the write of a record to what is told of it, on the bus and in the audit trail.
@ExtendWith(EmbeddedStack.Shared.class)
class ChangeRoadTest {
  private static final String CREDENTIALS =
      "\"credentials\":{\"type\":\"api_key\",\"apiKey\":\"sk_test_abcdefghij0123456789\"}";

  /// What a change of a connection is on the bus, as the contract says it.
  private static final Map<String, List<String>> EVENTS =
      Map.of(
          "connection.connected", List.of("integration:connected"),
          "connection.resumed", List.of("integration:connected"),
          "connection.reconnected", List.of("integration:connected"),
          "connection.recovered", List.of("integration:connected"),
          "connection.disconnected", List.of("integration:disconnected"),
          "connection.expired", List.of("oauth:expired", "integration:error"),
          "connection.failed", List.of("integration:error"),
          "connection.failing", List.of("integration:error"),
          "connection.reauthorization-demanded", List.of("integration:error"),
          "connection.suspended", List.of("integration:suspended"));

  private final InstantSource clock = InstantSource.system();
  private final RandomGenerator random = new SecureRandom();
  private final PutOnBus bus = new PutOnBus();

  private EmbeddedStack stack;
  private EmbeddedStack watched;
  private ChangeStream stream;
  private DynamoTable connections;
  private AuditTrail trail;
  private Api bootstrap;
  private Api admin;
  private Tenant tenant;
  private Handler handler;
  private Instant began;

  @BeforeEach
  void start(EmbeddedStack shared) {
    stack = shared;
    began = clock.instant().minusSeconds(60);
    watched = stack.through(bus);
    stream = new ChangeStream(stack);
    var environment = stack.environment("management-api");
    connections =
        new DynamoTable(
            stack.clients().dynamoDb(), environment.getOrDefault("WASL_CONNECTIONS_TABLE", ""));
    trail =
        new DynamoAuditTrail(
            new DynamoTable(
                stack.clients().dynamoDb(), environment.getOrDefault("WASL_EVENTS_TABLE", "")),
            clock);
    bootstrap = Api.bootstrapped(stack, clock, random);
    var project = bootstrap.post("/v1/projects", "{\"name\":\"a project\"}");
    admin = bootstrap.with(project.text("/apiKeys/dev"));
    tenant = new Tenant(new ProjectId(project.text("/id")), Environment.DEV);
    handler = handler(watched, clock);
  }

  @AfterEach
  void end() {
    stream.close();
    watched.close();
  }

  private Handler handler(EmbeddedStack on, InstantSource time) {
    return handler(on, time, Map.of());
  }

  private Handler handler(EmbeddedStack on, InstantSource time, Map<String, String> other) {
    var environment = new LinkedHashMap<>(on.environment("change-publisher"));
    environment.putAll(other);
    return new Handler(
        Publishing.on(
            on.clients(), environment, time, random, Api.silent("change-publisher", time)));
  }

  @Test
  void a_thousand_random_operations_with_faults_are_told_as_the_history_says() {
    long seed = Long.getLong("wasl.seed", random.nextLong());
    System.out.println("-Dwasl.seed=" + seed);
    var writing = new Fates(seed);
    var telling = new Fates(seed + 1);
    try (var broken = stack.through(writing);
        var alsoBroken = watched.through(telling)) {
      var operations = operations(broken, "req-" + Ids.next("", clock.instant(), random) + "-");
      telling.decide(20, 20);
      var publisher = handler(alsoBroken, clock);
      var dice = new Random(seed);

      // Faults, but nobody else writes: what the caller is told is what is written.
      writing.decide(60, 120);
      var alone = operations.run(300, 1, seed);
      var history = new ArrayList<>(marked(stream.read()));
      stream.bring(publisher, history, 20, batch -> dice.nextInt(5) == 0);
      assertThatAnswersAreTrue(alone, history);

      // Writers that meet, but what is answered arrives.
      writing.decide(120, 0);
      var together = operations.run(500, 4, seed + 10);
      var more = marked(stream.read());
      stream.bring(publisher, more, 20, batch -> dice.nextInt(5) == 0);
      assertThatAnswersAreTrue(together, more);
      history.addAll(more);

      // All of it.
      writing.decide(80, 80);
      operations.run(200, 4, seed + 20);
      var last = marked(stream.read());
      stream.bring(publisher, last, 20, batch -> dice.nextInt(5) == 0);
      history.addAll(last);

      assertThat(writing.count()).isGreaterThan(50);
      assertThat(telling.count()).isGreaterThan(20);
      assertThat(history).hasSizeGreaterThan(300);
      assertThatAllIsTold(history);
      assertThatNothingSecretIsTold(operations, history);

      // Once more, in other batches, with and without faults: it adds nothing.
      var events = told();
      var latest = history.subList(history.size() - 150, history.size());
      stream.bring(publisher, latest, 33, batch -> false);
      stream.bring(handler, history, 100, batch -> false);
      assertThat(told()).isEqualTo(events);
      assertThatAllIsTold(history);
    }
  }

  @Test
  void a_change_that_cannot_be_read_fails_alone_with_those_that_follow_it() {
    connect("before");
    var poison = poison();
    var follower = poison();
    connect("after");
    var records = stream.read();

    var failed = stream.once(handler, records);

    assertThat(failed.getFirst().pk()).isEqualTo(poison);
    assertThat(failed.getFirst().sequenceNumber())
        .isEqualTo(
            records.stream()
                .filter(record -> record.pk().equals(poison))
                .findFirst()
                .orElseThrow()
                .sequenceNumber());
    assertThat(follower).isEqualTo(poison);
    assertThat(actions()).containsOnlyOnce("integration.created").doesNotContain("connection.bad");
    assertThat(actions()).filteredOn("connection.connected"::equals).hasSize(2);
    assertThat(told()).hasSize(2);

    // As long as it is not mended, nothing but itself is the worse for it.
    assertThat(stream.once(handler, failed).getFirst()).isEqualTo(failed.getFirst());
    assertThat(actions()).filteredOn("connection.connected"::equals).hasSize(2);
  }

  /// Writes what no writer writes; answers its key.
  private String poison() {
    var id = new ConnectionId("con_" + "0".repeat(30));
    var pk = ItemKeys.connection(tenant, id);
    connections.put(
        new Write.Put(
            marked(Item.with(pk).number("v", 99).text("id", id.value()), "connection.bad")
                .build()));
    return pk;
  }

  private Item.Builder marked(Item.Builder item, String kind) {
    return marked(item, ChangeMark.next(kind, clock.instant(), Cause.wasl("a request"), random));
  }

  private Item.Builder marked(Item.Builder item, ChangeMark mark) {
    return item.text("project", tenant.project().value())
        .text("environment", tenant.environment().wireName())
        .map(
            "change",
            Item.builder()
                .text("id", mark.id())
                .text("kind", mark.kind())
                .time("at", mark.at())
                .text("actor", "wasl")
                .text("request", "a request")
                .build());
  }

  @Test
  void one_mark_on_two_records_is_two_changes() {
    // As work leaves it that was cut off after the first record, and found the second at its mark.
    var mark =
        ChangeMark.next("integration.deleted", clock.instant(), Cause.wasl("a request"), random);
    for (var slug : List.of("first", "second")) {
      var item =
          Item.with(ItemKeys.integration(tenant, new IntegrationId(slug)))
              .number("v", 1)
              .flag("gone", true)
              .text("id", slug);
      connections.put(new Write.Put(marked(item, mark).build()));
    }

    stream.bring(handler, stream.read());

    assertThat(all(tenant))
        .filteredOn(record -> record.action().equals("integration.deleted"))
        .extracting(AuditRecord::subject)
        .containsExactlyInAnyOrder("first", "second");
  }

  @Test
  void what_lambda_gave_up_is_told_from_where_it_lies_in_the_stream() {
    connect("one");
    connect("two");
    var quiet = connections.get(ItemKeys.connection(tenant, connect("three"))).orElseThrow();
    connections.update(
        new Write.Update(
            quiet.pk(), "SET #lastActivityAt = :at REMOVE #change", "", Map.of("at", 1)));
    connect("four");
    var records =
        stream.read().stream().filter(record -> record.pk().startsWith(tenant.toString())).toList();
    var firstThree = records.stream().filter(Streamed::isMarked).limit(4).toList();

    send(note(firstThree.getFirst(), firstThree.getLast(), clock.instant()));
    assertThat(stack.drive("change-publisher", handler)).isOne();

    assertThat(actions())
        .containsExactlyInAnyOrder(
            "integration.created",
            "connection.connected",
            "connection.connected",
            "connection.connected");
    assertThat(told()).hasSize(3);
    assertThat(stack.drive("change-publisher", handler)).as("done").isZero();

    // What it told already it does not tell again.
    stream.bring(handler, records);
    assertThat(told()).hasSize(4);
    assertThat(bus.envelopes()).hasSize(4);
  }

  @Test
  void what_the_stream_has_no_longer_is_given_up() {
    connect("one");
    var records = stream.read().stream().filter(Streamed::isMarked).toList();
    var note = note(records.getFirst(), records.getLast(), clock.instant());
    try (var trimmed =
        stack.through((call, next) ->
            call.operation().equals("GetShardIterator")
                ? AwsAnswer.fault(call, 400, "TrimmedDataAccessException", "trimmed")
                : next.pass(call))) {
      assertThat(outcome(trimmed, clock, note))
          .isEqualTo(new Outcome.GiveUp("the stream keeps these changes no longer"));
    }
    assertThat(outcome(stack, clock, note.replace(records.getFirst().shard(), "shardId-none")))
        .isEqualTo(new Outcome.GiveUp("the stream keeps these changes no longer"));
    assertThat(outcome(stack, clock, "{\"DDBStreamBatchInfo\":{}}"))
        .isEqualTo(new Outcome.GiveUp("unreadable pointer"));
  }

  @Test
  void what_was_given_up_is_tried_for_twelve_hours_after_longer_and_longer_waits() {
    connect("one");
    var records = stream.read().stream().filter(Streamed::isMarked).toList();
    var time = SettableClock.atRealTime();
    var note = note(records.getFirst(), records.getLast(), time.instant());
    var waits = new ArrayList<Duration>();
    try (var down =
        stack.through((call, next) ->
            call.service().equals("dynamodb") && call.operation().equals("PutItem")
                // A fault that the SDK does not try again.
                ? AwsAnswer.fault(call, 501, "InternalServerError", "down")
                : next.pass(call))) {
      Outcome last = outcome(down, time, note);
      while (last instanceof Outcome.RetryAfter(var wait, var why)) {
        waits.add(wait);
        time.move(wait);
        last = outcome(down, time, note);
      }
      assertThat(last).isInstanceOf(Outcome.GiveUp.class);
    }
    assertThat(waits)
        .isSorted()
        .startsWith(Duration.ofSeconds(10))
        .endsWith(Duration.ofMinutes(15));
    assertThat(waits.stream().mapToLong(Duration::toMinutes).sum()).isBetween(11 * 60L, 13 * 60L);

    // Brought back after it was mended.
    assertThat(outcome(stack, time, note)).isEqualTo(Outcome.DONE);
    assertThat(actions()).contains("connection.connected");
  }

  private Outcome outcome(EmbeddedStack on, InstantSource time, String note) {
    var message = new QueueMessage("m", note, 1);
    var names = EventStorage.Names.read(new Settings(on.environment("change-publisher")));
    var storage = names.on(on.clients(), clock, random);
    var road =
        new ChangeRoad(
            storage.publisher(on.environment("change-publisher").getOrDefault("WASL_BUS", "")),
            new DynamoAuditTrail(storage.table(), clock),
            false,
            time);
    return new FailedChanges(on.clients().dynamoDbStreams(), time)
        .handle(List.of(message), time.instant().plusSeconds(20), road::tell)
        .getFirst();
  }

  /// What Lambda says of a batch that it gave up.
  private String note(Streamed first, Streamed last, Instant now) {
    return """
    {"requestContext": {"requestId": "r", "functionArn": "f",
      "condition": "RetryAttemptsExhausted", "approximateInvokeCount": 11},
     "responseContext": {"statusCode": 200, "executedVersion": "$LATEST"},
     "version": "1.0", "timestamp": "%s",
     "DDBStreamBatchInfo": {"shardId": "%s", "startSequenceNumber": "%s",
       "endSequenceNumber": "%s", "approximateArrivalOfFirstRecord": "%s",
       "approximateArrivalOfLastRecord": "%s", "batchSize": 2, "streamArn": "%s"}}
    """
        .formatted(
            now,
            first.shard(),
            first.sequenceNumber(),
            last.sequenceNumber(),
            now.minusSeconds(5).truncatedTo(ChronoUnit.SECONDS),
            now.truncatedTo(ChronoUnit.SECONDS),
            stream.arn());
  }

  private void send(String note) {
    stack
        .clients()
        .sqs()
        .sendMessage(r -> r.queueUrl(stack.queueOf("change-publisher")).messageBody(note));
  }

  @Test
  void nothing_is_begun_after_its_time_and_what_was_not_begun_comes_again() {
    connect("one");
    var records = stream.read().stream().filter(Streamed::isMarked).toList();
    // The handler keeps ten seconds back of the fifteen that it has here.
    var late = new AtomicReference<>(clock.instant());
    var past = handler(watched, () -> late.getAndSet(clock.instant().plusSeconds(6)));

    assertThat(stream.once(past, records)).isEqualTo(records);
    assertThat(actions()).isEmpty();
    assertThat(stream.once(handler, records)).isEmpty();
    assertThat(actions())
        .containsExactlyInAnyOrder(
            "api-key.created", "integration.created", "connection.connected");
  }

  @Test
  void a_write_that_leaves_the_mark_where_it_stands_tells_nothing_again() {
    var pk = ItemKeys.connection(tenant, connect("one"));
    connections.update(new Write.Update(pk, "SET #lastActivityAt = :at", "", Map.of("at", 1)));
    var records = stream.read().stream().filter(Streamed::isMarked).toList();

    // It comes alone, when what it was made with was told long ago and is forgotten.
    assertThat(records.getLast().pk()).isEqualTo(pk);
    assertThat(stream.once(handler, List.of(records.getLast()))).isEmpty();

    assertThat(actions()).isEmpty();
    assertThat(bus.envelopes()).isEmpty();
  }

  @Test
  void a_refreshed_token_is_an_event_only_where_that_is_wanted() {
    var id = connect("one");
    var item = connections.get(ItemKeys.connection(tenant, id)).orElseThrow();
    var connection = ConnectionItem.read(item);
    var store = new DynamoConnectionStore(connections);
    store.save(
        connection,
        connection.next(clock.instant()).refreshed().build(),
        ChangeMark.next(Connections.REFRESHED, clock.instant(), Cause.wasl("r"), random));
    var records = stream.read();

    stream.bring(handler, records);
    assertThat(types()).containsExactly("integration:connected");
    assertThat(actions()).contains("connection.refreshed");

    stream.bring(handler(watched, clock, Map.of("WASL_PUBLISH_REFRESHES", "true")), records);
    assertThat(types()).containsExactly("integration:connected", "oauth:refreshed");
  }

  @Test
  void a_project_is_told_of_where_it_was_ordered_and_what_wasl_does_itself_says_so() {
    var made = bootstrap.call("the order", "POST", "/v1/projects", "{\"name\":\"new\"}");
    stream.bring(handler, stream.read());

    var first = bootstrap.get("/v1/audit?action=project.created&limit=1");
    var key = bootstrap.get("/v1/api-keys?limit=1").text("/items/0/id");
    assertThat(first.text("/items/0/subject")).isEqualTo(made.text("/id"));
    assertThat(first.text("/items/0/requestId")).isEqualTo("the order");
    assertThat(first.text("/items/0/actor")).isEqualTo(key);
    var of = bootstrap.with(made.text("/apiKeys/prod")).get("/v1/audit");
    assertThat(of.json().at("/items").findValuesAsText("action"))
        .containsExactly("api-key.created");

    var again = Api.bootstrapped(stack, clock, random);
    stream.bring(handler, stream.read());
    assertThat(
            again
                .get("/v1/audit?actor=wasl&limit=2")
                .json()
                .at("/items")
                .findValuesAsText("action"))
        .containsExactlyInAnyOrder("api-key.created", "api-key.revoked");
  }

  /// Connects an account through an integration that is made where there is none.
  private ConnectionId connect(String alias) {
    if (admin.get("/v1/integrations/pay").status() == 404) {
      admin.call("PUT", "/v1/integrations/pay", "{\"provider\":\"stripe\"}");
    }
    var made =
        admin.post(
            "/v1/connections",
            "{\"integration\":\"pay\",\"alias\":\"%s\",%s}".formatted(alias, CREDENTIALS));
    return new ConnectionId(made.text("/id"));
  }

  private List<String> actions() {
    return all(tenant).stream().map(AuditRecord::action).toList();
  }

  private List<String> types() {
    return bus.envelopes().stream().map(envelope -> envelope.path("type").asText()).toList();
  }

  private RandomOperations operations(EmbeddedStack on, String prefix) {
    var names = EventStorage.Names.read(new Settings(on.environment("change-publisher")));
    var vault = names.on(on.clients(), clock, random).vault();
    var store =
        new DynamoConnectionStore(
            new DynamoTable(
                on.clients().dynamoDb(),
                on.environment("management-api").getOrDefault("WASL_CONNECTIONS_TABLE", "")));
    var domain = new Connections(store, vault, clock, random);
    return new RandomOperations(
        admin.through(on, clock, random),
        bootstrap.through(on, clock, random),
        tenant,
        store,
        domain,
        clock,
        random,
        prefix);
  }

  // What other tests write at the same time, or wrote before, is none of ours.
  private static List<Streamed> marked(List<Streamed> records) {
    return records.stream()
        .filter(Streamed::isMarked)
        .filter(record -> record.mark("request").startsWith("req-"))
        .toList();
  }

  private static void assertThatAnswersAreTrue(List<Operation> operations, List<Streamed> history) {
    var kinds =
        history.stream()
            .collect(
                Collectors.groupingBy(
                    record -> record.mark("request"),
                    Collectors.mapping(record -> record.mark("kind"), Collectors.toList())));
    for (var operation : operations) {
      var written = new ArrayList<>(kinds.getOrDefault(operation.request(), List.of()));
      written.retainAll(operation.kinds());
      switch (operation.answer()) {
        case DONE -> assertThat(written).as(operation.toString()).hasSize(1);
        case DONE_OR_NOTHING ->
            assertThat(written).as(operation.toString()).hasSizeLessThanOrEqualTo(1);
        case REFUSED -> assertThat(written).as(operation.toString()).isEmpty();
        case UNKNOWN -> {
          // Nobody was told anything.
        }
      }
      if (operation.kinds().isEmpty()) {
        assertThat(kinds).as("a quiet write").doesNotContainKey(operation.request());
      }
    }
    assertThat(operations).extracting(Operation::answer).contains(Answer.DONE, Answer.REFUSED);
  }

  private void assertThatAllIsTold(List<Streamed> history) {
    assertThat(auditRecords(history)).isEqualTo(expectedAudit(history));
    assertThat(told()).isEqualTo(expectedEvents(history));
    var byId =
        bus.envelopes().stream()
            .collect(
                Collectors.toMap(
                    envelope -> envelope.path("id").asText(),
                    envelope -> envelope,
                    (a, b) -> {
                      assertThat(a).as("put twice, it is the same").isEqualTo(b);
                      return a;
                    }));
    history.forEach(record -> assertThatEventsSayHowItStands(record, byId));
  }

  /// The ids of the events about each connection, in the order in which the bus first had them.
  private Map<String, List<String>> told() {
    return bus.envelopes().stream()
        .collect(
            Collectors.groupingBy(
                envelope -> envelope.path("connection").asText(),
                Collectors.collectingAndThen(
                    Collectors.mapping(
                        envelope -> envelope.path("id").asText(), Collectors.toList()),
                    ids -> ids.stream().distinct().toList())));
  }

  private static Map<String, List<String>> expectedEvents(List<Streamed> history) {
    var expected = new LinkedHashMap<String, List<String>>();
    for (var record : history) {
      for (var type : EVENTS.getOrDefault(record.mark("kind"), List.of())) {
        expected
            .computeIfAbsent(record.after().at("/id/S").asText(), first -> new ArrayList<>())
            .add(eventId(record, type));
      }
    }
    return expected;
  }

  private static String eventId(Streamed record, String type) {
    var key = EventKey.ofWasl(tenant(record), type + "#" + identity(record));
    return EventId.of(at(record), key).value();
  }

  private static void assertThatEventsSayHowItStands(
      Streamed record, Map<String, JsonNode> envelopes) {
    boolean gone = record.after().has("gone");
    var image = gone ? record.before() : record.after();
    for (var type : EVENTS.getOrDefault(record.mark("kind"), List.of())) {
      var envelope = Objects.requireNonNull(envelopes.get(eventId(record, type)), type);
      assertThat(envelope.path("type").asText()).isEqualTo(type);
      assertThat(Instant.parse(envelope.path("timestamp").asText())).isEqualTo(at(record));
      var data = envelope.path("data");
      assertThat(data.path("connection")).isEqualTo(envelope.path("connection"));
      assertThat(data.path("integration")).isEqualTo(image.at("/integration/S"));
      assertThat(data.path("provider").asText()).isEqualTo("stripe");
      assertThat(data.path("alias")).isEqualTo(image.at("/alias/S"));
      assertThat(data.path("status").asText())
          .isEqualTo(gone ? "disconnected" : image.at("/status/S").asText());
      assertThat(data.has("statusReason")).isEqualTo(!gone && image.has("statusReason"));
    }
  }

  private List<AuditRecord> auditRecords(List<Streamed> history) {
    var requests = history.stream().map(record -> record.mark("request")).toList();
    var records = new ArrayList<AuditRecord>();
    for (var each : history.stream().map(ChangeRoadTest::tenant).distinct().toList()) {
      records.addAll(all(each));
    }
    // Actions that change no record are recorded too; here it is about changes.
    return records.stream()
        .filter(record -> requests.contains(record.requestId()))
        .sorted((a, b) -> a.id().compareTo(b.id()))
        .toList();
  }

  private List<AuditRecord> all(Tenant of) {
    var records = new ArrayList<AuditRecord>();
    var query =
        new AuditTrail.Query(
            Optional.empty(), Optional.empty(), began, clock.instant().plusSeconds(60));
    Optional<String> after = Optional.empty();
    do {
      var page = trail.oldestFirst(of, query, new PageRequest(100, after));
      records.addAll(page.items());
      after = page.next();
    } while (after.isPresent());
    return records;
  }

  private static List<AuditRecord> expectedAudit(List<Streamed> history) {
    return history.stream()
        .map(record ->
            new AuditRecord(
                tenant(record),
                auditId(record),
                at(record),
                record.mark("actor"),
                record.mark("kind"),
                record.after().at("/id/S").asText(),
                Optional.empty(),
                record.mark("request")))
        .sorted((a, b) -> a.id().compareTo(b.id()))
        .toList();
  }

  private void assertThatNothingSecretIsTold(RandomOperations operations, List<Streamed> history) {
    var told = auditRecords(history).toString() + bus.envelopes();
    assertThat(operations.secrets()).hasSizeGreaterThan(100);
    operations.secrets().forEach(secret -> assertThat(told).doesNotContain(secret));
    // What is sealed is no secret; but it is nobody's business either.
    history.stream()
        .flatMap(record -> record.after().findValuesAsText("B").stream())
        .forEach(sealed -> assertThat(told).doesNotContain(sealed));
  }

  private static String auditId(Streamed record) {
    var hash = Digests.sha256(identity(record).getBytes(StandardCharsets.UTF_8));
    return Ids.of("aud_", at(record), Arrays.copyOf(hash, 16));
  }

  private static String identity(Streamed record) {
    return record.mark("id") + "#" + record.pk() + "#" + at(record).toEpochMilli();
  }

  private static Tenant tenant(Streamed record) {
    var change = record.after().at("/change/M");
    var of = change.has("project") ? change : record.after();
    return new Tenant(
        new ProjectId(of.at("/project/S").asText()),
        Environment.of(of.at("/environment/S").asText()).orElseThrow());
  }

  private static Instant at(Streamed record) {
    return Instant.ofEpochMilli(record.after().at("/change/M/at/N").asLong());
  }
}
