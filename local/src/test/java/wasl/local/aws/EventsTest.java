package wasl.local.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.EventBridgeException;
import software.amazon.awssdk.services.eventbridge.model.InvalidEventPatternException;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;
import software.amazon.awssdk.services.eventbridge.model.PutEventsResponse;
import software.amazon.awssdk.services.eventbridge.model.PutEventsResultEntry;
import software.amazon.awssdk.services.eventbridge.model.ResourceAlreadyExistsException;
import software.amazon.awssdk.services.eventbridge.model.ResourceNotFoundException;
import software.amazon.awssdk.services.eventbridge.model.Rule;
import software.amazon.awssdk.services.eventbridge.model.Target;
import software.amazon.awssdk.services.sqs.SqsClient;

@ExtendWith(AwsStack.Shared.class)
@Timeout(60)
@Tag("aws-stack")
class EventsTest {
  private static final String STRIPE = "{\"source\":[{\"prefix\":\"wasl.\"}]}";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final EventBridgeClient events;
  private final SqsClient sqs;
  private final String bus = "bus-" + UUID.randomUUID();
  private final String queue;

  EventsTest(AwsStack stack) {
    this.events = stack.events();
    this.sqs = stack.sqs();
    events.createEventBus(create -> create.name(bus));
    queue = sqs.createQueue(create -> create.queueName("target-" + UUID.randomUUID())).queueUrl();
  }

  @Test
  void a_matching_event_is_in_the_queue_when_put_events_answers() throws Exception {
    rule("all", STRIPE, Target.builder().id("1").arn(arn(queue)).build());

    PutEventsResponse answer = put(entry("wasl.stripe", "{\"id\":\"evt_1\",\"amount\":1.10}"));

    assertThat(answer.failedEntryCount()).isZero();
    JsonNode event = JSON.readTree(receive());
    assertThat(event.path("id").asText()).isEqualTo(answer.entries().getFirst().eventId());
    assertThat(event.path("source").asText()).isEqualTo("wasl.stripe");
    assertThat(event.path("detail-type").asText()).isEqualTo("stripe.charge");
    assertThat(event.path("account").asText()).isEqualTo("000000000000");
    assertThat(event.path("region").asText()).isEqualTo("us-east-1");
    assertThat(event.path("time").asText()).matches("[0-9-]+T[0-9:]+Z");
    assertThat(event.path("version").asText()).isEqualTo("0");
    assertThat(event.path("resources").isArray()).isTrue();
    assertThat(event.path("detail").path("id").asText()).isEqualTo("evt_1");
  }

  @Test
  void numbers_of_the_detail_keep_their_digits() {
    rule("all", STRIPE, Target.builder().id("1").arn(arn(queue)).build());

    put(entry("wasl.stripe", "{\"a\":1.10,\"b\":12345678901234567890.12345678901234567890}"));

    assertThat(receive()).contains("{\"a\":1.10,\"b\":12345678901234567890.12345678901234567890}");
  }

  @Test
  void an_event_that_no_rule_matches_goes_nowhere() {
    rule("all", STRIPE, Target.builder().id("1").arn(arn(queue)).build());
    rule("off", "{\"source\":[\"mine\"]}", Target.builder().id("1").arn(arn(queue)).build());
    events.disableRule(disable -> disable.name("off").eventBusName(bus));

    assertThat(put(entry("mine", "{}")).failedEntryCount()).isZero();

    assertThat(sqs.receiveMessage(receive -> receive.queueUrl(queue)).messages()).isEmpty();
  }

  @Test
  void a_faulty_entry_is_named_and_the_others_pass() {
    PutEventsResponse answer =
        put(
            entry("wasl.stripe", "{}"),
            entry("wasl.stripe", "[1]"),
            entry("wasl.stripe", "no json"),
            entry("aws.mine", "{}"),
            entry("wasl.stripe", "{}").toBuilder().source(null).build(),
            entry("wasl.stripe", "{}").toBuilder().detailType(null).build(),
            entry("wasl.stripe", "{}").toBuilder().detail(null).build(),
            entry("wasl.stripe", "{}").toBuilder().eventBusName("none").build());

    assertThat(answer.failedEntryCount()).isEqualTo(7);
    assertThat(answer.entries().getFirst().eventId()).isNotEmpty();
    assertThat(answer.entries().stream().skip(1).map(PutEventsResultEntry::errorCode))
        .containsExactly(
            "MalformedDetail",
            "MalformedDetail",
            "NotAuthorizedForSource",
            "InvalidArgument",
            "InvalidArgument",
            "InvalidArgument",
            "ResourceNotFoundException");
  }

  @Test
  void too_many_or_too_large_entries_are_refused() {
    PutEventsRequestEntry large = entry("s", "{\"x\":\"" + "x".repeat(262_144) + "\"}");
    PutEventsRequestEntry[] eleven = new PutEventsRequestEntry[11];
    java.util.Arrays.fill(eleven, entry("s", "{}"));

    assertThatThrownBy(() -> put(large)).hasMessageContaining("over the limit");
    assertThatThrownBy(() -> put(eleven)).isInstanceOf(EventBridgeException.class);
  }

  @Test
  void an_entry_whose_target_cannot_be_reached_fails_so_that_its_sender_tries_again() {
    rule(
        "gone",
        STRIPE,
        Target.builder().id("1").arn("arn:aws:sqs:us-east-1:000000000000:nobody-made-it").build());

    PutEventsResponse answer = put(entry("wasl.stripe", "{}"));

    assertThat(answer.failedEntryCount()).isEqualTo(1);
    assertThat(answer.entries().getFirst().errorCode()).isEqualTo("InternalFailure");
  }

  @Test
  void a_target_that_no_event_could_be_brought_to_is_refused_at_once() {
    String function = "arn:aws:lambda:us-east-1:000000000000:function:f";

    assertThatThrownBy(
            () -> rule("function", STRIPE, Target.builder().id("1").arn(function).build()))
        .isInstanceOf(EventBridgeException.class)
        .hasMessageContaining(function);
    assertThat(put(entry("wasl.stripe", "{}")).failedEntryCount()).isZero();
  }

  @Test
  void a_target_may_want_only_a_part_or_another_form() {
    Target part = Target.builder().id("1").arn(arn(queue)).inputPath("$.detail.list[1]").build();
    rule("part", STRIPE, part);
    put(entry("wasl.stripe", "{\"list\":[1,{\"x\":2}]}"));
    assertThat(receive()).isEqualTo("{\"x\":2}");

    Target form =
        Target.builder()
            .id("1")
            .arn(arn(queue))
            .inputTransformer(transformer ->
                transformer
                    .inputPathsMap(
                        Map.of("name", "$.detail.name", "all", "$.detail", "no", "$.nothing"))
                    .inputTemplate(
                        "{\"text\":\"dear <name>\",\"name\":<name>,\"all\":<all>,\"no\":<no>,"
                            + "\"rule\":\"<aws.events.rule-name>\",\"kept\":\"<other>\"}"))
            .build();
    rule("part", STRIPE, form);
    put(entry("wasl.stripe", "{\"name\":\"a \\\"b\\\"\"}"));
    assertThat(receive())
        .isEqualTo(
            "{\"text\":\"dear a \\\"b\\\"\",\"name\":\"a \\\"b\\\"\","
                + "\"all\":{\"name\":\"a \\\"b\\\"\"},\"no\":null,"
                + "\"rule\":\"part\",\"kept\":\"<other>\"}");
  }

  @Test
  void rules_and_targets_are_listed_changed_and_removed() {
    rule("r1", STRIPE, Target.builder().id("1").arn(arn(queue)).build());
    events.putRule(
        put -> put.name("every-minute").eventBusName(bus).scheduleExpression("rate(1 minute)"));

    assertThat(events.listRules(list -> list.eventBusName(bus)).rules())
        .extracting(Rule::name)
        .containsExactly("every-minute", "r1");
    assertThat(
            events.describeRule(describe -> describe.name("r1").eventBusName(bus)).eventPattern())
        .isEqualTo(STRIPE);
    assertThat(events.listTargetsByRule(list -> list.rule("r1").eventBusName(bus)).targets())
        .extracting(Target::arn)
        .containsExactly(arn(queue));
    assertThatThrownBy(() -> events.deleteRule(delete -> delete.name("r1").eventBusName(bus)))
        .hasMessageContaining("has targets");

    events.removeTargets(remove -> remove.rule("r1").eventBusName(bus).ids("1"));
    events.deleteRule(delete -> delete.name("r1").eventBusName(bus));

    assertThatThrownBy(() -> events.describeRule(describe -> describe.name("r1").eventBusName(bus)))
        .isInstanceOf(ResourceNotFoundException.class);
  }

  @Test
  void buses_are_described_and_made_once() {
    assertThat(events.describeEventBus(describe -> describe.name(bus)).arn())
        .isEqualTo("arn:aws:events:us-east-1:000000000000:event-bus/" + bus);
    assertThat(events.listEventBuses(list -> list.namePrefix(bus)).eventBuses()).hasSize(1);
    assertThatThrownBy(() -> events.createEventBus(create -> create.name(bus)))
        .isInstanceOf(ResourceAlreadyExistsException.class);
    assertThat(events.describeEventBus(describe -> {}).name()).isEqualTo("default");
  }

  @Test
  void a_faulty_pattern_is_refused() {
    assertThatThrownBy(
            () -> events.putRule(put -> put.name("bad").eventPattern("{\"source\":\"text\"}")))
        .isInstanceOf(InvalidEventPatternException.class);
  }

  @Test
  void a_pattern_can_be_tried() {
    String event =
        "{\"id\":\"1\",\"account\":\"0\",\"source\":\"wasl.x\",\"time\":\"2026-11-20T00:00:00Z\","
            + "\"region\":\"r\",\"resources\":[],\"detail-type\":\"t\",\"detail\":{\"n\":5}}";

    assertThat(
            events
                .testEventPattern(test ->
                    test.event(event)
                        .eventPattern("{\"detail\":{\"n\":[{\"numeric\":[\">\",4]}]}}"))
                .result())
        .isTrue();
    assertThat(
            events
                .testEventPattern(test -> test.event(event).eventPattern("{\"source\":[\"y\"]}"))
                .result())
        .isFalse();
  }

  private void rule(String name, String pattern, Target target) {
    events.putRule(put -> put.name(name).eventBusName(bus).eventPattern(pattern));
    events.putTargets(put -> put.rule(name).eventBusName(bus).targets(target));
  }

  private PutEventsResponse put(PutEventsRequestEntry... entries) {
    return events.putEvents(put -> put.entries(List.of(entries)));
  }

  private PutEventsRequestEntry entry(String source, String detail) {
    return PutEventsRequestEntry.builder()
        .eventBusName(bus)
        .source(source)
        .detailType("stripe.charge")
        .detail(detail)
        .build();
  }

  /// Without waiting: the message must be there already.
  private String receive() {
    var messages = sqs.receiveMessage(receive -> receive.queueUrl(queue)).messages();
    assertThat(messages).hasSize(1);
    return messages.getFirst().body();
  }

  private static String arn(String queue) {
    return "arn:aws:sqs:us-east-1:000000000000:" + queue.substring(queue.lastIndexOf('/') + 1);
  }
}
