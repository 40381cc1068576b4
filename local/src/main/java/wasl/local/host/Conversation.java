package wasl.local.host;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.util.Map;

/// One connection of the runner's: one invocation, the word that it begins, its result.
public final class Conversation {
  /// Sent before the handler gets the event. A runner that lost the host without having read it may
  /// invoke again, since nothing has run.
  public static final byte BEGINS = 'B';

  private Conversation() {}

  static void hold(SocketChannel caller, Map<String, InstancePool> pools) {
    try (caller) {
      DataInputStream in =
          new DataInputStream(new BufferedInputStream(Channels.newInputStream(caller)));
      DataOutputStream out =
          new DataOutputStream(new BufferedOutputStream(Channels.newOutputStream(caller)));
      Invocation invocation = Invocation.read(in);
      out.writeByte(BEGINS);
      out.flush();
      InstancePool pool = pools.get(invocation.function());
      InvocationResult result =
          pool == null
              ? new InvocationResult.Failed("UnknownFunction", invocation.function())
              : pool.invoke(invocation);
      result.write(out);
    } catch (IOException e) {
      System.err.println("the runner hung up: " + e.getMessage());
    }
  }
}
