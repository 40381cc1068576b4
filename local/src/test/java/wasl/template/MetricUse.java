package wasl.template;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A metric that an alarm or the dashboard looks at.
///
/// @param dimensions the logical id of the resource that each names
record MetricUse(String namespace, String name, Map<String, String> dimensions) {
  MetricUse {
    dimensions = Map.copyOf(dimensions);
  }

  /// @param alarm its properties
  static List<MetricUse> ofAlarm(JsonNode alarm) {
    List<MetricUse> uses = new ArrayList<>();
    if (alarm.has("MetricName")) {
      uses.add(ofMetric(alarm));
    }
    for (JsonNode metric : alarm.path("Metrics")) {
      if (metric.has("MetricStat")) {
        uses.add(ofMetric(metric.path("MetricStat").path("Metric")));
      }
    }
    return uses;
  }

  /// @param metric as a dashboard writes it: namespace, name, dimensions one after the other, and
  ///   perhaps an object that says how to draw it
  static MetricUse ofDashboard(JsonNode metric) {
    Map<String, String> dimensions = new TreeMap<>();
    for (int i = 2; i + 1 < metric.size(); i += 2) {
      dimensions.put(metric.path(i).asText(), owner(metric.path(i + 1).asText()));
    }
    return new MetricUse(metric.path(0).asText(), metric.path(1).asText(), dimensions);
  }

  private static MetricUse ofMetric(JsonNode metric) {
    Map<String, String> dimensions = new TreeMap<>();
    for (JsonNode dimension : metric.path("Dimensions")) {
      JsonNode value = dimension.path("Value");
      String id =
          value.has("Ref") ? value.path("Ref").asText() : value.at("/Fn::GetAtt/0").asText();
      dimensions.put(dimension.path("Name").asText(), id);
    }
    return new MetricUse(
        metric.path("Namespace").asText(), metric.path("MetricName").asText(), dimensions);
  }

  // ${Inbound.QueueName} → Inbound
  private static String owner(String substitution) {
    return substitution.replaceAll("^\\$\\{([A-Za-z]+)(\\.[A-Za-z]+)?}$", "$1");
  }
}
