package wasl.egress;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Resolves as the operating system does.
///
/// Each lookup has a platform thread of its own: it blocks in native code, and on a virtual thread
/// one tenant's dead name server would hold the only carrier that all deliveries share.
public final class SystemResolver implements Resolver {
  private static final Duration LONGEST = Duration.ofSeconds(5);

  @Override
  public List<InetAddress> resolve(String host) throws UnknownHostException {
    var lookup = new FutureTask<>(() -> List.of(InetAddress.getAllByName(host)));
    Thread.ofPlatform().daemon().name("lookup").start(lookup);
    try {
      return lookup.get(LONGEST.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException failed) {
      throw unknown(host, failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw unknown(host, interrupted);
    }
  }

  private static UnknownHostException unknown(String host, Exception cause) {
    var unknown = new UnknownHostException(host);
    unknown.initCause(cause);
    return unknown;
  }
}
