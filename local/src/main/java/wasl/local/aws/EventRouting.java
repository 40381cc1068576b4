package wasl.local.aws;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Brings an event to every target of every rule that it matches, before its sender is answered.
///
/// AWS stores an event first and delivers it later. Here a sender hears "accepted" only once the
/// targets have it, so that no store is needed and nothing accepted can be lost.
final class EventRouting {
  private static final String QUEUE = "arn:aws:sqs:";
  private static final List<Duration> BACK_OFF =
      List.of(Duration.ofMillis(50), Duration.ofMillis(250), Duration.ofSeconds(1));

  private final EventBuses buses;
  private final ElasticMq queues;
  private final EmbeddedAwsConfig config;

  EventRouting(EventBuses buses, ElasticMq queues, EmbeddedAwsConfig config) {
    this.buses = buses;
    this.queues = queues;
    this.config = config;
  }

  EventBuses buses() {
    return buses;
  }

  EmbeddedAwsConfig config() {
    return config;
  }

  /// Returns the faults of the targets that could not be reached; none means delivered.
  List<String> route(EventBuses.Bus bus, JsonNode event) {
    List<String> faults = new ArrayList<>();
    for (EventBuses.Rule rule : bus.matches(event)) {
      TargetInput input = new TargetInput(event, buses.ruleArn(bus, rule), rule.name());
      for (JsonNode target : rule.targets().values()) {
        deliver(rule, target, input.of(target), faults);
      }
    }
    return faults;
  }

  private void deliver(EventBuses.Rule rule, JsonNode target, String message, List<String> faults) {
    for (Duration pause : BACK_OFF) {
      try {
        deliver(target, message);
        return;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        faults.add("interrupted");
        return;
      } catch (Exception e) {
        config.progress().accept("EventBridge rule " + rule.name() + ": " + e.getMessage());
        if (!sleep(pause)) {
          break;
        }
      }
    }
    faults.add("rule " + rule.name() + " could not reach " + target.path("Arn").asText());
  }

  private void deliver(JsonNode target, String message) throws Exception {
    String arn = target.path("Arn").asText();
    if (!canReach(arn)) {
      throw new IOException("a target that is no queue: " + arn);
    }
    queues.send(arn.substring(arn.lastIndexOf(':') + 1), queueParameters(target), message);
  }

  /// Queues are all that there is to bring events to; functions get theirs through one.
  static boolean canReach(String arn) {
    return arn.startsWith(QUEUE) && arn.split(":", -1).length == 6;
  }

  private static Map<String, String> queueParameters(JsonNode target) {
    Map<String, String> parameters = new HashMap<>();
    JsonNode group = target.path("SqsParameters").path("MessageGroupId");
    if (group.isTextual()) {
      parameters.put("MessageGroupId", group.asText());
    }
    return parameters;
  }

  private static boolean sleep(Duration pause) {
    try {
      Thread.sleep(pause);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
