package wasl.local.simulator;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/// Remembers the last calls, without anything in them that could be a secret.
final class CallLog {
  private static final int MOST = 10_000;

  /// A call when it came in.
  ///
  /// @param part the id of the part that it was for
  /// @param path as the manifest writes it
  record Entry(
      Instant at,
      String part,
      CallKind kind,
      String method,
      String host,
      String path,
      Optional<String> grantType) {}

  private final Deque<Entry> entries = new ArrayDeque<>();

  synchronized void add(Entry entry) {
    if (entries.size() == MOST) {
      entries.removeFirst();
    }
    entries.addLast(entry);
  }

  /// Those to a host and a path, where these are given; the oldest first.
  synchronized List<Entry> all(Optional<String> host, Optional<String> path) {
    return entries.stream()
        .filter(entry -> host.isEmpty() || host.get().equals(entry.host()))
        .filter(entry -> path.isEmpty() || path.get().equals(entry.path()))
        .toList();
  }

  synchronized void clear() {
    entries.clear();
  }
}
