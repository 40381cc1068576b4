package wasl.inbound;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import wasl.access.Tenant;
import wasl.connection.Integration;
import wasl.connection.IntegrationId;

/// Remembers what was found for 30 s and unknown tokens for 10 s, so that a busy webhook costs no
/// read per request. A change is in force everywhere when those have passed.
public final class CachedInboundDirectory implements InboundDirectory {
  static final Duration FOUND = Duration.ofSeconds(30);
  static final Duration UNKNOWN = Duration.ofSeconds(10);
  static final int MOST = 1000;

  private record Held<T>(T value, Instant until) {}

  private final InboundDirectory source;
  private final InstantSource clock;
  private final Map<String, Held<InboundWebhook>> webhooks = bounded();
  private final Map<String, Held<Integration>> integrations = bounded();

  // Apart, so that guessing tokens pushes out nothing that is in use.
  private final Map<String, Held<String>> unknown = bounded();

  public CachedInboundDirectory(InboundDirectory source, InstantSource clock) {
    this.source = source;
    this.clock = clock;
  }

  @Override
  public Optional<InboundWebhook> byToken(String tokenSha256Hex) {
    var held = held(webhooks, tokenSha256Hex);
    if (held != null) {
      return Optional.of(held);
    }
    if (held(unknown, tokenSha256Hex) != null) {
      return Optional.empty();
    }
    var found = source.byToken(tokenSha256Hex);
    if (found.isPresent()) {
      hold(webhooks, tokenSha256Hex, found.get(), FOUND);
    } else {
      hold(unknown, tokenSha256Hex, "", UNKNOWN);
    }
    return found;
  }

  @Override
  public Optional<Integration> integration(Tenant tenant, IntegrationId id) {
    var key = tenant + "#" + id;
    var held = held(integrations, key);
    if (held != null) {
      return Optional.of(held);
    }
    var found = source.integration(tenant, id);
    if (found.isPresent()) {
      hold(integrations, key, found.get(), FOUND);
    }
    return found;
  }

  /// Forgets everything: before a snapshot is taken, whose clones would begin with what is old.
  public synchronized void clear() {
    webhooks.clear();
    integrations.clear();
    unknown.clear();
  }

  private synchronized <K, V> @Nullable V held(Map<K, Held<V>> cache, K key) {
    var held = cache.get(key);
    if (held == null || !clock.instant().isBefore(held.until())) {
      cache.remove(key);
      return null;
    }
    return held.value();
  }

  private synchronized <K, V> void hold(Map<K, Held<V>> cache, K key, V value, Duration time) {
    cache.put(key, new Held<>(value, clock.instant().plus(time)));
  }

  private static <K, V> Map<K, Held<V>> bounded() {
    return new LinkedHashMap<>(16, 0.75f, true) {
      @Override
      protected boolean removeEldestEntry(Map.Entry<K, Held<V>> eldest) {
        return size() > MOST;
      }
    };
  }
}
