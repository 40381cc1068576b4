package wasl.refresh;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import wasl.connection.Connection;
import wasl.connection.ConnectionStore;
import wasl.connection.Upkeep;
import wasl.queue.DueScan;

/// Connections whose tokens are due, as the due scan sees them.
public final class DueRefreshes implements DueScan.Waiting<Connection> {
  private final ConnectionStore connections;
  private final RefreshQueue queue;

  public DueRefreshes(ConnectionStore connections, RefreshQueue queue) {
    this.connections = connections;
    this.queue = queue;
  }

  @Override
  public int shards() {
    return connections.dueShards();
  }

  @Override
  public List<Connection> due(int shard, Instant by, int limit) {
    return connections.due(shard, by, limit);
  }

  // Where it is due moves on with each look: how late it is shows by what it should not outlast.
  @Override
  public Instant time(Connection due) {
    var dueAt = dueAt(due);
    var upkeep = due.upkeep();
    return upkeep
        .hold()
        .map(hold -> hold.until().plus(Upkeep.AFTER_LEASE))
        .or(upkeep::notBefore)
        .or(due::expiresAt)
        .filter(dueAt::isAfter)
        .orElse(dueAt);
  }

  @Override
  public boolean move(Connection due, Instant dueAt) {
    return connections.moveDue(due, dueAt);
  }

  @Override
  public void enqueue(List<Connection> due, Instant now) {
    queue.send(
        due.stream()
            .map(connection ->
                new RefreshQueue.Entry(
                    RefreshMessage.of(connection), Duration.between(now, dueAt(connection))))
            .toList());
  }

  private static Instant dueAt(Connection due) {
    return due.upkeep().dueAt().orElseThrow(() -> new IllegalStateException("it is not due"));
  }
}
