package wasl.outbound;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import wasl.access.Tenant;
import wasl.event.EventId;
import wasl.page.Page;
import wasl.page.PageRequest;

/// Keeps deliveries. What two workers could do to one delivery at the same time is settled by the
/// conditions of these writes.
public interface DeliveryStore {
  /// Puts it unless it is there; answers the one that is there now.
  Delivery putIfAbsent(Delivery delivery);

  /// Strongly consistent.
  Optional<Delivery> find(Tenant tenant, DeliveryId id);

  /// Takes the lease for one attempt, and sees to it that the delivery is due after it: only while
  /// the delivery is pending, at this attempt, due, and not leased by another. Of two messages for
  /// one attempt one gets it.
  ///
  /// @param seen the delivery as it was read
  /// @return the delivery as it is now; empty where the condition did not hold
  Optional<Delivery> claim(Delivery seen, Delivery.Lease lease, Instant now);

  /// Stores the delivery as it is after an attempt; only if the lease is still this owner's. False
  /// where it is not: another worker has taken over since.
  boolean record(Delivery after, String leaseOwner);

  /// Stores a change of a delivery that nobody is sending; only if it is pending, at the attempt
  /// that was read, and not leased.
  boolean change(Delivery after, Delivery seen, Instant now);

  /// Moves it on in the due index; only if it stands where it was read, so that of two scans one
  /// enqueues it.
  boolean moveDue(Delivery seen, Instant dueAt);

  /// Takes a dead delivery out of the due index.
  void told(Delivery dead);

  /// Says in which run a job recovers it; answers what was said first, by this job.
  Delivery.Recovery recovering(Delivery old, Delivery.Recovery recovery);

  /// Pending and untold ones of one shard of the due index that are due by then, the earliest
  /// first; as they are now, though the index may be a moment behind: then fewer than there are.
  List<Delivery> due(int shard, Instant by, int limit);

  /// Number of shards of the due index.
  int dueShards();

  /// Which deliveries to list; an absent condition lets all pass.
  ///
  /// @param statuses empty for all
  record Query(
      Optional<OutboundWebhookId> webhook,
      Optional<EventId> event,
      Set<Delivery.Status> statuses,
      Instant since,
      Instant until) {
    public Query {
      statuses = Set.copyOf(statuses);
    }
  }

  /// Newest first, by when they were made.
  Page<Delivery> list(Tenant tenant, Query query, PageRequest page);
}
