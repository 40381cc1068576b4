package wasl.local.template;

/// How many requests a route takes.
///
/// @param rate requests a second, in the long run
/// @param burst requests at once
public record Throttling(double rate, int burst) {
  /// What an account allows a route for which nothing is said.
  public static final Throttling OF_ACCOUNT = new Throttling(10_000, 5_000);
}
