package wasl.local.function;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Comparator;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/// Unpacks built zips, each once per build.
final class FunctionCode {
  private final Path folder;

  FunctionCode(Path folder) {
    this.folder = folder;
  }

  /// The folder that holds what the zip holds.
  ///
  /// @throws UncheckedIOException if the zip was not built, or is broken
  Path unpacked(Path zip) {
    try {
      BasicFileAttributes attributes = Files.readAttributes(zip, BasicFileAttributes.class);
      String name = zip.getFileName().toString().replace(".zip", "");
      String build =
          name + "@" + attributes.lastModifiedTime().toMillis() + "-" + attributes.size();
      Path target = folder.resolve(build);
      if (Files.isDirectory(target)) {
        return target;
      }
      Files.createDirectories(folder);
      removeOlder(name + "@");
      Path half = Files.createTempDirectory(folder, "unpacking");
      unpack(zip, half);
      // Renamed at the end, so that a folder of this name is always whole.
      Files.move(half, target, StandardCopyOption.ATOMIC_MOVE);
      return target;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot unpack " + zip + ": was it built?", e);
    }
  }

  private static void unpack(Path zip, Path target) throws IOException {
    try (InputStream file = Files.newInputStream(zip);
        ZipInputStream in = new ZipInputStream(file)) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        Path place = target.resolve(entry.getName()).normalize();
        if (!place.startsWith(target)) {
          throw new IOException("an entry outside of the zip: " + entry.getName());
        }
        if (entry.isDirectory()) {
          Files.createDirectories(place);
          continue;
        }
        Files.createDirectories(place.getParent());
        Files.copy(in, place);
      }
    } catch (FileAlreadyExistsException e) {
      throw new IOException("an entry stands twice: " + e.getMessage(), e);
    }
  }

  private void removeOlder(String prefix) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      for (Path old : entries.filter(e -> e.getFileName().toString().startsWith(prefix)).toList()) {
        remove(old);
      }
    }
  }

  private static void remove(Path old) throws IOException {
    try (Stream<Path> tree = Files.walk(old)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
