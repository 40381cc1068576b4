package wasl.local.template;

import java.util.List;

/// A template whose resources exist: what is left to run.
///
/// @param bus the name of the event bus
/// @param busPolicy who may put what on it, besides what roles say; each statement is for everybody
/// @param inventory what the resources are called
public record Deployment(
    List<FunctionDefinition> functions,
    List<Route> routes,
    List<QueueMapping> queues,
    List<StreamMapping> streams,
    List<Schedule> schedules,
    String bus,
    List<PolicyStatement> busPolicy,
    Inventory inventory) {
  public Deployment {
    functions = List.copyOf(functions);
    routes = List.copyOf(routes);
    queues = List.copyOf(queues);
    streams = List.copyOf(streams);
    schedules = List.copyOf(schedules);
    busPolicy = List.copyOf(busPolicy);
  }

  /// @throws java.util.NoSuchElementException if there is none of this name
  public FunctionDefinition function(String name) {
    return functions.stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
  }
}
