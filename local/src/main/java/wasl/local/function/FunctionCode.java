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
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import wasl.local.template.FunctionDefinition;

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

  /// A folder that is to a function's process what `/var/task` and `/opt` are on Lambda: what the
  /// function's zip holds, with the jars of its layers after its own.
  ///
  /// The runtime client takes the jars of its folder's `lib` in the order of their names, and then
  /// those of `/opt`, a place that is nobody's to fill here.
  Path task(FunctionDefinition function) {
    Path task = folder.resolveSibling("task").resolve(function.name());
    try {
      if (Files.exists(task)) {
        remove(task);
      }
      Path lib = Files.createDirectories(task.resolve("lib"));
      Path own = unpacked(function.code());
      link(own, task, "", entry -> !entry.endsWith("lib"));
      link(own.resolve("lib"), lib, "a-", FunctionCode::isJar);
      for (Path layer : function.layers().reversed()) {
        // Of two layers' files of one name Lambda shows the later one's.
        link(unpacked(layer).resolve("java/lib"), lib, "b-", FunctionCode::isJar);
      }
      return task;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot lay out the code of " + function.name(), e);
    }
  }

  /// The folders of native libraries that the function's layers bring, as far as this machine can
  /// load them: they are built for the processor that the template names. Without them the jars'
  /// own serve.
  List<Path> libraries(FunctionDefinition function) {
    if (!System.getProperty("os.arch").equals("aarch64")) {
      return List.of();
    }
    return function.layers().reversed().stream()
        .map(layer -> unpacked(layer).resolve("lib").toAbsolutePath())
        .filter(Files::isDirectory)
        .toList();
  }

  private static void link(Path from, Path to, String prefix, Predicate<Path> wanted)
      throws IOException {
    if (!Files.isDirectory(from)) {
      return;
    }
    try (Stream<Path> entries = Files.list(from)) {
      for (Path entry : entries.filter(wanted).toList()) {
        Path place = to.resolve(prefix + entry.getFileName());
        if (!Files.exists(place)) {
          Files.createSymbolicLink(place, entry.toAbsolutePath());
        }
      }
    }
  }

  private static boolean isJar(Path file) {
    return file.toString().endsWith(".jar");
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
