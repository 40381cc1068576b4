package wasl.outbound;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import wasl.access.Tenant;
import wasl.aws.ItemKeys;
import wasl.page.Page;
import wasl.page.PageRequest;

/// One tenant's deliveries as they are, but for the steps at which the process is to die. The due
/// index has every tenant's, and a test is to see its own only.
final class DyingDeliveries implements DeliveryStore {
  private final DeliveryStore store;
  private final Tenant tenant;
  private final Set<String> shards = ConcurrentHashMap.newKeySet();
  private int recordsThatDie;
  private int tellingsThatDie;

  DyingDeliveries(DeliveryStore store, Tenant tenant) {
    this.store = store;
    this.tenant = tenant;
  }

  /// The next so many workers die after sending, before recording.
  synchronized void dieBeforeRecording(int times) {
    recordsThatDie = times;
  }

  /// The next so many die after the event of a dead delivery, before noting that it was told.
  synchronized void dieBeforeTold(int times) {
    tellingsThatDie = times;
  }

  @Override
  public synchronized boolean record(Delivery after, String leaseOwner) {
    if (recordsThatDie > 0) {
      recordsThatDie--;
      throw new IllegalStateException("died here");
    }
    return store.record(after, leaseOwner);
  }

  @Override
  public synchronized void told(Delivery dead) {
    if (tellingsThatDie > 0) {
      tellingsThatDie--;
      throw new IllegalStateException("died here");
    }
    store.told(dead);
  }

  @Override
  public Delivery putIfAbsent(Delivery delivery) {
    shards.add(ItemKeys.due("delivery", delivery.id().value()));
    return store.putIfAbsent(delivery);
  }

  @Override
  public Optional<Delivery> find(Tenant tenant, DeliveryId id) {
    return store.find(tenant, id);
  }

  @Override
  public Optional<Delivery> claim(Delivery seen, Delivery.Lease lease, Instant now) {
    return store.claim(seen, lease, now);
  }

  @Override
  public boolean change(Delivery after, Delivery seen, Instant now) {
    return store.change(after, seen, now);
  }

  @Override
  public boolean moveDue(Delivery seen, Instant dueAt) {
    return store.moveDue(seen, dueAt);
  }

  @Override
  public Delivery.Recovery recovering(Delivery old, Delivery.Recovery recovery) {
    return store.recovering(old, recovery);
  }

  @Override
  public List<Delivery> due(int shard, Instant by, int limit) {
    // A test passes many minutes, and none of them is to cost a query of every shard.
    if (!shards.contains(ItemKeys.due("delivery", shard))) {
      return List.of();
    }
    return store.due(shard, by, Integer.MAX_VALUE).stream()
        .filter(delivery -> delivery.tenant().equals(tenant))
        .limit(limit)
        .toList();
  }

  @Override
  public int dueShards() {
    return store.dueShards();
  }

  @Override
  public Page<Delivery> list(Tenant tenant, Query query, PageRequest page) {
    return store.list(tenant, query, page);
  }
}
