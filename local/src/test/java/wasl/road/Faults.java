package wasl.road;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import wasl.access.Tenant;
import wasl.event.ArchivedBody;
import wasl.event.BodyArchive;
import wasl.event.BodyRef;
import wasl.event.EventBus;
import wasl.event.EventId;
import wasl.event.EventRecord;
import wasl.event.EventStore;

/// Breaks the road of an event at a chosen step, for the next so many calls; otherwise the real
/// ports behind it do their work.
final class Faults {
  /// Between which two steps the process dies.
  enum Step {
    CLAIM_AND_ARCHIVE,
    ARCHIVE_AND_BUS,
    BUS_AND_MARK
  }

  /// What ends a process at once: nothing of it is caught.
  static final class Killed extends Error {
    Killed() {
      super("killed here");
    }
  }

  /// What the dying process throws.
  static final class Died extends RuntimeException {
    Died() {
      super("died here");
    }
  }

  /// What an outage throws, which passes.
  static final class Down extends RuntimeException {
    Down() {
      super("down here");
    }
  }

  private final AtomicBoolean down = new AtomicBoolean();
  private final AtomicReference<Tenant> unsealed = new AtomicReference<>();
  private final AtomicInteger claimed = new AtomicInteger();
  private final AtomicInteger archived = new AtomicInteger();
  private final AtomicInteger put = new AtomicInteger();
  private final AtomicInteger kills = new AtomicInteger();

  void breakNext(Step step, int times) {
    counter(step).set(times);
  }

  /// From now on, or no more, nothing is archived.
  void setDown(boolean isDown) {
    down.set(isDown);
  }

  /// What this one's data key seals cannot be archived.
  void breakKeyOf(Tenant tenant) {
    unsealed.set(tenant);
  }

  private AtomicInteger counter(Step step) {
    return switch (step) {
      case CLAIM_AND_ARCHIVE -> claimed;
      case ARCHIVE_AND_BUS -> archived;
      case BUS_AND_MARK -> put;
    };
  }

  /// Kills the process at its next archiving, which no code of its own survives.
  void killNext() {
    kills.set(1);
  }

  private static void pass(AtomicInteger left) {
    if (left.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
      throw new Died();
    }
  }

  BodyArchive over(BodyArchive archive) {
    return new BodyArchive() {
      @Override
      public List<BodyRef> put(List<Entry> entries) {
        if (kills.getAndSet(0) > 0) {
          throw new Killed();
        }
        if (down.get()) {
          throw new Down();
        }
        if (entries.stream().anyMatch(entry -> entry.tenant().equals(unsealed.get()))) {
          throw new Died();
        }
        pass(claimed);
        return archive.put(entries);
      }

      @Override
      public Optional<ArchivedBody> get(Tenant tenant, BodyRef ref) {
        return archive.get(tenant, ref);
      }
    };
  }

  EventBus over(EventBus bus) {
    return entries -> {
      pass(archived);
      return bus.put(entries);
    };
  }

  EventStore over(EventStore store) {
    return new EventStore() {
      @Override
      public Claimed claim(Claim claim) {
        return store.claim(claim);
      }

      @Override
      public void markRouted(EventRecord event, String owner, BodyRef body) {
        pass(put);
        store.markRouted(event, owner, body);
      }

      @Override
      public void markDead(EventRecord event, String owner, Optional<BodyRef> body) {
        store.markDead(event, owner, body);
      }

      @Override
      public Optional<EventRecord> find(Tenant tenant, EventId id) {
        return store.find(tenant, id);
      }

      @Override
      public Optional<Integer> nextRun(EventRecord event) {
        return store.nextRun(event);
      }

      @Override
      public Optional<Integer> runOf(EventRecord event, String job) {
        return store.runOf(event, job);
      }

      @Override
      public Page list(Tenant tenant, Query query, int limit, Optional<String> cursor) {
        return store.list(tenant, query, limit, cursor);
      }
    };
  }
}
