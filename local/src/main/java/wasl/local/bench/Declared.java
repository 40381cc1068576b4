package wasl.local.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import wasl.local.template.Bundle;

/// What the template declares and AWS bills for though nothing happens, or beside what happens.
///
/// @param alarmMetrics metrics that alarms look at: an alarm over an expression is billed for each
/// @param keyReuseSeconds how long SQS uses a data key, the shortest of all queues that work
/// @param traced whether Lambda traces by itself
/// @param systemLog whether Lambda writes START, END and REPORT of every invocation
record Declared(
    int keys,
    int alarmMetrics,
    int dashboards,
    int workQueues,
    int schedules,
    int keyReuseSeconds,
    boolean traced,
    boolean systemLog) {
  // What SQS takes where a queue says nothing.
  private static final int USUAL_REUSE = 300;

  static Declared in(Path template) {
    var bundle = Bundle.read(template, Map.of(), Map.of());
    var resources = bundle.declared("Resources");
    var usual = bundle.declared("Globals").path("Function");
    return new Declared(
        count(resources, "AWS::KMS::Key"),
        of(resources, "AWS::CloudWatch::Alarm").mapToInt(Declared::metrics).sum(),
        count(resources, "AWS::CloudWatch::Dashboard"),
        triggers(resources, "SQS"),
        triggers(resources, "ScheduleV2") + triggers(resources, "Schedule"),
        of(resources, "AWS::SQS::Queue")
            .filter(queue -> queue.at("/Properties").has("RedrivePolicy"))
            .mapToInt(
                queue -> queue.at("/Properties/KmsDataKeyReusePeriodSeconds").asInt(USUAL_REUSE))
            .min()
            .orElse(USUAL_REUSE),
        any(resources, usual, each -> each.path("Tracing").asText().equals("Active")),
        !any(
            resources,
            usual,
            each -> each.at("/LoggingConfig/SystemLogLevel").asText().equals("WARN")));
  }

  private static boolean any(JsonNode resources, JsonNode usual, Predicate<JsonNode> holds) {
    return holds.test(usual)
        || of(resources, "AWS::Serverless::Function")
            .anyMatch(function -> holds.test(function.path("Properties")));
  }

  private static int metrics(JsonNode alarm) {
    var expressions = alarm.at("/Properties/Metrics");
    int metrics = 0;
    for (var each : expressions) {
      metrics += each.has("MetricStat") ? 1 : 0;
    }
    return Math.max(1, metrics);
  }

  private static int triggers(JsonNode resources, String type) {
    return of(resources, "AWS::Serverless::Function")
        .mapToInt(function -> {
          int triggers = 0;
          for (var event : function.at("/Properties/Events")) {
            triggers += event.path("Type").asText().equals(type) ? 1 : 0;
          }
          return triggers;
        })
        .sum();
  }

  private static int count(JsonNode resources, String type) {
    return (int) of(resources, type).count();
  }

  private static Stream<JsonNode> of(JsonNode resources, String type) {
    return resources.valueStream().filter(each -> each.path("Type").asText().equals(type));
  }
}
