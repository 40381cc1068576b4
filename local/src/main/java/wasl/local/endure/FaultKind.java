package wasl.local.endure;

/// A way in which a call to AWS goes wrong.
public enum FaultKind {
  /// The service's own "too many requests"; nothing was done.
  THROTTLED("throttled"),

  /// 500; nothing was done.
  FAILED_BEFORE("500 before the write"),

  /// 500; and yet it was done.
  FAILED_AFTER("500 after the write"),

  /// Nothing was done, and no answer comes.
  HUNG_BEFORE("no answer, not done"),

  /// It was done, and no answer comes.
  HUNG_AFTER("no answer, though done"),

  /// Done and answered, but late.
  SLOW("slow"),

  /// Of a batch some were done; only of calls that do several things at once.
  PARTIAL("part of a batch failed");

  private final String words;

  FaultKind(String words) {
    this.words = words;
  }

  @Override
  public String toString() {
    return words;
  }
}
