package wasl.local.host;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/// How an invocation ended.
public sealed interface InvocationResult {

  /// The handler returned.
  record Answered(byte[] payload) implements InvocationResult {}

  /// The handler threw, or could not be created.
  record Failed(String errorType, String message) implements InvocationResult {}

  /// The handler took longer than the function's timeout.
  record TimedOut() implements InvocationResult {}

  /// All instances that the function may have are busy; nothing was started.
  record Throttled() implements InvocationResult {}

  /// The host ended while the handler ran, or no host came up in time.
  record Lost() implements InvocationResult {}

  default void write(DataOutputStream out) throws IOException {
    switch (this) {
      case Answered(byte[] payload) -> {
        out.writeByte('A');
        out.writeInt(payload.length);
        out.write(payload);
      }
      case Failed(String errorType, String message) -> {
        out.writeByte('F');
        out.writeUTF(errorType);
        out.writeUTF(message.length() > 1000 ? message.substring(0, 1000) : message);
      }
      case TimedOut() -> out.writeByte('T');
      case Throttled() -> out.writeByte('L');
      case Lost() -> throw new AssertionError("a lost host says nothing");
    }
    out.flush();
  }

  static InvocationResult read(DataInputStream in) throws IOException {
    byte kind = in.readByte();
    return switch (kind) {
      case 'A' -> {
        int length = in.readInt();
        byte[] payload = in.readNBytes(length);
        if (payload.length < length) {
          throw new IOException("the host ended within its answer");
        }
        yield new Answered(payload);
      }
      case 'F' -> new Failed(in.readUTF(), in.readUTF());
      case 'T' -> new TimedOut();
      case 'L' -> new Throttled();
      default -> throw new IOException("unknown kind of result " + kind);
    };
  }
}
