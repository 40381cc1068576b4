package wasl.local.endure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;

/// A root of one's own for `./wasl up`: what was built is the project's, data and template stand
/// apart.
public final class ScratchRoot {
  private static final List<String> BUILT = List.of("layers", "functions", "local");

  private ScratchRoot() {}

  /// @param project the project's own root
  /// @param folder an empty one; what runs there keeps its data in its `.wasl`
  /// @param change what the template is to be instead
  public static Path in(Path folder, Path project, UnaryOperator<String> change) {
    try {
      for (String name : BUILT) {
        Files.createSymbolicLink(
            folder.resolve(name), project.resolve(name).toAbsolutePath().normalize());
      }
      Files.writeString(
          folder.resolve("template.yaml"),
          change.apply(Files.readString(project.resolve("template.yaml"))));
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot prepare " + folder, e);
    }
  }
}
