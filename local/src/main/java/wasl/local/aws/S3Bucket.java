package wasl.local.aws;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Keeps one bucket: a file per object, named by the hash of its key, and an index in memory.
final class S3Bucket {
  private static final String LIFECYCLE = "lifecycle.xml";

  /// What a PUT brings besides the bytes.
  ///
  /// @param checksums the sender's, asked for once all bytes were read, since they may come last
  /// @param precondition throws if the object that is there forbids this one; nobody writes
  ///   meanwhile
  record Incoming(
      String key,
      InputStream bytes,
      Map<String, String> headers,
      Supplier<Map<String, String>> checksums,
      @Nullable String md5,
      Consumer<Optional<S3Object>> precondition) {}

  private final String name;
  private final Path folder;
  private final Path objects;
  private final Instant created;
  private final InstantSource clock;
  private final NavigableMap<String, S3Object> index = new ConcurrentSkipListMap<>();
  private final ReentrantLock writing = new ReentrantLock();
  private volatile Optional<S3Lifecycle> lifecycle;

  private S3Bucket(
      Path folder, Instant created, Optional<S3Lifecycle> lifecycle, InstantSource clock) {
    this.name = folder.getFileName().toString();
    this.folder = folder;
    this.objects = folder.resolve("objects");
    this.created = created;
    this.lifecycle = lifecycle;
    this.clock = clock;
  }

  /// Opens a bucket's folder, or makes it.
  static S3Bucket open(Path folder, InstantSource clock) throws IOException {
    Files.createDirectories(folder.resolve("objects"));
    Path lifecycleFile = folder.resolve(LIFECYCLE);
    S3Bucket bucket =
        new S3Bucket(
            folder,
            Files.getLastModifiedTime(folder.resolve("objects")).toInstant(),
            Files.exists(lifecycleFile)
                ? Optional.of(S3Lifecycle.parse(Files.readAllBytes(lifecycleFile)))
                : Optional.empty(),
            clock);
    bucket.fillIndex();
    return bucket;
  }

  String name() {
    return name;
  }

  Instant created() {
    return created;
  }

  Optional<S3Lifecycle> lifecycle() {
    return lifecycle;
  }

  void putLifecycle(byte[] document) throws IOException {
    S3Lifecycle parsed = S3Lifecycle.parse(document);
    DurableFile.write(folder.resolve(LIFECYCLE), document);
    lifecycle = Optional.of(parsed);
  }

  void deleteLifecycle() throws IOException {
    Files.deleteIfExists(folder.resolve(LIFECYCLE));
    lifecycle = Optional.empty();
  }

  /// The objects that have not expired, from a key on, by key.
  Stream<S3Object> objectsFrom(String key, boolean inclusive) {
    return index.tailMap(key, inclusive).values().stream().filter(this::isAlive);
  }

  Optional<S3Object> find(String key) {
    return Optional.ofNullable(index.get(key)).filter(this::isAlive);
  }

  /// Opens an object's bytes; metadata and bytes are of one version, whoever writes meanwhile.
  Opened read(String key) throws IOException {
    if (find(key).isEmpty()) {
      throw noSuchKey();
    }
    try {
      FileChannel file = FileChannel.open(fileOf(key), StandardOpenOption.READ);
      try {
        return new Opened(S3Object.read(file), file);
      } catch (IOException e) {
        file.close();
        throw e;
      }
    } catch (NoSuchFileException e) {
      throw noSuchKey();
    }
  }

  /// An object and its open file, which the bytes begin.
  record Opened(S3Object object, FileChannel file) implements AutoCloseable {
    InputStream bytes(long from) throws IOException {
      file.position(from);
      return Channels.newInputStream(file);
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }

  S3Object put(Incoming incoming) throws IOException {
    Path written = DurableFile.createBeside(objects.resolve("any"));
    try {
      S3Object object = write(incoming, written);
      writing.lock();
      try {
        incoming.precondition().accept(find(incoming.key()));
        DurableFile.moveIntoPlace(written, fileOf(incoming.key()));
        index.put(object.key(), object);
      } finally {
        writing.unlock();
      }
      return object;
    } finally {
      Files.deleteIfExists(written);
    }
  }

  void delete(String key) throws IOException {
    writing.lock();
    try {
      index.remove(key);
      Files.deleteIfExists(fileOf(key));
    } finally {
      writing.unlock();
    }
  }

  /// Removes the bucket itself; false if it holds objects.
  boolean removeIfEmpty() throws IOException {
    writing.lock();
    try {
      if (index.values().stream().anyMatch(this::isAlive)) {
        return false;
      }
      List<Path> files;
      try (Stream<Path> list = Files.list(objects)) {
        files = list.toList();
      }
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
      deleteLifecycle();
      Files.deleteIfExists(objects);
      Files.deleteIfExists(folder);
      return true;
    } finally {
      writing.unlock();
    }
  }

  static AwsFault noSuchKey() {
    return new AwsFault(404, "NoSuchKey", "The specified key does not exist.");
  }

  private S3Object write(Incoming incoming, Path written) throws IOException {
    try (FileChannel file = FileChannel.open(written, StandardOpenOption.WRITE)) {
      S3Checksums sums = new S3Checksums(true);
      byte[] chunk = new byte[64 * 1024];
      long size = 0;
      for (int length = incoming.bytes().read(chunk);
          length >= 0;
          length = incoming.bytes().read(chunk)) {
        sums.update(chunk, length);
        writeAll(file, ByteBuffer.wrap(chunk, 0, length));
        size += length;
      }
      S3Checksums.Sums finished = sums.finish(incoming.checksums().get(), incoming.md5());
      S3Object object =
          new S3Object(
              incoming.key(),
              size,
              finished.etag(),
              clock.instant().truncatedTo(ChronoUnit.SECONDS),
              incoming.headers(),
              finished.checksums());
      writeAll(file, ByteBuffer.wrap(object.trailer()));
      file.force(true);
      return object;
    }
  }

  private static void writeAll(FileChannel file, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      file.write(bytes);
    }
  }

  private boolean isAlive(S3Object object) {
    return lifecycle.filter(rules -> rules.isExpired(object, clock.instant())).isEmpty();
  }

  /// Reads every object's end, and sweeps out what a crash left half written or time has expired.
  private void fillIndex() throws IOException {
    List<Path> files;
    try (Stream<Path> list = Files.list(objects)) {
      files = list.toList();
    }
    for (Path path : files) {
      if (path.getFileName().toString().startsWith(".new-")) {
        Files.deleteIfExists(path);
        continue;
      }
      try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
        S3Object object = S3Object.read(file);
        if (isAlive(object)) {
          index.put(object.key(), object);
        } else {
          Files.deleteIfExists(path);
        }
      }
    }
  }

  private Path fileOf(String key) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
      return objects.resolve(HexFormat.of().formatHex(hash));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
