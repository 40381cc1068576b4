package wasl.local.template;

import java.util.List;

/// A template whose resources exist: what is left to run.
///
/// @param bus the name of the event bus
public record Deployment(
    List<FunctionDefinition> functions,
    List<Route> routes,
    List<QueueMapping> queues,
    List<Schedule> schedules,
    String bus) {
  public Deployment {
    functions = List.copyOf(functions);
    routes = List.copyOf(routes);
    queues = List.copyOf(queues);
    schedules = List.copyOf(schedules);
  }
}
