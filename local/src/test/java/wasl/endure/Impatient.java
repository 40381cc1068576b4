package wasl.endure;

import java.nio.file.Path;
import wasl.local.endure.ScratchRoot;

/// The bundle as it is deployed, but for queues that hide a received message for seconds instead of
/// minutes: what a crash or a lost answer leaves in flight comes again within a test's time.
final class Impatient {
  private Impatient() {}

  static Path bundle(Path folder) {
    return ScratchRoot.in(
        folder,
        Path.of("..").toAbsolutePath().normalize(),
        template -> {
          String changed =
              template.replaceAll("VisibilityTimeout: (90|150)\\b", "VisibilityTimeout: 8");
          if (changed.equals(template)) {
            throw new AssertionError("the template's queues have another visibility by now");
          }
          return changed;
        });
  }
}
