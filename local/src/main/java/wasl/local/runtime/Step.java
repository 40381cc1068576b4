package wasl.local.runtime;

/// Something that a function's process did; with the time of it, as {@link System#nanoTime} tells.
public sealed interface Step {
  long nanos();

  /// Asked for work: its init, or what it did before, is over.
  record Ready(long nanos) implements Step {}

  /// Returned.
  @SuppressWarnings("ArrayRecordComponent") // An answer is handed over, never compared.
  record Answered(long nanos, byte[] payload) implements Step {}

  /// Threw, or could not be created.
  ///
  /// @param errorType the exception's class, or one of Lambda's own names such as
  ///   `Runtime.ExitError`
  record Failed(long nanos, String errorType, String message) implements Step {}

  /// Will do nothing any more: its mailbox was closed.
  record Ended(long nanos) implements Step {}
}
