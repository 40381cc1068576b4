package wasl.id;

/// A record has this drawn id already, or had it: in work that is repeated what the first try made,
/// and somebody deleted since; else nobody's fault but ours.
public final class IdTaken extends RuntimeException {
  private static final long serialVersionUID = 1;

  /// @param what `an API key`
  public IdTaken(String what) {
    super(what + " has, or had, this id");
  }
}
