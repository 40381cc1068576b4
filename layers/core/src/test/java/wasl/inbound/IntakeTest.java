package wasl.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import wasl.access.Environment;
import wasl.access.ProjectId;
import wasl.access.Tenant;
import wasl.connection.ConnectionId;
import wasl.connection.IntegrationId;
import wasl.event.ArchivedBody;
import wasl.event.BodyArchive;
import wasl.event.BodyRef;
import wasl.event.EventRecord;
import wasl.id.Ids;
import wasl.inbound.InboundMessage.Received;
import wasl.queue.QueueMessage;
import wasl.web.Headers;

class IntakeTest {
  private static final Instant NOW = Instant.parse("2026-11-20T15:00:00Z");
  private static final Tenant TENANT =
      new Tenant(new ProjectId(Ids.of(ProjectId.PREFIX, NOW, new byte[16])), Environment.DEV);
  private static final ConnectionId CONNECTION =
      new ConnectionId(Ids.of(ConnectionId.PREFIX, NOW, new byte[16]));
  private static final String SPEC =
      """
      {"scheme": "hmac", "algorithm": "sha256", "encoding": "hex",
       "signature": {"header": "X-Signature"}, "signed": ["body"], "retries": {"hours": 72},
       "eventType": {"json": "type"}, "account": {"json": "account"},
       "eventId": {"json": "id"}}
      """;

  /// Nothing is archived before the router has claimed an event.
  private static final BodyArchive NO_ARCHIVE =
      new BodyArchive() {
        @Override
        public List<BodyRef> put(List<Entry> entries) {
          throw new AssertionError("nothing to archive");
        }

        @Override
        public Optional<ArchivedBody> get(Tenant tenant, BodyRef ref) {
          return Optional.empty();
        }
      };

  @Test
  void half_a_character_makes_no_type() {
    assertThat(event("{\"id\":\"1\",\"type\":\"a\\ud83db\"}").type()).isEqualTo("acme.unknown");
  }

  @Test
  void a_type_that_is_too_long_is_none() {
    assertThat(event("{\"id\":\"1\",\"type\":\"" + "x".repeat(200) + "\"}").type())
        .isEqualTo("acme." + "x".repeat(200));
    assertThat(event("{\"id\":\"1\",\"type\":\"" + "x".repeat(201) + "\"}").type())
        .isEqualTo("acme.unknown");
  }

  @Test
  void half_a_character_names_no_account() {
    assertThat(event("{\"id\":\"1\",\"account\":\"a\"}").connection()).contains(CONNECTION.value());
    assertThat(event("{\"id\":\"1\",\"account\":\"a\\ud83d\"}").connection()).isEmpty();
  }

  private static EventRecord event(String body) {
    var intake =
        new Intake(
            NO_ARCHIVE,
            provider -> Optional.empty(),
            (tenant, integration, account) -> Optional.of(CONNECTION),
            Duration.ofDays(3),
            () -> NOW);
    var received =
        new Received(
            TENANT,
            new InboundWebhookId(Ids.of(InboundWebhookId.PREFIX, NOW, new byte[16])),
            "payments",
            "acme",
            new IntegrationId("payments"),
            Optional.empty(),
            Optional.of(SPEC),
            "request-1",
            new InboundMessage.Body.Inline(
                new ArchivedBody(
                    "POST",
                    "",
                    new Headers(Map.of("content-type", "application/json")),
                    body.getBytes(StandardCharsets.UTF_8),
                    NOW)));
    return intake.of(received, new QueueMessage("m-1", "", 1)).event();
  }
}
