package wasl.web;

import java.util.Optional;
import java.util.function.Predicate;

/// What a text of the input must be like.
///
/// @param least characters
/// @param most characters
/// @param form what it must satisfy beyond that
/// @param expectation completes "must be": `an https URL`
public record Text(int least, int most, Predicate<String> form, String expectation) {
  /// A line of 1 to `most` characters, without control characters.
  public static Text line(int most) {
    return new Text(
        1,
        most,
        text -> text.chars().noneMatch(Character::isISOControl),
        "a line without control characters");
  }

  /// Any text of 1 to `most` characters, lines and all.
  public static Text of(int most) {
    return new Text(1, most, text -> true, "text");
  }

  /// A line that satisfies `form`.
  ///
  /// @param expectation completes "must be"
  public static Text of(int most, Predicate<String> form, String expectation) {
    return new Text(1, most, form, expectation);
  }

  /// What is wrong with it, if anything.
  Optional<String> fault(String text) {
    if (text.length() < least) {
      return Optional.of(least == 1 ? "must not be empty" : "needs " + least + " characters");
    }
    if (text.length() > most) {
      return Optional.of("must not have more than " + most + " characters");
    }
    // A lone surrogate has no UTF-8 form: it could not be stored as it was given.
    if (text.codePoints()
        .anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
      return Optional.of("must be Unicode text");
    }
    return form.test(text) ? Optional.empty() : Optional.of("must be " + expectation);
  }
}
