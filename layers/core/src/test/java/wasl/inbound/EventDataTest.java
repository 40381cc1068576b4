package wasl.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventDataTest {
  private static String data(String mediaType, String body) {
    return data(mediaType, body.getBytes(StandardCharsets.UTF_8));
  }

  private static String data(String mediaType, byte[] body) {
    return new String(EventData.of(mediaType, body), StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\": 1.50, \"b\":1e400 }",
        "[1,2]",
        " {\"\\u00e4\":\"\\u00E4\"}\r\n",
        "\"text\"",
        "12345678901234567890.10",
        "null",
        "true"
      })
  void json_stays_as_sent(String body) {
    assertThat(data("application/json; charset=utf-8", body)).isEqualTo(body);
    assertThat(data("", body)).isEqualTo(body);
  }

  @Test
  void a_byte_order_mark_goes() {
    assertThat(data("application/json", "\uFEFF{}")).isEqualTo("{}");
  }

  @Test
  void json_in_disguise_is_json() {
    assertThat(data("text/plain", "{\"a\":1}")).isEqualTo("{\"a\":1}");
    assertThat(data("text/plain", "17")).isEqualTo("{\"text\":\"17\"}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{} {}",
        "{",
        "{\"a\":01}",
        "{'a':1}",
        "NaN",
        "",
        "  ",
        "{\"a\":1,}",
        "Hello, World!"
      })
  void other_text_is_text(String body) throws IOException {
    var data =
        new JsonMapper()
            .readTree(EventData.of("application/json", body.getBytes(StandardCharsets.UTF_8)));
    assertThat(data).isEqualTo(new JsonMapper().createObjectNode().put("text", body));
  }

  @Test
  void bytes_are_base64() {
    assertThat(data("application/json", new byte[] {'{', '"', (byte) 0xC0, (byte) 0x80, '"', '}'}))
        .isEqualTo("{\"base64\":\"eyLAgCJ9\"}");
  }

  @Test
  void utf_16_is_no_json() {
    assertThat(data("application/json", "{\"a\":1}".getBytes(StandardCharsets.UTF_16LE)))
        .startsWith("{\"text\":");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a=1&b=2&a=3 | {"a":["1","3"],"b":["2"]}
          payload=%7B%22a%22%3A1%7D | {"payload":["{\\"a\\":1}"]}
          a | {"a":[""]}
          '' | {}
          """)
  void a_form_is_an_object_of_lists(String body, String data) {
    assertThat(data("application/x-www-form-urlencoded; charset=utf-8", body)).isEqualTo(data);
  }

  @Test
  void what_would_choke_a_later_reader_is_text() throws IOException {
    for (var body :
        new String[] {
          "[".repeat(201) + "]".repeat(201),
          "1".repeat(2000),
          "{\"a\":\"\\ud800\"}",
          "{\"\\udc00\":1}"
        }) {
      assertThat(data("application/json", body)).startsWith("{\"text\":");
      assertThat(EventData.isSound(body.getBytes(StandardCharsets.UTF_8))).isFalse();
    }
    assertThat(EventData.isSound("[1e400,\"\\ud83d\\ude00\"]".getBytes(StandardCharsets.UTF_8)))
        .isTrue();
  }

  @Test
  void is_always_json_whatever_comes() throws IOException {
    var random = new Random(12);
    var mapper = new JsonMapper();
    var types =
        new String[] {
          "", "application/json", "application/x-www-form-urlencoded", "text/plain", ";"
        };
    for (int i = 0; i < 20_000; i++) {
      var body = new byte[random.nextInt(12)];
      for (int j = 0; j < body.length; j++) {
        body[j] = (byte) "{}[]\",:1e-.\\u%=&+ \uFEFFé\u0000".charAt(random.nextInt(20));
      }
      if (random.nextInt(4) == 0) {
        random.nextBytes(body);
      }
      assertThat(
              mapper
                  .readTree(EventData.of(types[random.nextInt(types.length)], body))
                  .isMissingNode())
          .isFalse();
    }
  }
}
