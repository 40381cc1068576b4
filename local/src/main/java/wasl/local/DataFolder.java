package wasl.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The folder of one running stack, which no other may use meanwhile.
final class DataFolder implements AutoCloseable {
  private final Path path;
  private final boolean ephemeral;
  private final FileChannel lock;

  private DataFolder(Path path, boolean ephemeral, FileChannel lock) {
    this.path = path;
    this.ephemeral = ephemeral;
    this.lock = lock;
  }

  /// A folder that is gone after {@link #close}.
  static DataFolder ephemeral() {
    try {
      Path path = Files.createTempDirectory("wasl-");
      return new DataFolder(path, true, locked(path));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot create a folder for temporary data", e);
    }
  }

  /// @throws CannotStart if another stack runs on it
  static DataFolder kept(Path path) {
    try {
      Files.createDirectories(path);
      // Holds the key ring and an API key.
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
      return new DataFolder(path, false, locked(path));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot use the folder " + path, e);
    }
  }

  Path path() {
    return path;
  }

  /// Reads a small file that an earlier run wrote.
  Optional<String> read(String name) {
    try {
      Path file = path.resolve(name);
      return Files.exists(file) ? Optional.of(Files.readString(file)) : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + name, e);
    }
  }

  void write(String name, String content) {
    writeForOwner(path.resolve(name), content);
  }

  /// Writes a file that only its owner may read, whole or not at all.
  static void writeForOwner(Path file, String content) {
    try {
      Path absolute = file.toAbsolutePath();
      Path folder = absolute.getParent();
      Path place = folder == null ? absolute : Files.createDirectories(folder);
      Path half =
          Files.createTempFile(
              place,
              file.getFileName().toString(),
              ".new",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(half, content);
      try (FileChannel channel = FileChannel.open(half, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      Files.move(half, absolute, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  @Override
  public void close() {
    try {
      lock.close();
      if (ephemeral) {
        removeAll();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot clean up " + path, e);
    }
  }

  // The operating system lets go of the lock when the process ends, however it ends.
  private static FileChannel locked(Path folder) throws IOException {
    FileChannel channel =
        FileChannel.open(
            folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (tryLock(channel) == null) {
      channel.close();
      throw new CannotStart(
          "another ./wasl up runs on "
              + folder
              + ". Stop it first, or start this one with --ephemeral and --port 0 --aws-port 0.");
    }
    return channel;
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  private void removeAll() throws IOException {
    List<Path> paths;
    try (Stream<Path> tree = Files.walk(path)) {
      paths = tree.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path each : paths) {
      Files.deleteIfExists(each);
    }
  }
}
