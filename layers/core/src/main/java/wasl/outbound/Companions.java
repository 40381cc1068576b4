package wasl.outbound;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import wasl.access.Tenant;
import wasl.outbound.ReceiverStore.Slot;

/// The messages of one batch, which know of each other: those for one webhook ask about it once,
/// take their slots by one write and give them back by one. Else ten deliveries pay for ten.
///
/// For that each waits until all have said where they go. One whose record is slow to come is not
/// waited for: it goes alone.
final class Companions {
  private static final Duration PATIENCE = Duration.ofSeconds(1);
  // Others may be waiting for the slots: those that are done with are held back no longer than this
  // for the sake of one write.
  private static final Duration HELD_BACK = Duration.ofMillis(250);
  // Where another batch has all slots, it is mostly done within this time.
  private static final List<Duration> TRIED_AGAIN_AFTER =
      List.of(Duration.ofMillis(50), Duration.ofMillis(150), Duration.ofMillis(400));
  // Waiting for a companion's slot costs a moment of what the batch is paid for anyway; being put
  // off costs a second at least, and the queue's requests. Together with the waits above it leaves
  // a request its whole deadline, and time to record it, within the batch's.
  private static final Duration PATIENCE_FOR_SLOT = Duration.ofSeconds(1);

  private record Destination(Tenant tenant, OutboundWebhookId webhook) {}

  private final Map<Destination, Group> groups = new HashMap<>();
  private final CountDownLatch undecided;

  /// @param messages in the batch
  Companions(int messages) {
    this.undecided = new CountDownLatch(messages);
  }

  /// The place of one message; closed when it is done with, whatever came of it.
  final class Seat implements AutoCloseable {
    private boolean decided;

    /// Goes to a webhook, together with all that do.
    Group goTo(Tenant tenant, OutboundWebhookId webhook) {
      var group = join(new Destination(tenant, webhook));
      decide();
      try {
        // If time runs out, those that are known go on without the others.
        var _ = undecided.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
      }
      return group;
    }

    /// Goes to no webhook: nobody needs to wait for it.
    void decide() {
      if (!decided) {
        decided = true;
        undecided.countDown();
      }
    }

    @Override
    public void close() {
      decide();
    }
  }

  Seat seat() {
    return new Seat();
  }

  private Group join(Destination destination) {
    synchronized (groups) {
      var group = groups.get(destination);
      if (group == null || !group.join()) {
        group = new Group();
        groups.put(destination, group);
      }
      return group;
    }
  }

  /// Those of the batch that go to one webhook.
  static final class Group {
    private int members = 1;
    private int left = 1;
    private boolean gone;
    private Optional<OutboundWebhook> webhook = Optional.empty();
    private @Nullable Receiver receiver;
    private @Nullable Slots slots;
    private final BlockingQueue<Slot> free = new LinkedBlockingQueue<>();
    private final List<Slot> back = new ArrayList<>();
    private int waiting;
    private boolean patient = true;

    /// False once the others have gone.
    private synchronized boolean join() {
      if (gone) {
        return false;
      }
      members++;
      left++;
      return true;
    }

    /// The webhook, read by the first who asks.
    synchronized Optional<OutboundWebhook> webhook(Supplier<Optional<OutboundWebhook>> find) {
      if (!gone) {
        webhook = find.get();
        gone = true;
      }
      return webhook;
    }

    /// How its receiver fares, read by the first who asks.
    synchronized Receiver receiver(Supplier<Receiver> find) {
      if (receiver == null) {
        receiver = find.get();
      }
      return receiver;
    }

    /// One slot; the first who asks takes them for all members. Who finds none left waits a while
    /// for that of a companion, if slots may pass from hand to hand.
    Optional<Slot> slot(IntFunction<Slots> take) {
      Slots taken;
      synchronized (this) {
        if (slots == null) {
          slots = takenBy(take);
          free.addAll(slots.taken());
          Thread.startVirtualThread(this::losePatience);
        }
        taken = slots;
        waiting++;
      }
      try {
        return Optional.ofNullable(
            taken.passOn() && !taken.taken().isEmpty()
                ? free.poll(PATIENCE_FOR_SLOT.toMillis(), TimeUnit.MILLISECONDS)
                : free.poll());
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        return Optional.empty();
      } finally {
        synchronized (this) {
          waiting--;
        }
      }
    }

    private Slots takenBy(IntFunction<Slots> take) {
      var taken = take.apply(members);
      for (var pause : TRIED_AGAIN_AFTER) {
        if (!taken.passOn() || !taken.taken().isEmpty() || !slept(pause)) {
          break;
        }
        taken = take.apply(members);
      }
      return taken;
    }

    /// A member needs its slot no longer.
    void giveBack(Slot slot) {
      List<Slot> now;
      synchronized (this) {
        if (waiting > free.size() && slots != null && slots.passOn()) {
          free.add(slot);
          return;
        }
        back.add(slot);
        now = patient ? List.of() : drained();
      }
      release(now);
    }

    /// A member is done, whatever came of it.
    void ended() {
      List<Slot> now = List.of();
      synchronized (this) {
        left--;
        if (left == 0) {
          // With what nobody came for.
          free.drainTo(back);
          now = drained();
        }
      }
      release(now);
    }

    // One that takes long is to keep no slot but its own.
    private void losePatience() {
      List<Slot> now;
      var _ = slept(HELD_BACK);
      synchronized (this) {
        patient = false;
        now = drained();
      }
      release(now);
    }

    private static boolean slept(Duration time) {
      try {
        Thread.sleep(time);
        return true;
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        return false;
      }
    }

    private List<Slot> drained() {
      var all = List.copyOf(back);
      back.clear();
      return all;
    }

    private void release(List<Slot> now) {
      if (!now.isEmpty() && slots != null) {
        slots.giveBack().accept(now);
      }
    }
  }

  /// Slots that were taken together.
  ///
  /// @param passOn whether one delivery after the other may use a slot
  /// @param giveBack gives any of them back; throws nothing
  record Slots(List<Slot> taken, boolean passOn, Consumer<List<Slot>> giveBack) {}
}
