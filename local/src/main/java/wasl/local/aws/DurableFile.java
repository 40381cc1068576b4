package wasl.local.aws;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/// Replaces a file so that a crash leaves the old one or the new one, whole.
public final class DurableFile {
  private DurableFile() {}

  /// Writes a file that only its owner may read.
  public static void write(Path file, byte[] content) throws IOException {
    Path written = createBeside(file);
    try (FileChannel channel = FileChannel.open(written, StandardOpenOption.WRITE)) {
      ByteBuffer buffer = ByteBuffer.wrap(content);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
    moveIntoPlace(written, file);
  }

  /// An empty temporary file in the folder of `file`, since a rename is atomic only within one file
  /// system.
  static Path createBeside(Path file) throws IOException {
    return Files.createTempFile(
        folderOf(file),
        ".new-",
        "",
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
  }

  /// Makes `written`, already forced to disk, stand in the place of `file`.
  static void moveIntoPlace(Path written, Path file) throws IOException {
    Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    force(folderOf(file));
  }

  /// Makes a folder's entries durable; a folder opens for reading only.
  static void force(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static Path folderOf(Path file) {
    Path folder = file.getParent();
    if (folder == null) {
      throw new IllegalArgumentException(file + " names no folder");
    }
    return folder;
  }
}
