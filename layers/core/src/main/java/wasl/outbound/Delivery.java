package wasl.outbound;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import wasl.access.Tenant;
import wasl.event.BodyRef;
import wasl.event.EventId;
import wasl.event.EventSource;
import wasl.queue.DueScan;
import wasl.vault.Place;
import wasl.vault.Sealed;

/// One event on its way to one outbound webhook.
///
/// @param source the event's
/// @param timestamp the event's
/// @param alone where the body lies of an event that was made for this delivery alone (a test, a
///   trigger), and so has no record of its own
/// @param attempt the number of the next attempt; the first is 1
/// @param notBefore when the next attempt is due: its true time
/// @param dueAt when the due scan is to look at it; empty once nothing is left to do. Later than
///   `notBefore` while a message is under way, which is the faster way
/// @param lease who is sending it now
/// @param reason why it is dead or cancelled
/// @param recovery in which run it was recovered
public record Delivery(
    Tenant tenant,
    DeliveryId id,
    EventId event,
    EventSource source,
    String eventType,
    Instant timestamp,
    Optional<BodyRef> alone,
    OutboundWebhookId webhook,
    int run,
    Status status,
    int attempt,
    Instant notBefore,
    Optional<Instant> dueAt,
    Optional<Lease> lease,
    List<Attempt> attempts,
    Optional<String> reason,
    Optional<Recovery> recovery,
    Instant createdAt) {
  /// What is due within this time goes on by a message: SQS delays no longer.
  static final Duration LONGEST_MESSAGE_DELAY = Duration.ofMinutes(15);

  public enum Status {
    PENDING,
    DELIVERED,
    DEAD,
    CANCELLED;

    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Status> of(String wireName) {
      for (var status : values()) {
        if (status.wireName().equals(wireName)) {
          return Optional.of(status);
        }
      }
      return Optional.empty();
    }
  }

  /// A hold on the delivery: whoever records an attempt shows its owner.
  public record Lease(String owner, Instant until) {}

  /// @param job whoever asked for the recovery: it recovers a delivery once
  public record Recovery(String job, int run) {}

  /// One HTTP try.
  ///
  /// @param status the answer's, where there was one
  /// @param error an [wasl.egress.EgressFailure] by name, where there was none
  /// @param responseExcerpt the beginning of the answer, sealed at [#excerptPlace]: a receiver may
  ///   echo what it got
  public record Attempt(
      int number,
      Instant at,
      Optional<Integer> status,
      Optional<String> error,
      Duration duration,
      Optional<Sealed> responseExcerpt) {}

  public Delivery {
    attempts = List.copyOf(attempts);
  }

  /// A delivery before its first attempt, for which a message is about to be sent.
  static Delivery first(
      Tenant tenant,
      EventId event,
      EventSource source,
      String eventType,
      Instant timestamp,
      Optional<BodyRef> alone,
      OutboundWebhookId webhook,
      int run,
      Instant now) {
    return new Delivery(
        tenant,
        DeliveryId.of(event, timestamp, webhook, run),
        event,
        source,
        eventType,
        timestamp,
        alone,
        webhook,
        run,
        Status.PENDING,
        1,
        now,
        Optional.of(dueAtBesideMessage(now)),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        now);
  }

  public static Place excerptPlace(Tenant tenant, DeliveryId id, int attempt) {
    return new Place(tenant, "delivery#" + id, "attempt-" + attempt);
  }

  public boolean isPending() {
    return status == Status.PENDING;
  }

  /// When it is tried next; empty where it will not be.
  public Optional<Instant> nextAttemptAt() {
    return isPending() ? Optional.of(notBefore) : Optional.empty();
  }

  /// Nobody was told yet that it is dead; until then it stays in the due index.
  boolean isUntold() {
    return status == Status.DEAD && dueAt.isPresent();
  }

  boolean isLeased(Instant now) {
    return lease.map(held -> now.isBefore(held.until())).orElse(false);
  }

  /// When the scan looks, if a message goes out for this time, or a lease ends then.
  public static Instant dueAtBesideMessage(Instant time) {
    return DueScan.besideMessage(time);
  }

  /// Whether the scan, as things stand, looks at it soon after this lease would end, and not
  /// before: whoever claims it may then leave its place in the due index as it is.
  public boolean isDueAfter(Lease claimed) {
    var earliest = claimed.until().plus(DueScan.AHEAD);
    var latest = dueAtBesideMessage(claimed.until());
    return dueAt.filter(due -> !due.isBefore(earliest) && !due.isAfter(latest)).isPresent();
  }

  /// Whether a message may carry it to that time.
  static boolean isWithinMessageDelay(Instant now, Instant time) {
    return !time.isAfter(now.plus(LONGEST_MESSAGE_DELAY));
  }

  /// After this attempt, which succeeded.
  Delivery delivered(Attempt made) {
    return with(
        Status.DELIVERED,
        attempt + 1,
        notBefore,
        Optional.empty(),
        Optional.empty(),
        and(made),
        Optional.empty());
  }

  /// After this attempt, which failed: the next one comes at `next`.
  Delivery retried(Attempt made, Instant next, Instant now) {
    return with(
        Status.PENDING,
        attempt + 1,
        next,
        Optional.of(isWithinMessageDelay(now, next) ? dueAtBesideMessage(next) : next),
        Optional.empty(),
        and(made),
        Optional.empty());
  }

  /// No further attempt. It stays due until somebody was told.
  Delivery dead(Optional<Attempt> made, String why, Instant now) {
    return with(
        Status.DEAD,
        made.isPresent() ? attempt + 1 : attempt,
        notBefore,
        Optional.of(now.plus(DueScan.MESSAGE_GRACE)),
        Optional.empty(),
        made.map(this::and).orElse(attempts),
        Optional.of(why));
  }

  /// Put off without an attempt: its receiver is not to be asked before.
  Delivery waiting(Instant next, Instant now) {
    return with(
        Status.PENDING,
        attempt,
        next,
        Optional.of(isWithinMessageDelay(now, next) ? dueAtBesideMessage(next) : next),
        Optional.empty(),
        attempts,
        Optional.empty());
  }

  Delivery cancelled(Optional<Attempt> made, String why) {
    return with(
        Status.CANCELLED,
        made.isPresent() ? attempt + 1 : attempt,
        notBefore,
        Optional.empty(),
        Optional.empty(),
        made.map(this::and).orElse(attempts),
        Optional.of(why));
  }

  /// The same event to the same webhook, anew.
  Delivery again(int nextRun, Instant now) {
    return first(tenant, event, source, eventType, timestamp, alone, webhook, nextRun, now);
  }

  private List<Attempt> and(Attempt made) {
    var all = new ArrayList<>(attempts);
    all.add(made);
    return all;
  }

  private Delivery with(
      Status status,
      int attempt,
      Instant notBefore,
      Optional<Instant> dueAt,
      Optional<Lease> lease,
      List<Attempt> attempts,
      Optional<String> reason) {
    return new Delivery(
        tenant, id, event, source, eventType, timestamp, alone, webhook, run, status, attempt,
        notBefore, dueAt, lease, attempts, reason, recovery, createdAt);
  }
}
