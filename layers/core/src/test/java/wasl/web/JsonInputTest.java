package wasl.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import wasl.web.Problem.Fault;

class JsonInputTest {
  @Test
  void refuses_as_malformed_what_cannot_be_parsed() {
    for (var text : List.of("", " ", "{", "{\"a\":1,\"a\":2}", "{} 1", "{'a':1}", "{\"a\":01}")) {
      assertThat(status(text)).as(text).isEqualTo(400);
    }
    assertThat(status(new byte[] {'{', '"', (byte) 0xC0, (byte) 0x80, '"', ':', '1', '}'}))
        .isEqualTo(400);
    assertThat(status("{\"a\":".repeat(2000) + "1" + "}".repeat(2000))).isEqualTo(400);
  }

  @Test
  void says_of_malformed_input_where_it_is_and_nothing_of_what_it_is() {
    assertThat(problem("{\"apiKey\": \"sk_test_1\", oops}").detail())
        .contains("line 1")
        .doesNotContain("sk_test_1")
        .doesNotContain("oops");
  }

  @Test
  void refuses_as_invalid_what_is_no_object() {
    assertThat(problem("[]").errors()).containsExactly(new Fault("", "must be an object"));
    assertThat(problem("7").status()).isEqualTo(422);
  }

  @Test
  void names_every_fault_at_its_place() {
    var input =
        input(
            "{\"name\":\"\",\"n\":1.5,\"at\":\"today\",\"flag\":\"yes\",\"in\":{\"a/b~c\":1,\"x\":[1]},\"l\":[\"a\",2,\"a\"]}");
    input.text("name", Text.line(10));
    input.text("kind", Text.line(10));
    input.wholeNumber("n", 0, 10);
    input.time("at");
    input.flag("flag");
    input.texts("l", 5, Text.line(1));
    input.object("in").orElseThrow().text("x", Text.line(5));

    assertThat(input.isFaulty()).isTrue();
    assertThat(problem(input.refused()).errors())
        .extracting(Fault::pointer)
        .containsExactly(
            "/name", "/kind", "/n", "/at", "/flag", "/l/1", "/l/2", "/in/x", "/in/a~1b~0c");
  }

  @Test
  void is_not_faulty_when_every_field_was_asked_for() {
    var input = input("{\"a\":\"x\",\"b\":null,\"c\":5}");

    assertThat(input.text("a", Text.line(5))).isEqualTo("x");
    assertThat(input.optionalText("b", Text.line(5))).isEmpty();
    assertThat(input.wholeNumber("c", 5, 5)).contains(5L);
    assertThat(input.isFaulty()).isFalse();
  }

  @Test
  void tells_a_field_left_out_from_null() {
    var input = input("{\"b\":null,\"c\":\"x\"}");
    var before = Optional.of("before");

    assertThat(input.changedText("a", Text.line(5)).on(before)).isEqualTo(before);
    assertThat(input.changedText("b", Text.line(5)).on(before)).isEmpty();
    assertThat(input.changedText("c", Text.line(5)).on(before)).contains("x");
  }

  @Test
  void takes_a_required_field_that_is_null_as_missing() {
    var input = input("{\"a\":null}");
    input.text("a", Text.line(5));

    assertThat(input.isFaulty()).isTrue();
    assertThat(problem(input.refused()).errors()).containsExactly(new Fault("/a", "is missing"));
  }

  @Test
  void reads_times_as_rfc_3339_has_them() {
    assertThat(input("{\"t\":\"2026-11-20t15:00:00.5+02:00\"}").time("t"))
        .contains(Instant.parse("2026-11-20T13:00:00.500Z"));
    for (var wrong :
        List.of(
            "2026-11-20",
            "2026-11-20T15:00Z",
            "2026-11-20T15:00:00",
            "2026-02-30T15:00:00Z",
            "+12026-11-20T15:00:00Z")) {
      assertThat(input("{\"t\":\"" + wrong + "\"}").time("t")).as(wrong).isEmpty();
    }
  }

  @Test
  void passes_a_value_on_exactly_as_it_was_sent() {
    var sent = "{\"n\": 1.50, \"big\": 123456789012345678901234567890.10e+5, \"s\": \"\\u00e4 ä\"}";
    for (var value : List.of(sent, "1.0", "-0", "\"x\"", "null", "true", "[1 , 2]")) {
      var input = input("{\"type\": \"t\", \"data\": " + value + " , \"id\":\"i\"}");

      assertThat(new String(input.exactJson("data").orElseThrow(), StandardCharsets.UTF_8))
          .isEqualTo(value);
    }
    assertThat(input("{\"x\":{\"data\":1}}").exactJson("data")).isEmpty();
  }

  @Test
  void refuses_text_that_has_no_utf8_form() {
    var input = input("{\"a\":\"\\ud800\"}");
    input.text("a", Text.of(5));

    assertThat(problem(input.refused()).errors())
        .containsExactly(new Fault("/a", "must be Unicode text"));
  }

  private static JsonInput input(String json) {
    return switch (read(json.getBytes(StandardCharsets.UTF_8))) {
      case Result.Ok<JsonInput>(var input) -> input;
      case Result.Failed<JsonInput>(var problem) -> throw new AssertionError(problem);
    };
  }

  private static Result<JsonInput> read(byte[] json) {
    return JsonInput.read(json, new Faults());
  }

  private static int status(String json) {
    return problem(json).status();
  }

  private static int status(byte[] json) {
    return problem(read(json)).status();
  }

  private static Problem problem(String json) {
    return problem(read(json.getBytes(StandardCharsets.UTF_8)));
  }

  private static Problem problem(Result<JsonInput> result) {
    return switch (result) {
      case Result.Ok<JsonInput> _ -> throw new AssertionError("was read");
      case Result.Failed<JsonInput>(var problem) -> problem;
    };
  }
}
