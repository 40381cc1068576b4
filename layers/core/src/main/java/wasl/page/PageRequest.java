package wasl.page;

import java.util.Optional;

/// Which part of a list is wanted.
///
/// @param limit 1 to [#MOST]
/// @param after the position to go on from; empty for the beginning
public record PageRequest(int limit, Optional<String> after) {
  public static final int MOST = 100;
  public static final int USUAL = 20;

  /// The position is none of this list, as where another list gave it.
  public static final class NoPosition extends RuntimeException {
    private static final long serialVersionUID = 1;

    public NoPosition(Throwable why) {
      super("not a position of this list", why);
    }
  }

  public PageRequest {
    if (limit < 1 || limit > MOST) {
      throw new IllegalArgumentException("a page has 1 to " + MOST + " items");
    }
  }
}
