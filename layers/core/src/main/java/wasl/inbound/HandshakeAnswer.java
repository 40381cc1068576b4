package wasl.inbound;

/// What goes back to a provider that asked.
///
/// @param contentType empty where there is no body
public record HandshakeAnswer(int status, String contentType, String body) {
  static final HandshakeAnswer EMPTY = new HandshakeAnswer(200, "", "");
  static final HandshakeAnswer FORBIDDEN = new HandshakeAnswer(403, "", "");

  /// Plain, so that no browser takes what was sent for markup.
  static HandshakeAnswer text(String body) {
    return new HandshakeAnswer(200, "text/plain; charset=utf-8", body);
  }
}
