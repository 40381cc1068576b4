package wasl.local.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

/// Counts what functions print, as CloudWatch takes it in, and the metrics that it carries.
public final class PrintedLines {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final double GIGABYTE = 1024.0 * 1024 * 1024;

  private final Ledger ledger;
  private final Set<String> metrics = new ConcurrentSkipListSet<>();

  public PrintedLines(Ledger ledger) {
    this.ledger = ledger;
  }

  /// Takes a line of the runner's log; those that no function printed do not count.
  public void accept(String line) {
    if (!line.startsWith("{")) {
      return;
    }
    JsonNode json;
    try {
      json = JSON.readTree(line);
    } catch (JsonProcessingException e) {
      return;
    }
    var function = json.path("function").asText();
    if (function.isEmpty()) {
      return;
    }
    ledger.count(Meter.LOG_GB, function, gigabytes(line));
    for (var metric : json.at("/_aws/CloudWatchMetrics/0/Metrics")) {
      metrics.add(function + " " + metric.path("Name").asText());
    }
  }

  /// Function and name of every metric seen so far: each is billed for every hour in which it is
  /// put.
  public Set<String> metrics() {
    return Set.copyOf(metrics);
  }

  private static double gigabytes(String line) {
    return (line.getBytes(StandardCharsets.UTF_8).length + 1) / GIGABYTE;
  }
}
