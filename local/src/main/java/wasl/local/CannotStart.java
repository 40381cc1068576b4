package wasl.local;

/// Says to the user why the stack does not start, and what to do about it.
public final class CannotStart extends RuntimeException {
  private static final long serialVersionUID = 1;

  CannotStart(String message, Throwable cause) {
    super(message, cause);
  }

  CannotStart(String message) {
    super(message);
  }
}
