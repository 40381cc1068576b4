package wasl.local.trigger;

/// How far a shard was read.
sealed interface Checkpoint {
  /// Nothing of it was.
  record Beginning() implements Checkpoint {}

  /// Everything up to this record, and this one.
  record After(String sequenceNumber) implements Checkpoint {}

  /// All of it, and nothing will be added.
  record Finished() implements Checkpoint {}
}
