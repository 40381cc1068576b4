package wasl.local.simulator;

import java.util.Locale;
import java.util.Optional;

/// Says whether a key, a password or a client's secret is good. No manifest lists real ones, so
/// every plausible one is, unless it says of itself that it is invalid or the control API does.
final class Keys {
  private final Memory memory;

  Keys(Memory memory) {
    this.memory = memory;
  }

  boolean isGood(Part part, String key) {
    return said(part, key)
        .orElseGet(() -> !key.isBlank() && !key.toLowerCase(Locale.ROOT).contains("invalid"));
  }

  /// Whether the control API says that a token of the simulator's own is not good.
  boolean isRefused(Part part, String token) {
    return said(part, token).filter(good -> !good).isPresent();
  }

  void say(Part part, String key, boolean good) {
    memory.change(world -> world.keys().put(digest(part, key), good));
  }

  /// The account that a key opens: the same for the same key, since nobody chose one for it.
  static String account(Part part, String key) {
    return "acct_" + digest(part, key).substring(0, 8);
  }

  private Optional<Boolean> said(Part part, String key) {
    return memory.read(world -> Optional.ofNullable(world.keys().get(digest(part, key))));
  }

  private static String digest(Part part, String key) {
    return Digests.of(part.id() + "\n" + key);
  }
}
