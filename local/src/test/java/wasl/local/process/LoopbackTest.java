package wasl.local.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LoopbackTest {
  @Test
  void a_child_that_would_listen_on_every_address_listens_on_loopback() throws Exception {
    var lines = new LinkedBlockingQueue<String>();
    var command =
        new ChildJvm.Command(
            Path.of(System.getProperty("java.home"), "bin", "java"),
            Listener.class.getName(),
            List.of(System.getProperty("java.class.path")),
            LoopbackSockets.JVM_ARGUMENTS,
            List.of(),
            Map.of());

    try (var child = ChildJvm.start(command, lines::add)) {
      assertThat(child.isAlive()).isTrue();
      assertThat(lines.poll(30, TimeUnit.SECONDS)).isEqualTo("listens on 127.0.0.1, accepted");
    }
  }

  /// Listens wherever it is let, and connects to itself.
  static final class Listener {
    private Listener() {}

    public static void main(String[] args) throws IOException {
      try (var server = ServerSocketChannel.open().bind(new InetSocketAddress(0))) {
        var address = (InetSocketAddress) server.getLocalAddress();
        try (var client = java.nio.channels.SocketChannel.open(address);
            var accepted = server.accept()) {
          System.out.println(
              "listens on "
                  + address.getAddress().getHostAddress()
                  + (client.isConnected() && accepted.isConnected() ? ", accepted" : ""));
        }
      }
    }
  }
}
