package wasl.aws;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class LogTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final Log log =
      new Log(
          "webhook-receipt",
          new PrintStream(out, true, UTF_8),
          InstantSource.fixed(Instant.ofEpochMilli(1_795_176_000_123L)));

  @Test
  void names_function_request_and_event_in_every_line() {
    log.forRequest("req-1").forEvent("evt-1").info("stored").with("bytes", 12).write();

    assertThat(out.toString(UTF_8))
        .isEqualTo(
            "{\"timestamp\":1795176000123,\"level\":\"INFO\",\"function\":\"webhook-receipt\",\"requestId\":\"req-1\",\"eventId\":\"evt-1\",\"message\":\"stored\",\"bytes\":12}\n");
  }

  @Test
  void counts_in_the_embedded_metric_format_by_function_only() {
    log.warn("refused").count(Metric.SIGNATURE_REFUSED).write();

    assertThat(out.toString(UTF_8))
        .endsWith(
            "\"SignatureRefused\":1,\"_aws\":{\"Timestamp\":1795176000123,\"CloudWatchMetrics\":["
                + "{\"Namespace\":\"Wasl\",\"Dimensions\":[[\"function\"]],"
                + "\"Metrics\":[{\"Name\":\"SignatureRefused\",\"Unit\":\"Count\"}]}]}}\n");
  }

  @Test
  void tells_of_an_exception_its_classes_and_frames_but_no_message() {
    var thrown = new IllegalStateException("body was sk_live", new RuntimeException("sk_live"));

    log.error("unexpected").with(thrown).write();

    assertThat(out.toString(UTF_8))
        .contains("java.lang.IllegalStateException", "caused by java.lang.RuntimeException")
        .contains("wasl.aws.LogTest")
        .doesNotContain("sk_live");
  }

  @Test
  void has_at_most_fifteen_metrics() {
    assertThat(Metric.values()).hasSizeLessThanOrEqualTo(15);
  }
}
