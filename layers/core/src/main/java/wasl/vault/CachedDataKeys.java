package wasl.vault;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import wasl.access.Tenant;

/// Keeps data keys for at most five minutes and at most 200 tenants, so that KMS is asked seldom
/// and an erased project's keys are soon gone from memory.
///
/// Callers that miss the same key at the same time ask for it once, and share what comes of it: a
/// KMS that is slow to refuse is not asked by each of them in turn.
public final class CachedDataKeys implements DataKeys {
  static final Duration LONGEST = Duration.ofMinutes(5);
  static final int MOST_TENANTS = 200;

  private static final String CURRENT = "current";

  private record Cached(DataKey key, Instant until) {}

  private final DataKeys source;
  private final InstantSource clock;

  // Text and not a record: linking a record's hashCode costs a cold start some milliseconds.
  private final Map<String, Map<String, Cached>> tenants =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Map<String, Cached>> eldest) {
          return size() > MOST_TENANTS;
        }
      };
  private final Map<String, FutureTask<DataKey>> asked = new HashMap<>();

  public CachedDataKeys(DataKeys source, InstantSource clock) {
    this.source = source;
    this.clock = clock;
  }

  @Override
  public DataKey current(Tenant tenant) {
    var cached = cached(tenant, CURRENT);
    return cached != null ? cached : shared(tenant, null);
  }

  @Override
  public DataKey byId(Tenant tenant, KeyId id) {
    var current = cached(tenant, CURRENT);
    if (current != null && current.id().equals(id)) {
      return current;
    }
    var cached = cached(tenant, id.toString());
    return cached != null ? cached : shared(tenant, id);
  }

  /// Forgets every key: before a snapshot is taken, since all its clones would share them.
  public synchronized void clear() {
    tenants.clear();
  }

  /// Forgets a tenant's keys: what a change of them is told by, where it was made here.
  public synchronized void forget(Tenant tenant) {
    tenants.remove(tenant.toString());
  }

  private synchronized @Nullable DataKey cached(Tenant tenant, String which) {
    var keys = tenants.get(tenant.toString());
    var cached = keys == null ? null : keys.get(which);
    return cached == null || !clock.instant().isBefore(cached.until()) ? null : cached.key();
  }

  /// @param id of the key; `null` for the current one
  private DataKey shared(Tenant tenant, @Nullable KeyId id) {
    var which = id == null ? CURRENT : id.toString();
    var slot = tenant + "#" + which;
    FutureTask<DataKey> task;
    boolean isMine = false;
    synchronized (this) {
      var running = asked.get(slot);
      task = running == null ? new FutureTask<>(new Asking(tenant, id)) : running;
      if (running == null) {
        isMine = true;
        asked.put(slot, task);
      }
    }
    if (isMine) {
      task.run();
      ended(tenant, which, slot, task);
    }
    return result(task);
  }

  // A class and not a lambda: linking one costs a cold start some milliseconds.
  private final class Asking implements Callable<DataKey> {
    private final Tenant tenant;
    private final @Nullable KeyId id;

    Asking(Tenant tenant, @Nullable KeyId id) {
      this.tenant = tenant;
      this.id = id;
    }

    @Override
    public DataKey call() {
      return id == null ? source.current(tenant) : source.byId(tenant, id);
    }
  }

  private synchronized void ended(
      Tenant tenant, String which, String slot, FutureTask<DataKey> task) {
    asked.remove(slot);
    if (task.state() != FutureTask.State.SUCCESS) {
      return;
    }
    var now = clock.instant();
    dropEnded(now);
    var keys = tenants.get(tenant.toString());
    if (keys == null) {
      keys = new HashMap<>();
      tenants.put(tenant.toString(), keys);
    }
    keys.put(which, new Cached(task.resultNow(), now.plus(LONGEST)));
  }

  // A key that nobody asks for is not to stay in memory either.
  private void dropEnded(Instant now) {
    for (var all = tenants.values().iterator(); all.hasNext(); ) {
      var keys = all.next();
      for (Iterator<Cached> each = keys.values().iterator(); each.hasNext(); ) {
        if (!now.isBefore(each.next().until())) {
          each.remove();
        }
      }
      if (keys.isEmpty()) {
        all.remove();
      }
    }
  }

  private static DataKey result(FutureTask<DataKey> task) {
    try {
      return task.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException why) {
        throw why;
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException("a data key was not given", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for a data key", e);
    }
  }
}
