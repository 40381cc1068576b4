package wasl.provider;

import java.util.Optional;

/// What a provider calls an account, where it can be a name here: it becomes part of a record's
/// key, and is shown.
public final class AccountName {
  private static final int LONGEST = 200;

  /// What it must be, to follow "must be".
  public static final String EXPECTATION = "one line of 1 to " + LONGEST + " characters";

  private AccountName() {}

  /// The name without blanks around it; empty where it is none.
  public static Optional<String> of(Optional<String> said) {
    return said.map(String::strip)
        .filter(name -> !name.isEmpty() && name.length() <= LONGEST)
        .filter(name -> name.chars().noneMatch(Character::isISOControl));
  }
}
