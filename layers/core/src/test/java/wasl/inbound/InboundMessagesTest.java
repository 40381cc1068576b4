package wasl.inbound;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import wasl.access.Environment;
import wasl.access.ProjectId;
import wasl.access.Tenant;
import wasl.connection.ConnectionId;
import wasl.connection.IntegrationId;
import wasl.event.ArchivedBody;
import wasl.event.BodyRef;
import wasl.event.EventId;
import wasl.event.EventKey;
import wasl.id.Ids;
import wasl.inbound.InboundMessage.Body;
import wasl.inbound.InboundMessage.Published;
import wasl.inbound.InboundMessage.Received;
import wasl.inbound.InboundMessage.Replay;
import wasl.inbound.InboundMessage.ReplayRange;
import wasl.web.Headers;

/// The exact text of each kind is frozen: a queue may hold it while the code is replaced.
class InboundMessagesTest {
  private static final Instant AT = Instant.parse("2026-11-20T12:00:00.123Z");
  private static final String SIXTEEN = "0011223344556677";
  private static final Tenant TENANT =
      new Tenant(new ProjectId(id(ProjectId.PREFIX)), Environment.DEV);
  private static final Body INLINE =
      new Body.Inline(
          new ArchivedBody(
              "POST",
              "a=%20b",
              new Headers(Map.of("stripe-signature", "t=1,v1=é")),
              "{\"a\":1}".getBytes(UTF_8),
              AT));
  private static final String INLINE_TEXT =
      "{\"method\":\"POST\",\"rawQuery\":\"a=%20b\",\"headers\":{\"stripe-signature\":\"t=1,v1=\\u00E9\"},"
          + "\"receivedAt\":1795176000123,\"base64\":\"eyJhIjoxfQ==\"}";

  private static String id(String prefix) {
    return Ids.of(prefix, AT, SIXTEEN.getBytes(UTF_8));
  }

  static Stream<Arguments> frozen() {
    var tenant = ",\"project\":\"" + TENANT.project() + "\",\"environment\":\"dev\",";
    var webhook = new InboundWebhookId(id(InboundWebhookId.PREFIX));
    var connection = new ConnectionId(id(ConnectionId.PREFIX));
    return Stream.of(
        Arguments.of(
            "{\"v\":1,\"kind\":\"received\""
                + tenant
                + "\"webhook\":\""
                + webhook
                + "\",\"owner\":\"stripe-main\",\"provider\":\"stripe\",\"integration\":\"stripe-main\","
                + "\"requestId\":\"req-1\",\"body\":"
                + INLINE_TEXT
                + "}",
            new Received(
                TENANT,
                webhook,
                "stripe-main",
                "stripe",
                new IntegrationId("stripe-main"),
                Optional.empty(),
                Optional.empty(),
                "req-1",
                INLINE)),
        Arguments.of(
            "{\"v\":1,\"kind\":\"received\""
                + tenant
                + "\"webhook\":\""
                + webhook
                + "\",\"owner\":\""
                + connection
                + "\",\"provider\":\"webhook\",\"integration\":\"shop\",\"connection\":\""
                + connection
                + "\",\"webhookSpec\":\"{\\\"scheme\\\":\\\"hmac-sha256\\\"}\",\"requestId\":\"req-2\","
                + "\"body\":{\"ref\":\"bodies/x:0:12\"}}",
            new Received(
                TENANT,
                webhook,
                connection.value(),
                "webhook",
                new IntegrationId("shop"),
                Optional.of(connection),
                Optional.of("{\"scheme\":\"hmac-sha256\"}"),
                "req-2",
                new Body.ByReference(new BodyRef("bodies/x", 0, 12)))),
        Arguments.of(
            "{\"v\":1,\"kind\":\"published\""
                + tenant
                + "\"id\":\"order-7\",\"key\":\"30303131323233333434353536363737\",\"type\":\"order.paid\","
                + "\"at\":1795176000123,\"body\":"
                + INLINE_TEXT
                + "}",
            new Published(
                TENANT,
                new EventId("order-7"),
                new EventKey(SIXTEEN.getBytes(UTF_8)),
                "order.paid",
                AT,
                INLINE)),
        Arguments.of(
            "{\"v\":1,\"kind\":\"replay\"" + tenant + "\"id\":\"order-7\",\"run\":3}",
            new Replay(TENANT, new EventId("order-7"), 3)),
        Arguments.of(
            "{\"v\":1,\"kind\":\"replayRange\""
                + tenant
                + "\"job\":\"job-1\",\"type\":\"stripe.*\",\"status\":\"dead\",\"since\":1795176000123,"
                + "\"until\":1795176001123,\"cursor\":\"c\"}",
            new ReplayRange(
                TENANT,
                "job-1",
                Optional.of("stripe.*"),
                Optional.of("dead"),
                AT,
                AT.plusSeconds(1),
                Optional.of("c"))));
  }

  @ParameterizedTest
  @MethodSource("frozen")
  void writes_exactly_this_text(String text, InboundMessage message) {
    assertThat(InboundMessages.write(message)).isEqualTo(text);
  }

  @ParameterizedTest
  @MethodSource("frozen")
  void reads_what_it_wrote(String text, InboundMessage message) {
    assertThat(InboundMessages.read(text)).isEqualTo(message);
  }

  @ParameterizedTest
  @MethodSource("frozen")
  void ignores_fields_that_it_does_not_know(String text, InboundMessage message) {
    var more = "{\"new\":{\"a\":[1,{\"b\":null}]},\"other\":[true]," + text.substring(1);

    assertThat(InboundMessages.read(more)).isEqualTo(message);
  }

  @Test
  void says_which_version_it_cannot_read() {
    assertThatThrownBy(() -> InboundMessages.read("{\"v\":2,\"kind\":\"telepathy\"}"))
        .isInstanceOf(InboundMessages.Malformed.class)
        .hasMessage("not an inbound message: its version is 2, this code reads 1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{",
        "sk_live_secret",
        "{\"v\":1}",
        "{\"v\":1,\"v\":1}",
        "{\"v\":\"1\",\"kind\":\"replay\"}",
        "{\"v\":1,\"kind\":\"sk_live_secret\",\"project\":\"x\",\"environment\":\"dev\"}",
        "{\"v\":99999999999999999999}"
      })
  void refuses_what_is_no_message_without_quoting_it(String text) {
    assertThatThrownBy(() -> InboundMessages.read(text))
        .isInstanceOf(InboundMessages.Malformed.class)
        .hasMessageNotContaining("sk_live_secret")
        .hasNoCause();
  }

  @ParameterizedTest
  @MethodSource("frozen")
  void refuses_a_message_cut_off_anywhere(String text, InboundMessage message) {
    for (int end = 0; end < text.length(); end++) {
      var cut = text.substring(0, end);
      assertThatThrownBy(() -> InboundMessages.read(cut))
          .isInstanceOf(InboundMessages.Malformed.class);
    }
    assertThat(InboundMessages.read(text)).isEqualTo(message);
  }
}
