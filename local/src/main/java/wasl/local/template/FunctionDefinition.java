package wasl.local.template;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A function as the template declares it, with its environment filled in.
///
/// @param name its logical id in kebab-case, such as `webhook-receipt`
/// @param code the built zip
/// @param layers the built zips of its layers
/// @param concurrency invocations at one time, above which Lambda throttles
/// @param role what it may do; absent: nothing is said about that
public record FunctionDefinition(
    String name,
    String handler,
    Path code,
    List<Path> layers,
    Duration timeout,
    int memoryMegabytes,
    int concurrency,
    Map<String, String> environment,
    Optional<ExecutionRole> role) {
  public FunctionDefinition {
    layers = List.copyOf(layers);
    environment = Map.copyOf(environment);
  }
}
