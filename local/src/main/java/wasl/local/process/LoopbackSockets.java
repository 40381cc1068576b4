package wasl.local.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Keeps a child's server off the network: what would listen on every address listens on loopback.
///
/// DynamoDB Local has no option for it. The hook is Java's own, the system property
/// `java.nio.channels.spi.SelectorProvider`; the class travels in the jar of the {@link Lifeline}.
/// It serves servers whose accepting thread blocks, as Jetty's does: such a channel goes to no
/// selector.
public final class LoopbackSockets extends SelectorProvider {
  /// What the command line of a {@link ChildJvm} needs for it.
  public static final List<String> JVM_ARGUMENTS =
      List.of(
          "-Djava.nio.channels.spi.SelectorProvider=" + LoopbackSockets.class.getName(),
          "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED");

  private final SelectorProvider platform = platform();

  // By name, since it stands in a package that the compiler does not see.
  private static SelectorProvider platform() {
    try {
      return (SelectorProvider)
          Class.forName("sun.nio.ch.DefaultSelectorProvider").getMethod("get").invoke(null);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("every JDK has a selector provider of its own", e);
    }
  }

  @Override
  public ServerSocketChannel openServerSocketChannel() throws IOException {
    return new OnLoopback(this, platform.openServerSocketChannel());
  }

  @Override
  public ServerSocketChannel openServerSocketChannel(ProtocolFamily family) throws IOException {
    ServerSocketChannel channel = platform.openServerSocketChannel(family);
    // A Unix socket is on no network.
    return family == StandardProtocolFamily.UNIX ? channel : new OnLoopback(this, channel);
  }

  @Override
  public SocketChannel openSocketChannel(ProtocolFamily family) throws IOException {
    return platform.openSocketChannel(family);
  }

  @Override
  public DatagramChannel openDatagramChannel() throws IOException {
    return platform.openDatagramChannel();
  }

  @Override
  public DatagramChannel openDatagramChannel(ProtocolFamily family) throws IOException {
    return platform.openDatagramChannel(family);
  }

  @Override
  public Pipe openPipe() throws IOException {
    return platform.openPipe();
  }

  @Override
  public AbstractSelector openSelector() throws IOException {
    return platform.openSelector();
  }

  @Override
  public SocketChannel openSocketChannel() throws IOException {
    return platform.openSocketChannel();
  }

  private static final class OnLoopback extends ServerSocketChannel {
    private final ServerSocketChannel channel;

    OnLoopback(SelectorProvider provider, ServerSocketChannel channel) {
      super(provider);
      this.channel = channel;
    }

    @Override
    public ServerSocketChannel bind(@Nullable SocketAddress address, int backlog)
        throws IOException {
      SocketAddress near =
          address instanceof InetSocketAddress any && any.getAddress().isAnyLocalAddress()
              ? new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), any.getPort())
              : address;
      channel.bind(near, backlog);
      return this;
    }

    @Override
    public <T> ServerSocketChannel setOption(SocketOption<T> name, T value) throws IOException {
      channel.setOption(name, value);
      return this;
    }

    @Override
    public <T> T getOption(SocketOption<T> name) throws IOException {
      return channel.getOption(name);
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
      return channel.supportedOptions();
    }

    @Override
    public ServerSocket socket() {
      return channel.socket();
    }

    @Override
    public SocketChannel accept() throws IOException {
      return channel.accept();
    }

    @Override
    public SocketAddress getLocalAddress() throws IOException {
      return channel.getLocalAddress();
    }

    @Override
    protected void implCloseSelectableChannel() throws IOException {
      channel.close();
    }

    @Override
    protected void implConfigureBlocking(boolean block) throws IOException {
      channel.configureBlocking(block);
    }
  }
}
