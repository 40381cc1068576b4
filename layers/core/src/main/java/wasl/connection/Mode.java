package wasl.connection;

import java.util.Locale;
import java.util.Optional;
import wasl.access.Environment;
import wasl.manifest.Manifest;

/// Which side of the provider an integration talks to.
public enum Mode {
  SANDBOX,
  LIVE;

  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<Mode> of(String wireName) {
    for (var mode : values()) {
      if (mode.wireName().equals(wireName)) {
        return Optional.of(mode);
      }
    }
    return Optional.empty();
  }

  /// The same side, as manifests name it.
  public Manifest.Mode ofManifest() {
    return Manifest.Mode.valueOf(name());
  }

  /// `prod` is live, the others are sandbox, unless an integration says otherwise.
  public static Mode usual(Environment environment) {
    return environment == Environment.PROD ? LIVE : SANDBOX;
  }
}
