package wasl.local.host;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Main class of the child JVM that runs all functions.
///
/// Its class path holds this package and the layer, nothing of the runner's, so that a class that
/// is missing on Lambda is missing here. Each function's own jars have a class loader of their own.
///
/// Arguments: the path of a Unix socket to listen on; then for each function its name, its handler
/// class, its concurrency and the folder of its jars.
public final class FunctionHost {
  private static final int ARGUMENTS_PER_FUNCTION = 4;

  private FunctionHost() {}

  public static void main(String[] args) throws IOException {
    Path socket = Path.of(args[0]);
    Map<String, InstancePool> pools = new HashMap<>();
    for (int i = 1; i < args.length; i += ARGUMENTS_PER_FUNCTION) {
      List<Path> jars = FunctionClassLoader.jarsIn(Path.of(args[i + 3]));
      ClassLoader loader = new FunctionClassLoader(args[i], jars);
      pools.put(
          args[i], new InstancePool(args[i], args[i + 1], loader, Integer.parseInt(args[i + 2])));
    }
    serve(socket, Map.copyOf(pools));
  }

  private static void serve(Path socket, Map<String, InstancePool> pools) throws IOException {
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket), 1024);
      while (true) {
        SocketChannel caller = server.accept();
        Thread.startVirtualThread(() -> Conversation.hold(caller, pools));
      }
    }
  }
}
