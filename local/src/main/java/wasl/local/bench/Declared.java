package wasl.local.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import wasl.local.template.Bundle;

/// What the template declares and AWS bills for though nothing happens, or beside what happens.
///
/// @param alarmMetrics metrics that alarms look at: an alarm over an expression is billed for each
/// @param keyReuseSeconds how long SQS uses a data key, the shortest of all queues that work
/// @param traced functions, by name, of whose invocations Lambda traces a share by itself
/// @param accessLine bytes that the API writes to its log for a request, about
/// @param systemLog whether Lambda writes START, END and REPORT of every invocation
record Declared(
    int keys,
    int alarmMetrics,
    int dashboards,
    int workQueues,
    int schedules,
    int keyReuseSeconds,
    Set<String> traced,
    int accessLine,
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
        traced(bundle),
        // What stands for a value is about as long as the value.
        of(resources, "AWS::Serverless::HttpApi")
            .mapToInt(api -> api.at("/Properties/AccessLogSettings/Format").asText().length())
            .sum(),
        !value(bundle, usual.at("/LoggingConfig/SystemLogLevel")).equals("WARN"));
  }

  private static Set<String> traced(Bundle bundle) {
    var usual = bundle.declared("Globals").at("/Function/Tracing");
    var traced = new TreeSet<String>();
    for (var resource : bundle.declared("Resources").properties()) {
      var own = resource.getValue().at("/Properties/Tracing");
      if (isFunction(resource.getValue())
          && value(bundle, own.isMissingNode() ? usual : own).equals("Active")) {
        traced.add(kebab(resource.getKey()));
      }
    }
    return traced;
  }

  private static boolean isFunction(JsonNode resource) {
    return resource.path("Type").asText().equals("AWS::Serverless::Function");
  }

  // A value, or the default of the parameter that it refers to.
  private static String value(Bundle bundle, JsonNode declared) {
    var parameter = declared.path("Ref").asText();
    return parameter.isEmpty()
        ? declared.asText()
        : bundle.declared("Parameters").path(parameter).path("Default").asText();
  }

  private static String kebab(String logicalId) {
    return logicalId.replaceAll("(?<=[a-z])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
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
