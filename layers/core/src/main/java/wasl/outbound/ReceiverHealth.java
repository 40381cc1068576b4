package wasl.outbound;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import wasl.access.Cause;
import wasl.access.ChangeMark;
import wasl.egress.EgressResult;
import wasl.event.Envelope;
import wasl.outbound.DeliveryMessage.Sweep;
import wasl.outbound.DeliveryMessage.Task;
import wasl.outbound.OwnEvents.OwnEvent;
import wasl.web.RetryAfter;

/// Draws the consequences of an attempt for its webhook: the breaker, the wait that a receiver asks
/// for, and the end of one that has not answered for days.
///
/// An event is raised before the write that makes it old news: a crash between tells it again,
/// under the same id.
final class ReceiverHealth {
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int UNAVAILABLE = 503;
  static final String ANSWERED_GONE = "the receiver answered 410 Gone";

  private final OutboundWebhookStore webhooks;
  private final ReceiverStore receivers;
  private final DeliveryQueue queue;
  private final OwnEvents ownEvents;
  private final DeliverySettings settings;
  private final RandomGenerator random;

  ReceiverHealth(
      OutboundWebhookStore webhooks,
      ReceiverStore receivers,
      DeliveryQueue queue,
      OwnEvents ownEvents,
      DeliverySettings settings,
      RandomGenerator random) {
    this.webhooks = webhooks;
    this.receivers = receivers;
    this.queue = queue;
    this.ownEvents = ownEvents;
    this.settings = settings;
    this.random = random;
  }

  /// What an attempt says.
  sealed interface Verdict {
    /// 2xx.
    record Took() implements Verdict {}

    /// @param hold nothing goes to this webhook before
    record Failing(Optional<Instant> hold) implements Verdict {}

    /// It was the last thing that this webhook was asked.
    record Disabled() implements Verdict {}
  }

  Verdict judge(
      OutboundWebhook webhook,
      Receiver before,
      Delivery delivery,
      Delivery.Attempt attempt,
      EgressResult result,
      Instant now) {
    if (attempt.status().filter(status -> status >= 200 && status < 300).isPresent()) {
      recovered(webhook, before, now);
      return new Verdict.Took();
    }
    if (DeliveryRoad.isGone(result)) {
      disable(webhook, delivery, ANSWERED_GONE, now);
      return new Verdict.Disabled();
    }
    return failed(webhook, delivery, attempt, result, now);
  }

  private void recovered(OutboundWebhook webhook, Receiver before, Instant now) {
    if (before.failingSince().isEmpty()) {
      return;
    }
    var since = before.failingSince().get();
    if (before.told()) {
      raise(webhook, "webhook:recovered", since, now, Map.of());
    }
    receivers.recovered(webhook.tenant(), webhook.id(), since);
  }

  private Verdict failed(
      OutboundWebhook webhook,
      Delivery delivery,
      Delivery.Attempt attempt,
      EgressResult result,
      Instant now) {
    var receiver =
        receivers.failed(webhook.tenant(), webhook.id(), delivery.id(), attempt.number(), now);
    var since = receiver.failingSince().orElse(now);
    if (!now.isBefore(since.plus(settings.disableAfter()))) {
      disable(
          webhook,
          delivery,
          "no delivery succeeded for " + settings.disableAfter().toHours() + " hours",
          now);
      return new Verdict.Disabled();
    }
    var asked = retryAfter(result, now).map(now::plus);
    var pause =
        receiver.failures() >= settings.breakerFailures()
            ? Optional.of(now.plus(settings.breakerPause()))
            : Optional.<Instant>empty();
    if (pause.isPresent() && !receiver.told()) {
      raise(
          webhook,
          "webhook:failing",
          since,
          now,
          Map.of("failures", receiver.failures(), "delivery", delivery.id().value()));
      receivers.told(webhook.tenant(), webhook.id(), since);
    }
    var hold = asked.isPresent() && pause.isPresent() ? later(asked, pause) : asked.or(() -> pause);
    hold.ifPresent(until -> receivers.hold(webhook.tenant(), webhook.id(), until));
    return new Verdict.Failing(hold);
  }

  private static Optional<Instant> later(Optional<Instant> one, Optional<Instant> two) {
    return one.flatMap(a -> two.map(b -> a.isAfter(b) ? a : b));
  }

  private static Optional<Duration> retryAfter(EgressResult result, Instant now) {
    return result instanceof EgressResult.Answered answered
            && (answered.status() == TOO_MANY_REQUESTS || answered.status() == UNAVAILABLE)
        ? RetryAfter.of(answered.headers(), now)
            .map(wait ->
                wait.compareTo(RetrySchedule.LONGEST_RETRY_AFTER) < 0
                    ? wait
                    : RetrySchedule.LONGEST_RETRY_AFTER)
        : Optional.empty();
  }

  private void disable(OutboundWebhook seen, Delivery last, String why, Instant now) {
    var change =
        ChangeMark.next(OutboundWebhooks.DISABLED, now, Cause.wasl(last.id().value()), random);
    // Between the reading and here somebody may have changed it: what they changed stays.
    var current = webhooks.find(seen.tenant(), seen.id());
    while (current.isPresent() && !current.get().isDisabled()) {
      var webhook = current.get();
      ownEvents.raise(
          new OwnEvent(
              webhook.tenant(),
              "webhook:disabled",
              webhook.id() + "#" + webhook.version(),
              now,
              Map.of(OwnEvents.SUBJECT, webhook.id().value(), "reason", why)));
      var disabled = webhook.with(OutboundWebhook.Status.DISABLED, Optional.of(why), now);
      if (webhooks.save(disabled, change)) {
        queue.send(
            List.of(sweep(webhook, Task.CANCEL, webhook.id() + "#" + webhook.version(), now)));
        return;
      }
      current = webhooks.find(seen.tenant(), seen.id());
    }
  }

  /// A sweep over all of a webhook's deliveries.
  static DeliveryQueue.Entry sweep(OutboundWebhook webhook, Task task, String job, Instant now) {
    return new DeliveryQueue.Entry(
        new Sweep(
            webhook.tenant(),
            webhook.id(),
            task,
            job,
            now.minus(DeliverySettings.KEPT),
            // Clocks differ: one made at this very moment is meant too.
            now.plusSeconds(60),
            Optional.empty()),
        Duration.ZERO);
  }

  private void raise(
      OutboundWebhook webhook, String type, Instant since, Instant now, Map<String, Object> more) {
    var data = new HashMap<>(more);
    data.put(OwnEvents.SUBJECT, webhook.id().value());
    data.put("failingSince", Envelope.time(since));
    ownEvents.raise(
        new OwnEvent(webhook.tenant(), type, webhook.id() + "#" + since.toEpochMilli(), now, data));
  }
}
