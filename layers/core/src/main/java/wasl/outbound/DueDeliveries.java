package wasl.outbound;

import java.time.Instant;
import java.util.List;
import wasl.queue.DueScan;

/// Deliveries as the due scan sees them.
public final class DueDeliveries implements DueScan.Waiting<Delivery> {
  private final DeliveryStore deliveries;
  private final DeliveryQueue queue;

  public DueDeliveries(DeliveryStore deliveries, DeliveryQueue queue) {
    this.deliveries = deliveries;
    this.queue = queue;
  }

  @Override
  public int shards() {
    return deliveries.dueShards();
  }

  @Override
  public List<Delivery> due(int shard, Instant by, int limit) {
    return deliveries.due(shard, by, limit);
  }

  @Override
  public Instant time(Delivery due) {
    return due.notBefore();
  }

  @Override
  public boolean move(Delivery due, Instant dueAt) {
    return deliveries.moveDue(due, dueAt);
  }

  @Override
  public void enqueue(List<Delivery> due, Instant now) {
    queue.send(due.stream().map(delivery -> Fanout.message(delivery, now)).toList());
  }
}
