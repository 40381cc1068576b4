package wasl.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import wasl.access.Environment;
import wasl.access.ProjectId;
import wasl.access.Tenant;
import wasl.id.Ids;

class EventMatcherTest {
  private static final Instant NOW = Instant.parse("2026-11-20T15:00:00Z");
  private static final Tenant TENANT =
      new Tenant(new ProjectId(Ids.of(ProjectId.PREFIX, NOW, new byte[16])), Environment.DEV);

  @ParameterizedTest
  @CsvSource({
    "stripe.*, stripe.payment_intent.succeeded, true",
    "stripe.*, github.push, false",
    "stripe.*, stripe, false",
    "*, order.created, true",
    "**, order.created, true",
    "*.created, order.created, true",
    "order.*.paid, order.a.b.paid, true",
    "order.created, order.created, true",
    "order.created, order.created2, false",
    "order.created, Order.created, false",
    "a\\b*, a\\bc, true",
  })
  void matches_types_with_a_star_for_any_characters(String entry, String type, boolean matches) {
    assertThat(matches(types(entry), event("wasl.app", type))).isEqualTo(matches);
  }

  @Test
  void everything_is_every_provider_s_and_published_event_and_none_of_wasl_s_own() {
    var everything = new EventFilter.Everything();
    assertThat(matches(everything, event("wasl.stripe", "stripe.charge.failed"))).isTrue();
    assertThat(matches(everything, event("wasl.app", "order.created"))).isTrue();
    assertThat(matches(everything, event("wasl", "webhook:failing"))).isFalse();
  }

  @Test
  void wasl_s_own_events_come_only_where_a_type_names_them() {
    var own = event("wasl", "webhook:failing");
    assertThat(matches(types("webhook:failing"), own)).isTrue();
    assertThat(matches(types("webhook:*"), own)).isTrue();
    assertThat(matches(types("stripe.*", "webhook:*"), own)).isTrue();
    assertThat(matches(types("*"), own)).isFalse();
    assertThat(matches(types("webhook*"), own)).isFalse();
  }

  @Test
  void wasl_s_own_events_come_only_where_a_pattern_constrains_their_origin() {
    var own = event("wasl", "webhook:failing");
    assertThat(matches(pattern("{\"source\":[\"wasl\"]}"), own)).isTrue();
    assertThat(matches(pattern("{\"detail-type\":[{\"prefix\":\"webhook\"}]}"), own)).isTrue();
    assertThat(matches(pattern("{\"detail\":{\"type\":[{\"wildcard\":\"*\"}]}}"), own)).isTrue();
    assertThat(matches(pattern("{\"detail\":{\"data\":{\"amount\":[100]}}}"), own)).isFalse();
  }

  @Test
  void a_pattern_is_matched_as_event_bridge_does() {
    var event = event("wasl.stripe", "stripe.charge.failed");
    assertThat(matches(pattern("{\"detail\":{\"data\":{\"amount\":[100]}}}"), event)).isTrue();
    assertThat(
            matches(
                pattern("{\"detail\":{\"data\":{\"amount\":[{\"numeric\":[\">\",99]}]}}}"), event))
        .isTrue();
    assertThat(
            matches(
                pattern(
                    "{\"$or\":[{\"source\":[\"wasl.github\"]},{\"source\":[\"wasl.stripe\"]}]}"),
                event))
        .isTrue();
    assertThat(matches(pattern("{\"source\":[\"wasl.github\"]}"), event)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "{\"source\":\"wasl\"}",
        "{\"source\":[]}",
        "{\"source\":[{\"prefx\":\"a\"}]}",
        "{\"source\":[{\"numeric\":[\">\"]}]}",
        "not json"
      })
  void names_what_is_wrong_with_a_pattern(String pattern) {
    assertThat(EventMatcher.fault(pattern(pattern))).isPresent();
  }

  @Test
  void refuses_wildcards_that_take_long() {
    var heavy = "*a".repeat(120);
    assertThat(EventMatcher.fault(types(heavy))).isPresent();
    assertThat(EventMatcher.fault(types("stripe.*.failed", "order.*"))).isEmpty();
  }

  @Test
  void refuses_more_alternatives_than_event_bridge_takes() {
    assertThat(EventMatcher.fault(pattern(alternatives(9)))).isEmpty();
    assertThat(EventMatcher.fault(pattern(alternatives(10)))).isPresent();
    assertTimeoutPreemptively(
        Duration.ofSeconds(5),
        () -> {
          assertThat(EventMatcher.fault(pattern(alternatives(200)))).isPresent();
          assertThat(matches(pattern(alternatives(200)), event("wasl.app", "a"))).isFalse();
        });
  }

  private static String alternatives(int pairs) {
    return "{\"$or\":[{\"a\":[1]},{\"b\":[1]}],\"x\":".repeat(pairs)
        + "{\"y\":[1]}"
        + "}".repeat(pairs);
  }

  @Test
  void one_broken_pattern_does_not_silence_the_others() {
    var broken = webhook(1, new EventFilter.Pattern("{\"source\":\"wasl\"}"));
    var sound = webhook(2, new EventFilter.Everything());

    assertThat(EventMatcher.of(List.of(broken, sound)).matching(event("wasl.app", "order.created")))
        .containsExactly(sound.id());
  }

  @Test
  void a_small_event_with_arrays_takes_no_time_whatever_the_pattern() {
    var last = pattern(ofFiveFields("\"y\""));
    var first = pattern(ofFiveFields("\"x\""));
    var event = withFiveArrays(200);

    assertTimeoutPreemptively(
        Duration.ofSeconds(5),
        () -> {
          assertThat(matches(last, event)).isFalse();
          assertThat(matches(first, event)).isTrue();
        });
  }

  @Test
  void values_of_an_array_count_together_only_within_one_element() {
    var both = pattern("{\"detail\":{\"data\":{\"items\":{\"sku\":[\"a\"],\"n\":[2]}}}}");
    var apart = "{\"sku\":\"a\",\"n\":1},{\"sku\":\"b\",\"n\":2}";
    var together = apart + ",{\"sku\":\"a\",\"n\":2}";

    assertThat(matches(both, withItems(apart))).isFalse();
    assertThat(matches(both, withItems(together))).isTrue();
  }

  private static String withItems(String items) {
    return "{\"source\":\"wasl.app\",\"detail\":{\"data\":{\"items\":[%s]}}}".formatted(items);
  }

  private static String ofFiveFields(String lastOne) {
    return """
    {"detail":{"data":{"a":["x"],"b":["x"],"c":["x"],"d":["x"],"e":[%s]}}}\
    """
        .formatted(lastOne);
  }

  private static String withFiveArrays(int size) {
    var values = "\"x\",".repeat(size) + "\"z\"";
    return """
    {"source":"wasl.app","detail":{"data":{"a":[%1$s],"b":[%1$s],"c":[%1$s],"d":[%1$s],"e":[%1$s]}}}\
    """
        .formatted(values);
  }

  private static boolean matches(EventFilter filter, String event) {
    return !EventMatcher.of(List.of(webhook(1, filter))).matching(event).isEmpty();
  }

  private static EventFilter types(String... types) {
    return new EventFilter.Types(List.of(types));
  }

  private static EventFilter pattern(String json) {
    return new EventFilter.Pattern(json);
  }

  private static String event(String source, String type) {
    return """
    {"version":"0","id":"x","source":"%s","detail-type":"%s","account":"1","region":"r",
     "time":"2026-11-20T15:00:00Z","resources":[],
     "detail":{"id":"evt","type":"%s","data":{"amount":100,"customer":"a"}}}\
    """
        .formatted(source, type.replace("\\", "_"), type.replace("\\", "\\\\"));
  }

  private static OutboundWebhook webhook(int number, EventFilter filter) {
    var bytes = new byte[16];
    Arrays.fill(bytes, (byte) number);
    return new OutboundWebhook(
        TENANT,
        new OutboundWebhookId(Ids.of(OutboundWebhookId.PREFIX, NOW, bytes)),
        "https://example.com",
        filter,
        Optional.empty(),
        Optional.empty(),
        List.of(),
        OutboundWebhook.Status.ACTIVE,
        Optional.empty(),
        NOW,
        NOW,
        1);
  }
}
