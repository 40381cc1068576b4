package wasl.vault;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import wasl.access.Tenant;

/// Keeps data keys for at most five minutes and at most 200 tenants, so that KMS is asked seldom
/// and an erased project's keys are soon gone from memory.
public final class CachedDataKeys implements DataKeys {
  static final Duration LONGEST = Duration.ofMinutes(5);
  static final int MOST_TENANTS = 200;

  private record Cached(DataKey key, Instant until) {}

  private final DataKeys source;
  private final InstantSource clock;
  private final Map<String, Cached> cache =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Cached> eldest) {
          return size() > MOST_TENANTS;
        }
      };

  public CachedDataKeys(DataKeys source, InstantSource clock) {
    this.source = source;
    this.clock = clock;
  }

  @Override
  public DataKey current(Tenant tenant) {
    var slot = slot(tenant, "current");
    var cached = cached(slot);
    if (cached != null) {
      return cached;
    }
    var key = source.current(tenant);
    keep(slot, key);
    return key;
  }

  @Override
  public DataKey byId(Tenant tenant, KeyId id) {
    var current = cached(slot(tenant, "current"));
    if (current != null && current.id().equals(id)) {
      return current;
    }
    var slot = slot(tenant, id.toString());
    var cached = cached(slot);
    if (cached != null) {
      return cached;
    }
    var key = source.byId(tenant, id);
    keep(slot, key);
    return key;
  }

  /// Forgets every key: before a snapshot is taken, since all its clones would share them.
  public synchronized void clear() {
    cache.clear();
  }

  private synchronized @org.jspecify.annotations.Nullable DataKey cached(String slot) {
    var cached = cache.get(slot);
    if (cached == null || !clock.instant().isBefore(cached.until())) {
      cache.remove(slot);
      return null;
    }
    return cached.key();
  }

  private synchronized void keep(String slot, DataKey key) {
    cache.put(slot, new Cached(key, clock.instant().plus(LONGEST)));
  }

  // Text and not a record: linking a record's hashCode costs a cold start some milliseconds.
  private static String slot(Tenant tenant, String which) {
    return tenant + "#" + which;
  }
}
