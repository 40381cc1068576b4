package wasl.template;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipFile;

/// What a zip holds.
final class Sizes {
  private Sizes() {}

  /// The unpacked size in bytes of each file of a zip, by its path.
  static Map<String, Long> of(Path zip) {
    Map<String, Long> sizes = new TreeMap<>();
    try (ZipFile file = new ZipFile(zip.toFile())) {
      for (var entry : Collections.list(file.entries())) {
        sizes.put(entry.getName(), entry.getSize());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + zip + "; was it built?", e);
    }
    return sizes;
  }

  static long total(Path zip) {
    return of(zip).values().stream().mapToLong(Long::longValue).sum();
  }
}
