package wasl.local.function;

import wasl.local.host.InvocationResult;

/// Calls a function and waits for what comes of it.
public interface Invoker {
  /// @param event as JSON
  InvocationResult invoke(String function, byte[] event);
}
