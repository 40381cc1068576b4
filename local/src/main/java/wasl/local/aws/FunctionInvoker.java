package wasl.local.aws;

/// Hands an event to a function that a rule names as its target.
@FunctionalInterface
public interface FunctionInvoker {
  /// Returns once the function has the event; throws if it could not be given to it.
  void invoke(String functionArn, byte[] event) throws Exception;

  /// For a stack without functions.
  static FunctionInvoker none() {
    return (functionArn, event) -> {
      throw new IllegalStateException("no function host runs " + functionArn);
    };
  }
}
