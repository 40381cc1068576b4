package wasl.local.endure;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Knows every webhook that was sent, by the provider's own event id, and what was seen of it
/// since: its answers, its event on the bus, its deliveries.
///
/// Told by many threads at once.
public final class Account {
  private final Map<String, Webhook> webhooks = new ConcurrentHashMap<>();
  private final Set<String> strangers = ConcurrentHashMap.newKeySet();

  /// One webhook, however often it was sent. Guarded by itself.
  private static final class Webhook {
    private int requests;
    private final Map<Integer, Integer> answers = new TreeMap<>();
    private @Nullable Instant acceptedAt;
    private final Set<String> eventIds = new HashSet<>();
    private final Set<String> timesOnBus = new HashSet<>();
    private int deliveries;
    private int forged;
    private @Nullable Instant deliveredAt;
  }

  /// What the account comes to.
  ///
  /// @param accepted how many were answered 2xx at least once
  /// @param onBus how many of those were seen on the bus
  /// @param delivered how many of those came to the receiver, rightly signed
  /// @param lost ids of those that were accepted and are missing at either place
  /// @param ambiguous ids of those that have more than one event id, or another at the receiver
  ///   than on the bus: one happening became two events
  /// @param repeats deliveries beyond the first, all of whose `webhook-id` is the first's unless
  ///   the webhook is ambiguous
  /// @param repeatedOnBus events put on the bus beyond the first
  /// @param forged deliveries whose signature was wrong
  /// @param strangers events that nobody sent
  /// @param answers statuses of all requests, 0 where there was no answer
  /// @param lastDelivery when the latest first delivery came
  public record Statement(
      int sent,
      int requests,
      int accepted,
      int onBus,
      int delivered,
      List<String> lost,
      List<String> ambiguous,
      int repeats,
      int repeatedOnBus,
      int forged,
      Set<String> strangers,
      Map<Integer, Integer> answers,
      Optional<Instant> lastDelivery) {
    /// Whether every promise about webhooks was kept.
    public boolean isGood() {
      return lost.isEmpty() && ambiguous.isEmpty() && forged == 0 && strangers.isEmpty();
    }
  }

  /// No answer: the connection failed, or nothing came in time.
  static final int NO_ANSWER = 0;

  void sent(String id) {
    Webhook webhook = webhooks.computeIfAbsent(id, any -> new Webhook());
    synchronized (webhook) {
      webhook.requests++;
    }
  }

  void answered(String id, int status, Instant at) {
    known(
        id,
        webhook -> {
          webhook.answers.merge(status, 1, Integer::sum);
          if (status / 100 == 2 && webhook.acceptedAt == null) {
            webhook.acceptedAt = at;
          }
        });
  }

  /// @param time tells one put of the event from another: EventBridge's own id
  void onBus(String id, String eventId, String time) {
    known(
        id,
        webhook -> {
          webhook.eventIds.add(eventId);
          webhook.timesOnBus.add(time);
        });
  }

  void delivered(String id, String webhookId, boolean genuine, Instant at) {
    known(
        id,
        webhook -> {
          if (!genuine) {
            webhook.forged++;
            return;
          }
          webhook.eventIds.add(webhookId);
          webhook.deliveries++;
          if (webhook.deliveredAt == null) {
            webhook.deliveredAt = at;
          }
        });
  }

  private void known(String id, java.util.function.Consumer<Webhook> change) {
    Webhook webhook = webhooks.get(id);
    if (webhook == null) {
      strangers.add(id);
      return;
    }
    synchronized (webhook) {
      change.accept(webhook);
    }
  }

  /// The account as it is now.
  ///
  /// @param counted which webhooks, by their ids
  public Statement statement(Predicate<String> counted) {
    Sum sum = new Sum();
    webhooks.forEach((id, webhook) -> {
      if (counted.test(id)) {
        synchronized (webhook) {
          sum.add(id, webhook);
        }
      }
    });
    return new Statement(
        sum.sent,
        sum.requests,
        sum.accepted,
        sum.onBus,
        sum.delivered,
        sum.lost.stream().sorted().toList(),
        sum.ambiguous.stream().sorted().toList(),
        sum.repeats,
        sum.repeatedOnBus,
        sum.forged,
        Set.copyOf(strangers),
        Map.copyOf(sum.answers),
        Optional.ofNullable(sum.lastDelivery));
  }

  public Statement statement() {
    return statement(id -> true);
  }

  private static final class Sum {
    private int sent;
    private int requests;
    private int accepted;
    private int onBus;
    private int delivered;
    private int repeats;
    private int repeatedOnBus;
    private int forged;
    private final List<String> lost = new ArrayList<>();
    private final List<String> ambiguous = new ArrayList<>();
    private final Map<Integer, Integer> answers = new TreeMap<>();
    private @Nullable Instant lastDelivery;

    private void add(String id, Webhook webhook) {
      sent++;
      requests += webhook.requests;
      forged += webhook.forged;
      webhook.answers.forEach((status, times) -> answers.merge(status, times, Integer::sum));
      repeats += Math.max(0, webhook.deliveries - 1);
      repeatedOnBus += Math.max(0, webhook.timesOnBus.size() - 1);
      if (webhook.eventIds.size() > 1) {
        ambiguous.add(id);
      }
      Instant first = webhook.deliveredAt;
      if (first != null && (lastDelivery == null || first.isAfter(lastDelivery))) {
        lastDelivery = first;
      }
      if (webhook.acceptedAt == null) {
        return;
      }
      accepted++;
      boolean isOnBus = !webhook.timesOnBus.isEmpty();
      onBus += isOnBus ? 1 : 0;
      delivered += first != null ? 1 : 0;
      if (!isOnBus || first == null) {
        lost.add(id);
      }
    }
  }
}
