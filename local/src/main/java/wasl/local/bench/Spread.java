package wasl.local.bench;

import java.util.Arrays;
import java.util.Locale;

/// How latencies are spread: the nearest rank, so that every figure was really measured.
///
/// @param p50 in nanoseconds, as all others
record Spread(long p50, long p95, long p99, long max) {
  /// @param nanos in any order; none gives zeros
  static Spread of(long[] nanos) {
    var sorted = nanos.clone();
    Arrays.sort(sorted);
    return new Spread(rank(sorted, 50), rank(sorted, 95), rank(sorted, 99), rank(sorted, 100));
  }

  private static long rank(long[] sorted, int percent) {
    if (sorted.length == 0) {
      return 0;
    }
    return sorted[(int) Math.max(0, Math.ceilDiv((long) sorted.length * percent, 100L) - 1)];
  }

  /// In milliseconds, for people.
  String text() {
    return String.format(
        Locale.ROOT,
        "p50 %8.1f ms   p95 %8.1f ms   p99 %8.1f ms   max %8.1f ms",
        p50 / 1e6,
        p95 / 1e6,
        p99 / 1e6,
        max / 1e6);
  }
}
