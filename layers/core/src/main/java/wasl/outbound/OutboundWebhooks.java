package wasl.outbound;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import wasl.access.Cause;
import wasl.access.ChangeMark;
import wasl.access.Tenant;
import wasl.audit.Auditor;
import wasl.event.ArchivedBody;
import wasl.event.BodyArchive;
import wasl.event.EventId;
import wasl.event.EventKey;
import wasl.event.EventSource;
import wasl.id.Ids;
import wasl.outbound.DeliveryMessage.Sweep;
import wasl.outbound.DeliveryMessage.Task;
import wasl.page.Page;
import wasl.page.PageRequest;
import wasl.signing.StandardWebhooksSigner;
import wasl.vault.Secret;
import wasl.vault.Vault;
import wasl.web.Headers;

/// What the user does with outbound webhooks.
public final class OutboundWebhooks {
  public static final String CREATED = "outbound-webhook.created";
  public static final String UPDATED = "outbound-webhook.updated";
  public static final String SECRET_ROTATED = "outbound-webhook.secret-rotated";
  public static final String PAUSED = "outbound-webhook.paused";
  public static final String RESUMED = "outbound-webhook.resumed";
  public static final String ENABLED = "outbound-webhook.enabled";
  public static final String DISABLED = "outbound-webhook.disabled";
  public static final String DELETED = "outbound-webhook.deleted";
  public static final String TESTED = "outbound-webhook.tested";
  public static final String TRIGGERED = "outbound-webhook.triggered";
  public static final String RECOVERED = "outbound-webhook.recovered";

  /// Both secrets sign for so long after a rotation.
  public static final Duration GRACE = Duration.ofHours(24);

  /// So many a project may have in one environment: each may match an event, and a batch of events
  /// has to be fanned out to all of them within the function's time.
  public static final int MOST = 100;

  public static final String TEST_TYPE = "wasl.test";

  // Each one more signature in a header that receivers bound.
  private static final int MOST_LIVE_SECRETS = 10;

  private static final byte[] TEST_DATA =
      "{\"message\":\"This is a test of your outbound webhook.\"}".getBytes(StandardCharsets.UTF_8);

  private final OutboundWebhookStore webhooks;
  private final DeliveryStore deliveries;
  private final ReceiverStore receivers;
  private final DeliveryQueue queue;
  private final BodyArchive archive;
  private final Vault vault;
  private final Auditor auditor;
  private final InstantSource clock;
  private final RandomGenerator random;

  public OutboundWebhooks(
      OutboundWebhookStore webhooks,
      DeliveryStore deliveries,
      ReceiverStore receivers,
      DeliveryQueue queue,
      BodyArchive archive,
      Vault vault,
      Auditor auditor,
      InstantSource clock,
      RandomGenerator random) {
    this.webhooks = webhooks;
    this.deliveries = deliveries;
    this.receivers = receivers;
    this.queue = queue;
    this.archive = archive;
    this.vault = vault;
    this.auditor = auditor;
    this.clock = clock;
    this.random = random;
  }

  /// What the user sets. All of it was checked.
  public record Wish(
      String url, EventFilter filter, Optional<String> description, Optional<Integer> rateLimit) {}

  /// A webhook and its secret, which is shown this once.
  public record Issued(OutboundWebhook webhook, Secret secret) {}

  /// What became of a change.
  public sealed interface Changed<T> {
    record Done<T>(T value) implements Changed<T> {}

    /// There is none, or none any more.
    record Absent<T>() implements Changed<T> {}

    /// Its status does not allow it.
    record Refused<T>(OutboundWebhook.Status status) implements Changed<T> {}

    /// Too many earlier secrets still sign.
    record TooManyLive<T>() implements Changed<T> {}
  }

  /// @param secret the user's own; absent to have one made
  /// @return empty where there are [#MOST] already
  public Optional<Issued> create(Tenant tenant, Wish wish, Optional<Secret> secret, Cause cause) {
    var now = clock.instant();
    var id = new OutboundWebhookId(Ids.next(OutboundWebhookId.PREFIX, now, random));
    var issued = secret.orElseGet(() -> StandardWebhooksSigner.newSecret(random));
    var before =
        Ids.mayBeTaken(random) ? webhooks.find(tenant, id) : Optional.<OutboundWebhook>empty();
    if (before.isPresent()) {
      return Optional.of(new Issued(before.get(), currentSecret(before.get())));
    }
    var webhook =
        new OutboundWebhook(
            tenant,
            id,
            wish.url,
            wish.filter,
            wish.description,
            wish.rateLimit,
            List.of(graced(tenant, id, issued)),
            OutboundWebhook.Status.ACTIVE,
            Optional.empty(),
            now,
            now,
            1);
    return webhooks.create(webhook, MOST, mark(CREATED, cause))
        ? Optional.of(new Issued(webhook, issued))
        : Optional.empty();
  }

  public Optional<OutboundWebhook> find(Tenant tenant, OutboundWebhookId id) {
    return webhooks.find(tenant, id);
  }

  public Page<OutboundWebhook> list(Tenant tenant, PageRequest page) {
    return webhooks.list(tenant, page);
  }

  /// @param wish given the webhook as it is, what the user wants of it
  public Changed<OutboundWebhook> change(
      Tenant tenant, OutboundWebhookId id, Function<OutboundWebhook, Wish> wish, Cause cause) {
    return changed(
        tenant,
        id,
        mark(UPDATED, cause),
        webhook -> {
          var wanted = wish.apply(webhook);
          return new Changed.Done<>(
              webhook.with(
                  wanted.url,
                  wanted.filter,
                  wanted.description,
                  wanted.rateLimit,
                  clock.instant()));
        });
  }

  /// Deliveries that wait are cancelled.
  public boolean delete(Tenant tenant, OutboundWebhookId id, Cause cause) {
    var webhook = webhooks.find(tenant, id);
    if (webhook.isEmpty() || !webhooks.delete(tenant, id, mark(DELETED, cause))) {
      return false;
    }
    receivers.forget(tenant, id);
    queue.send(
        List.of(ReceiverHealth.sweep(webhook.get(), Task.CANCEL, id.value(), clock.instant())));
    return true;
  }

  /// The new secret and those before it sign together for [#GRACE].
  public Changed<Issued> rotateSecret(
      Tenant tenant, OutboundWebhookId id, Optional<Secret> secret, Cause cause) {
    var issued = secret.orElseGet(() -> StandardWebhooksSigner.newSecret(random));
    var changed =
        changed(
            tenant,
            id,
            mark(SECRET_ROTATED, cause),
            webhook -> {
              if (Ids.mayBeTaken(random) && issued.equals(currentSecret(webhook))) {
                // The first try of this work stored it.
                return new Changed.Done<>(webhook);
              }
              var now = clock.instant();
              var secrets = rotated(webhook, graced(tenant, id, issued), now);
              return secrets.size() > MOST_LIVE_SECRETS
                  ? new Changed.TooManyLive<>()
                  : new Changed.Done<>(webhook.with(secrets, now));
            });
    return switch (changed) {
      case Changed.Done<OutboundWebhook>(var webhook) ->
          new Changed.Done<>(new Issued(webhook, issued));
      case Changed.Absent<OutboundWebhook>() -> new Changed.Absent<>();
      case Changed.Refused<OutboundWebhook>(var status) -> new Changed.Refused<>(status);
      case Changed.TooManyLive<OutboundWebhook>() -> new Changed.TooManyLive<>();
    };
  }

  private static List<OutboundWebhook.Graced> rotated(
      OutboundWebhook webhook, OutboundWebhook.Graced fresh, Instant now) {
    var secrets = new ArrayList<OutboundWebhook.Graced>();
    secrets.add(fresh);
    for (var before : webhook.secrets()) {
      if (before.isLive(now)) {
        secrets.add(
            new OutboundWebhook.Graced(
                before.secret(), before.until().or(() -> Optional.of(now.plus(GRACE)))));
      }
    }
    return secrets;
  }

  private Secret currentSecret(OutboundWebhook webhook) {
    var place = OutboundWebhook.secretPlace(webhook.tenant(), webhook.id());
    return vault.open(place, webhook.secrets().getFirst().secret());
  }

  private OutboundWebhook.Graced graced(Tenant tenant, OutboundWebhookId id, Secret secret) {
    return new OutboundWebhook.Graced(
        vault.seal(OutboundWebhook.secretPlace(tenant, id), secret), Optional.empty());
  }

  /// Deliveries wait from now on.
  public Changed<OutboundWebhook> pause(Tenant tenant, OutboundWebhookId id, Cause cause) {
    return changed(
        tenant,
        id,
        mark(PAUSED, cause),
        webhook ->
            switch (webhook.status()) {
              case ACTIVE ->
                  new Changed.Done<>(
                      webhook.with(
                          OutboundWebhook.Status.PAUSED, Optional.empty(), clock.instant()));
              case PAUSED -> new Changed.Done<>(webhook);
              case DISABLED -> new Changed.Refused<>(webhook.status());
            });
  }

  /// What waited is sent. Resuming what is active wakes it again, should the first call have been
  /// cut off before it did.
  public Changed<OutboundWebhook> resume(Tenant tenant, OutboundWebhookId id, Cause cause) {
    var changed =
        changed(
            tenant,
            id,
            mark(RESUMED, cause),
            webhook ->
                switch (webhook.status()) {
                  // Saved though it be active, so that the waking is on record.
                  case PAUSED, ACTIVE ->
                      new Changed.Done<>(
                          webhook.with(
                              OutboundWebhook.Status.ACTIVE, Optional.empty(), clock.instant()));
                  case DISABLED -> new Changed.Refused<>(webhook.status());
                });
    if (changed instanceof Changed.Done<OutboundWebhook>(var webhook)) {
      queue.send(List.of(ReceiverHealth.sweep(webhook, Task.WAKE, id.value(), clock.instant())));
    }
    return changed;
  }

  /// Takes a disabled one into service again; what was cancelled meanwhile is for `recover`.
  public Changed<OutboundWebhook> enable(Tenant tenant, OutboundWebhookId id, Cause cause) {
    return changed(
        tenant,
        id,
        mark(ENABLED, cause),
        webhook -> {
          if (!webhook.isDisabled()) {
            return new Changed.Done<>(webhook);
          }
          // First: with the old failures on record, the next one would disable it again.
          receivers.forget(tenant, id);
          return new Changed.Done<>(
              webhook.with(OutboundWebhook.Status.ACTIVE, Optional.empty(), clock.instant()));
        });
  }

  /// Sends a made-up event to this webhook alone, whatever it filters.
  public Changed<Delivery> test(Tenant tenant, OutboundWebhookId id, Cause cause) {
    return alone(
        tenant,
        id,
        EventSource.WASL,
        TEST_TYPE,
        TEST_DATA,
        () -> auditor.record(tenant, cause, TESTED, id.value()));
  }

  /// Sends an event to this webhook alone, whatever it filters. It is not on the bus, nor among the
  /// events: nobody else is to react to it.
  ///
  /// @param data one JSON value
  public Changed<Delivery> trigger(
      Tenant tenant, OutboundWebhookId id, String type, byte[] data, Cause cause) {
    return alone(
        tenant,
        id,
        EventSource.APP,
        type,
        data,
        () -> auditor.record(tenant, cause, TRIGGERED, id.value()));
  }

  private Changed<Delivery> alone(
      Tenant tenant,
      OutboundWebhookId id,
      EventSource source,
      String type,
      byte[] data,
      Runnable recording) {
    var webhook = webhooks.find(tenant, id);
    if (webhook.isEmpty()) {
      return new Changed.Absent<>();
    }
    if (webhook.get().isDisabled()) {
      return new Changed.Refused<>(webhook.get().status());
    }
    recording.run();
    var now = clock.instant();
    var body =
        archive
            .put(
                List.of(
                    new BodyArchive.Entry(
                        tenant, new ArchivedBody("POST", "", Headers.NONE, data, now))))
            .getFirst();
    var event = EventId.of(Ids.time(now, random), EventKey.random(random));
    var delivery =
        Delivery.first(
            tenant, event, source, type, now, Optional.of(body), webhook.get().id(), 0, now);
    deliveries.putIfAbsent(delivery);
    queue.send(List.of(Fanout.message(delivery, now)));
    return new Changed.Done<>(delivery);
  }

  /// Sends every dead or cancelled delivery that was made in this time once more. Answers the job's
  /// id.
  public Changed<String> recover(
      Tenant tenant, OutboundWebhookId id, Instant since, Instant until, Cause cause) {
    var webhook = webhooks.find(tenant, id);
    if (webhook.isEmpty()) {
      return new Changed.Absent<>();
    }
    if (webhook.get().isDisabled()) {
      return new Changed.Refused<>(webhook.get().status());
    }
    auditor.record(tenant, cause, RECOVERED, id.value());
    var job = Ids.next("job_", clock.instant(), random);
    queue.send(
        List.of(
            new DeliveryQueue.Entry(
                new Sweep(tenant, id, Task.RECOVER, job, since, until, Optional.empty()),
                Duration.ZERO)));
    return new Changed.Done<>(job);
  }

  private Changed<OutboundWebhook> changed(
      Tenant tenant,
      OutboundWebhookId id,
      ChangeMark mark,
      Function<OutboundWebhook, Changed<OutboundWebhook>> change) {
    // A change that another overtook is made anew, on what the other left.
    while (true) {
      var seen = webhooks.find(tenant, id);
      if (seen.isEmpty()) {
        return new Changed.Absent<>();
      }
      var changed = change.apply(seen.get());
      if (!(changed instanceof Changed.Done<OutboundWebhook>(var next))
          || next.version() == seen.get().version()
          || webhooks.save(next, mark)) {
        return changed;
      }
    }
  }

  private ChangeMark mark(String kind, Cause cause) {
    return ChangeMark.next(kind, clock.instant(), cause, random);
  }
}
