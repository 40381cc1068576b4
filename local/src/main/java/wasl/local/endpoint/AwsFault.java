package wasl.local.endpoint;

/// An error that an AWS endpoint answered with.
public final class AwsFault extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String code;

  AwsFault(String code, String message) {
    super(code + ": " + message);
    this.code = code;
  }

  /// The error's name without its namespace, such as `ResourceNotFoundException`.
  public String code() {
    return code;
  }
}
