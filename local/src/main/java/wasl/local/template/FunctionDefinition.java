package wasl.local.template;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A function as the template declares it, with its environment filled in.
///
/// @param name its logical id in kebab-case, such as `webhook-receipt`
/// @param logicalId what the template calls it
/// @param code the built zip
/// @param layers the built zips of its layers
/// @param concurrency invocations at one time, above which Lambda throttles
/// @param snapStart whether its processes start from a picture of one that was primed
/// @param role what it may do; absent: nothing is said about that
public record FunctionDefinition(
    String name,
    String logicalId,
    String handler,
    Path code,
    List<Path> layers,
    Duration timeout,
    int memoryMegabytes,
    int concurrency,
    boolean snapStart,
    Map<String, String> environment,
    Optional<ExecutionRole> role) {
  public FunctionDefinition {
    layers = List.copyOf(layers);
    environment = Map.copyOf(environment);
  }

  /// The same, with other permissions.
  public FunctionDefinition withRole(ExecutionRole other) {
    return new FunctionDefinition(
        name,
        logicalId,
        handler,
        code,
        layers,
        timeout,
        memoryMegabytes,
        concurrency,
        snapStart,
        environment,
        Optional.of(other));
  }
}
