package wasl.local.template;

import java.util.Map;

/// The ARNs of what was made, by the names that calls use.
///
/// @param streams of the tables that have one, by the table's name
/// @param keys by id and by alias
/// @param queueKeys the key that encrypts a queue, by the queue's name
public record Inventory(
    Map<String, String> tables,
    Map<String, String> streams,
    Map<String, String> queues,
    Map<String, String> queueKeys,
    Map<String, String> buses,
    Map<String, String> buckets,
    Map<String, String> keys) {
  public Inventory {
    tables = Map.copyOf(tables);
    streams = Map.copyOf(streams);
    queues = Map.copyOf(queues);
    queueKeys = Map.copyOf(queueKeys);
    buses = Map.copyOf(buses);
    buckets = Map.copyOf(buckets);
    keys = Map.copyOf(keys);
  }
}
