package wasl.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import wasl.access.Environment;
import wasl.access.ProjectId;
import wasl.access.Tenant;
import wasl.id.Ids;

/// Pins the one form in which events flow: rules, receivers and stored records lean on it.
class EnvelopeTest {
  private static final ProjectId PROJECT =
      new ProjectId(Ids.of("prj_", Instant.EPOCH, new byte[16]));
  private static final Tenant TENANT = new Tenant(PROJECT, Environment.PROD);
  private static final byte[] DATA =
      "{\"amount\": 10.50, \"big\": 12345678901234567890123}".getBytes(UTF_8);

  private static Envelope envelope(Envelope.Payload payload) {
    return new Envelope(
        new EventId("order-1"),
        "stripe.payment_intent.succeeded",
        Instant.parse("2026-11-20T10:11:12.345678Z"),
        TENANT,
        Optional.of("stripe"),
        Optional.of("con_1"),
        payload,
        2);
  }

  @Test
  void on_the_bus_it_carries_all_and_the_data_exactly_as_sent() {
    assertThat(new String(envelope(new Envelope.Payload.Inline(DATA)).detail(), UTF_8))
        .isEqualTo(
            "{\"id\":\"order-1\",\"type\":\"stripe.payment_intent.succeeded\","
                + "\"timestamp\":\"2026-11-20T10:11:12.345Z\",\"project\":\""
                + PROJECT
                + "\",\"environment\":\"prod\",\"provider\":\"stripe\",\"connection\":\"con_1\","
                + "\"data\":{\"amount\": 10.50, \"big\": 12345678901234567890123},"
                + "\"run\":2,\"version\":1}");
  }

  @Test
  void large_data_stays_off_the_bus() {
    var ref = new BodyRef("bodies/2026-11-20/a", 12, 34);
    assertThat(Envelope.Payload.of(new byte[200 * 1024], ref))
        .isInstanceOf(Envelope.Payload.Inline.class);
    var large = Envelope.Payload.of(new byte[200 * 1024 + 1], ref);

    assertThat(new String(envelope(large).detail(), UTF_8))
        .contains("\"dataRef\":\"bodies/2026-11-20/a:12:34\"")
        .doesNotContain("\"data\":");
  }

  @Test
  void a_receiver_gets_it_without_project_environment_run_and_version() {
    var byReference = new Envelope.Payload.ByReference(new BodyRef("a", 0, 1));

    assertThat(new String(envelope(byReference).delivered(DATA), UTF_8))
        .isEqualTo(
            "{\"id\":\"order-1\",\"type\":\"stripe.payment_intent.succeeded\","
                + "\"timestamp\":\"2026-11-20T10:11:12.345Z\","
                + "\"data\":{\"amount\": 10.50, \"big\": 12345678901234567890123},"
                + "\"connection\":\"con_1\",\"provider\":\"stripe\"}");
  }

  @Test
  void the_detail_type_holds_only_what_the_bus_takes() {
    var envelope =
        new Envelope(
            new EventId("a"),
            "github.päng pong/" + "x".repeat(200),
            Instant.EPOCH,
            TENANT,
            Optional.empty(),
            Optional.empty(),
            new Envelope.Payload.Inline(DATA),
            0);

    assertThat(envelope.detailType()).startsWith("github.p_ng_pong/xxx").hasSize(128);
  }

  @Test
  void keys_differ_whenever_any_part_does() {
    var key = EventKey.of(TENANT, "con_1", "evt_1");

    assertThat(EventKey.of(TENANT, "con_1", "evt_1")).isEqualTo(key);
    assertThat(EventKey.of(TENANT, "con_1e", "vt_1")).isNotEqualTo(key);
    assertThat(EventKey.of(new Tenant(PROJECT, Environment.DEV), "con_1", "evt_1"))
        .isNotEqualTo(key);
    assertThat(EventKey.inside(EventId.of(Instant.EPOCH, key))).contains(key);
    assertThat(EventKey.inside(new EventId("order-1"))).isEmpty();
  }

  @Test
  void a_body_reference_reads_what_it_wrote() {
    var ref = new BodyRef("bodies/2026:11/x", 7, 9);

    assertThat(BodyRef.parse(ref.toString())).isEqualTo(ref);
  }
}
