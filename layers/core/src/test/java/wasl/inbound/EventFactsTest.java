package wasl.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import wasl.manifest.ManifestReader;
import wasl.manifest.Parsed.Valid;
import wasl.manifest.ProviderId;
import wasl.manifest.WebhookSpec;
import wasl.web.Headers;
import wasl.web.HttpRequest;

class EventFactsTest {
  private static final String SIGNED_BODY =
      """
      {"scheme": "hmac", "algorithm": "sha256", "encoding": "hex",
       "signature": {"header": "X-Signature"}, "signed": ["body"], "retries": {"hours": 72},
       "eventType": {"json": "type"}, "account": {"json": "account"},
       "eventTime": {"json": "created", "unit": "s"}, EVENT_ID}
      """;
  private static final String ID_IN_BODY = "\"eventId\": {\"json\": \"id\"}";
  private static final String ID_IN_HEADER = "\"eventId\": {\"header\": \"X-Id\"}";

  private static WebhookSpec spec(String json) {
    var read =
        new ManifestReader().webhook(new ProviderId("acme"), json.getBytes(StandardCharsets.UTF_8));
    if (read instanceof Valid<WebhookSpec>(var spec)) {
      return spec;
    }
    throw new AssertionError(read.toString());
  }

  private static HttpRequest request(String body, Map<String, String> headers) {
    return new HttpRequest(
        "POST",
        "https://hooks.example.test/",
        new Headers(headers),
        body.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void takes_id_type_time_and_account_from_where_the_manifest_says() {
    var facts =
        EventFacts.of(
            spec(SIGNED_BODY.replace("EVENT_ID", ID_IN_BODY)),
            request(
                "{\"id\":\"e1\",\"created\":1709294400,\"account\":\"a1\",\"type\":\"x.y\"}",
                Map.of()));
    assertThat(facts)
        .isEqualTo(
            new EventFacts(
                Optional.of("e1"),
                true,
                "acme.x.y",
                Optional.of(Instant.ofEpochSecond(1709294400)),
                Optional.of("a1"),
                Optional.of(new DedupKey("id:e1", Duration.ofDays(3)))));
  }

  @Test
  void what_cannot_be_stored_as_a_name_counts_as_absent() {
    var spec = spec(SIGNED_BODY.replace("EVENT_ID", ID_IN_BODY));
    for (var name : new String[] {"x".repeat(201), "\\ud800"}) {
      var facts =
          EventFacts.of(
              spec,
              request(
                  "{\"id\":\"e1\",\"account\":\"" + name + "\",\"type\":\"" + name + "\"}",
                  Map.of()));

      assertThat(facts.type()).isEqualTo("acme.unknown");
      assertThat(facts.account()).isEmpty();
      assertThat(facts.eventId()).contains("e1");
    }
  }

  @Test
  void a_signed_id_counts_alone() {
    var spec = spec(SIGNED_BODY.replace("EVENT_ID", ID_IN_BODY));
    var one = EventFacts.of(spec, request("{\"id\":\"e1\",\"n\":1}", Map.of()));
    var two = EventFacts.of(spec, request("{\"id\":\"e1\",\"n\":2}", Map.of()));
    assertThat(one.dedupKey()).isEqualTo(two.dedupKey());
  }

  @Test
  void an_unsigned_id_counts_together_with_the_body() {
    var spec = spec(SIGNED_BODY.replace("EVENT_ID", ID_IN_HEADER));
    var key = EventFacts.of(spec, request("{}", Map.of("X-Id", "e1"))).dedupKey().orElseThrow();
    assertThat(key.text())
        .isEqualTo("id+body:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a:e1");
    assertThat(EventFacts.of(spec, request("{ }", Map.of("X-Id", "e1"))).dedupKey())
        .isNotEqualTo(Optional.of(key));
    assertThat(EventFacts.of(spec, request("{}", Map.of("X-Id", "e2"))).dedupKey())
        .isNotEqualTo(Optional.of(key));
  }

  @Test
  void without_an_id_body_and_signed_time_count_for_five_minutes() {
    var spec =
        spec(
            """
            {"scheme": "hmac", "algorithm": "sha256", "encoding": "hex",
             "signature": {"header": "X-Signature"}, "signed": ["timestamp", "body"],
             "timestamp": {"header": "X-Time", "unit": "s", "toleranceSeconds": 300}}
            """);
    var headers = Map.of("X-Time", "1709294400", "X-Signature", "00");
    assertThat(EventFacts.of(spec, request("{}", headers)).dedupKey())
        .contains(
            new DedupKey(
                "body+time:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
                    + ":1709294400000",
                Duration.ofMinutes(5)));
  }

  @Test
  void without_id_and_signed_time_each_request_is_its_own_event() {
    var spec = spec(SIGNED_BODY.replace(", EVENT_ID", ""));
    assertThat(EventFacts.of(spec, request("{}", Map.of())).dedupKey()).isEmpty();
  }

  @Test
  void ids_are_remembered_for_a_day_at_least() {
    var spec =
        spec(SIGNED_BODY.replace("EVENT_ID", ID_IN_BODY).replace("\"hours\": 72", "\"hours\": 1"));
    var key = EventFacts.of(spec, request("{\"id\":1}", Map.of())).dedupKey().orElseThrow();
    assertThat(key).isEqualTo(new DedupKey("id:1", Duration.ofDays(1)));
  }

  @Test
  void a_token_covers_nothing_so_no_id_counts_alone() {
    var spec =
        spec(
            """
            {"scheme": "static_token", "token": {"header": "X-Token"},
             "eventId": {"json": "id"}}
            """);
    assertThat(EventFacts.of(spec, request("{\"id\":\"e1\"}", Map.of())).eventIdSigned()).isFalse();
  }

  @Test
  void an_event_without_a_type_is_unknown() {
    var spec = spec(SIGNED_BODY.replace("EVENT_ID", ID_IN_BODY));
    for (var body :
        new String[] {"", "[]", "{\"type\":null}", "{\"type\":\"\"}", "{\"type\":{}}"}) {
      assertThat(EventFacts.of(spec, request(body, Map.of())).type()).isEqualTo("acme.unknown");
    }
  }

  @Test
  void never_throws_whatever_the_body() {
    var spec = spec(SIGNED_BODY.replace("EVENT_ID", ID_IN_BODY));
    var random = new Random(11);
    for (int i = 0; i < 20_000; i++) {
      var body = new byte[random.nextInt(64)];
      random.nextBytes(body);
      if (body.length > 2) {
        body[0] = '{';
        body[1] = '"';
      }
      var facts =
          EventFacts.of(
              spec, new HttpRequest("POST", "https://hooks.example.test/", Headers.NONE, body));
      assertThat(facts.type()).startsWith("acme.");
    }
  }
}
