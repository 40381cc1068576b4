package wasl.function.managementapi;

import java.util.Optional;
import wasl.connection.Mode;
import wasl.manifest.Manifest;

/// Tells by a key's prefix which side of its provider it is of.
final class KeyModes {
  private KeyModes() {}

  /// Empty where the provider's keys cannot be told apart.
  static Optional<Mode> of(Manifest manifest, String key) {
    return manifest.modeOfKey(key).map(mode -> Mode.valueOf(mode.name()));
  }

  /// What is wrong with a key of one side in an integration of the other.
  static String fault(Mode made, Mode wanted) {
    return "is a "
        + made.wireName()
        + " key, and the integration is in "
        + wanted.wireName()
        + " mode";
  }
}
