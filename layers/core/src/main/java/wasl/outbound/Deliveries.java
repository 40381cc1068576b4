package wasl.outbound;

import java.time.InstantSource;
import java.util.Optional;
import java.util.random.RandomGenerator;
import wasl.access.Cause;
import wasl.access.Tenant;
import wasl.audit.Auditor;
import wasl.id.Ids;
import wasl.page.Page;
import wasl.page.PageRequest;
import wasl.vault.Secret;
import wasl.vault.Vault;

/// What the user does with deliveries.
public final class Deliveries {
  public static final String REDELIVERED = "delivery.redelivered";

  private final OutboundWebhookStore webhooks;
  private final DeliveryStore deliveries;
  private final DeliveryContent contents;
  private final Sweeps sweeps;
  private final Vault vault;
  private final Auditor auditor;
  private final InstantSource clock;
  private final RandomGenerator random;

  public Deliveries(
      OutboundWebhookStore webhooks,
      DeliveryStore deliveries,
      DeliveryContent contents,
      Sweeps sweeps,
      Vault vault,
      Auditor auditor,
      InstantSource clock,
      RandomGenerator random) {
    this.webhooks = webhooks;
    this.deliveries = deliveries;
    this.contents = contents;
    this.sweeps = sweeps;
    this.vault = vault;
    this.auditor = auditor;
    this.clock = clock;
    this.random = random;
  }

  public Optional<Delivery> find(Tenant tenant, DeliveryId id) {
    return deliveries.find(tenant, id);
  }

  public Page<Delivery> list(Tenant tenant, DeliveryStore.Query query, PageRequest page) {
    return deliveries.list(tenant, query, page);
  }

  /// The beginning of what the receiver answered; empty where it answered nothing.
  public Optional<Secret> excerpt(Delivery delivery, Delivery.Attempt attempt) {
    var place = Delivery.excerptPlace(delivery.tenant(), delivery.id(), attempt.number());
    return attempt.responseExcerpt().map(sealed -> vault.open(place, sealed));
  }

  /// What became of a redelivery.
  public sealed interface Redelivered {
    record Started(Delivery delivery) implements Redelivered {}

    record Absent() implements Redelivered {}

    /// It is on its way still.
    record Pending() implements Redelivered {}

    /// The webhook is disabled, or deleted.
    record NoReceiver() implements Redelivered {}

    /// The event's body is no longer kept.
    record Gone() implements Redelivered {}
  }

  /// Sends it once more, in a new run.
  public Redelivered redeliver(Tenant tenant, DeliveryId id, Cause cause) {
    var found = deliveries.find(tenant, id);
    if (found.isEmpty()) {
      return new Redelivered.Absent();
    }
    var old = found.get();
    if (old.isPending()) {
      return new Redelivered.Pending();
    }
    if (webhooks.find(tenant, old.webhook()).map(OutboundWebhook::isDisabled).orElse(true)) {
      return new Redelivered.NoReceiver();
    }
    if (contents.of(old) instanceof DeliveryContent.Content.Gone) {
      return new Redelivered.Gone();
    }
    auditor.record(tenant, cause, REDELIVERED, id.value());
    // A job of one: should this be repeated, the run that it chose stands on the old record.
    var job = Ids.next("job_", clock.instant(), random);
    return new Redelivered.Started(sweeps.recovered(job, old));
  }
}
