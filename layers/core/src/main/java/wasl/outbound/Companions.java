package wasl.outbound;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
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
    private final Deque<Slot> free = new ArrayDeque<>();
    private final List<Slot> back = new ArrayList<>();
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

    /// One slot; the first who asks takes as many as there are members.
    Optional<Slot> slot(IntFunction<Slots> take) {
      synchronized (this) {
        if (slots == null) {
          slots = take.apply(members);
          free.addAll(slots.taken());
          Thread.startVirtualThread(this::losePatience);
        }
        return Optional.ofNullable(free.poll());
      }
    }

    /// A member needs its slot no longer.
    void giveBack(Slot slot) {
      List<Slot> now;
      synchronized (this) {
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
          back.addAll(free);
          free.clear();
          now = drained();
        }
      }
      release(now);
    }

    // One that takes long is to keep no slot but its own.
    private void losePatience() {
      List<Slot> now;
      try {
        Thread.sleep(HELD_BACK);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      synchronized (this) {
        patient = false;
        now = drained();
      }
      release(now);
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
  /// @param giveBack gives any of them back; throws nothing
  record Slots(List<Slot> taken, Consumer<List<Slot>> giveBack) {}
}
