package wasl.local.simulator;

import static wasl.signing.Digests.sha256Hex;

import java.nio.charset.StandardCharsets;

/// Stands for texts that nobody needs to keep.
final class Digests {
  private Digests() {}

  /// 64 hexadecimal digits that are the same for the same text.
  static String of(String text) {
    return sha256Hex(text.getBytes(StandardCharsets.UTF_8));
  }
}
