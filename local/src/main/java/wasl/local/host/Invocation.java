package wasl.local.host;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/// One call of a function, as it travels from the runner to the host.
public record Invocation(
    String function, String requestId, long timeoutMillis, int memoryMegabytes, byte[] event) {

  public void write(DataOutputStream out) throws IOException {
    out.writeUTF(function);
    out.writeUTF(requestId);
    out.writeLong(timeoutMillis);
    out.writeInt(memoryMegabytes);
    out.writeInt(event.length);
    out.write(event);
    out.flush();
  }

  static Invocation read(DataInputStream in) throws IOException {
    return new Invocation(
        in.readUTF(), in.readUTF(), in.readLong(), in.readInt(), in.readNBytes(in.readInt()));
  }
}
