package wasl.local.simulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import wasl.local.aws.DurableFile;

/// Holds the world: one change at a time, and each on disk before anybody hears of it.
final class Memory {
  private static final int CHANGES_BETWEEN_CLEANINGS = 1_000;

  private final Optional<Path> file;
  private final InstantSource clock;
  private final World world;
  private final ReentrantLock changing = new ReentrantLock();
  private final ReentrantLock saving = new ReentrantLock();
  private long version;
  private long saved;

  private Memory(Optional<Path> file, InstantSource clock, World world) {
    this.file = file;
    this.clock = clock;
    this.world = world;
  }

  /// @param file where it is kept, and found again; empty: nowhere
  /// @throws IOException if the file cannot be read
  static Memory open(Optional<Path> file, InstantSource clock) throws IOException {
    World world = World.empty();
    if (file.isPresent() && Files.exists(file.get())) {
      try {
        world = WorldJson.read(Files.readAllBytes(file.get()));
      } catch (IOException e) {
        throw new IOException(file.get() + ": " + e.getMessage(), e);
      }
    }
    return new Memory(file, clock, world);
  }

  <T> T read(Function<World, T> read) {
    changing.lock();
    try {
      return read.apply(world);
    } finally {
      changing.unlock();
    }
  }

  /// Makes a change and keeps it.
  ///
  /// @throws UncheckedIOException if it cannot be kept
  <T> T change(Function<World, T> change) {
    T result;
    long made;
    changing.lock();
    try {
      if (version % CHANGES_BETWEEN_CLEANINGS == 0) {
        world.forget(clock.instant());
      }
      result = change.apply(world);
      version++;
      made = version;
    } finally {
      changing.unlock();
    }
    file.ifPresent(kept -> save(kept, made));
    return result;
  }

  // Changes that came while another was written are written together.
  private void save(Path kept, long made) {
    saving.lock();
    try {
      if (saved >= made) {
        return;
      }
      byte[] json;
      long written;
      changing.lock();
      try {
        json = WorldJson.write(world);
        written = version;
      } finally {
        changing.unlock();
      }
      DurableFile.write(kept, json);
      saved = written;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + kept, e);
    } finally {
      saving.unlock();
    }
  }
}
