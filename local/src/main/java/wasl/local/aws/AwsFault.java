package wasl.local.aws;

/// An error as AWS answers it: the status, the code that SDKs turn into an exception, the words.
final class AwsFault extends RuntimeException {
  private final int status;
  private final String code;

  AwsFault(int status, String code, String message) {
    super(message);
    this.status = status;
    this.code = code;
  }

  /// The caller's fault, which the JSON services answer with 400 whatever it is.
  static AwsFault of(String code, String message) {
    return new AwsFault(400, code, message);
  }

  int status() {
    return status;
  }

  String code() {
    return code;
  }

  String text() {
    String message = getMessage();
    return message == null ? code : message;
  }
}
