package wasl.local.trigger;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import wasl.local.endpoint.AwsEndpoint;
import wasl.local.endpoint.AwsFault;
import wasl.local.function.Invoker;
import wasl.local.template.StreamMapping;
import wasl.local.template.StreamMapping.Start;
import wasl.local.trigger.Batches.Batch;
import wasl.local.trigger.Checkpoint.After;
import wasl.local.trigger.Checkpoint.Beginning;
import wasl.local.trigger.Checkpoint.Finished;
import wasl.local.trigger.Checkpoints.Reading;
import wasl.local.trigger.TableStream.Shard;

/// Brings the changes of a table to a function, as Lambda's event source mapping does: those of a
/// shard in their order, and a shard's after those of its parent.
public final class StreamPoller implements AutoCloseable {
  private static final Duration SHORTEST_PAUSE = Duration.ofMillis(200);
  // A change waits no longer for somebody to look.
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);
  private static final Duration AFTER_TROUBLE = Duration.ofSeconds(1);
  // A shard that ends is followed by others at once; that others come by themselves is rare.
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(10);
  private static final int PAGE = 1000;

  private final StreamMapping mapping;
  private final AwsEndpoint aws;
  private final Invoker functions;
  private final Checkpoints checkpoints;
  private final InstantSource clock;
  private final Consumer<String> log;
  private final TableStream stream;
  private final Reading reading;
  private final RecordFilter filter;
  private final Stop stop = new Stop();
  private final Set<String> followed = ConcurrentHashMap.newKeySet();
  private final Semaphore news = new Semaphore(0);
  private volatile Set<String> known = Set.of();

  private StreamPoller(
      StreamMapping mapping,
      AwsEndpoint aws,
      Invoker functions,
      Checkpoints checkpoints,
      InstantSource clock,
      Consumer<String> log) {
    this.mapping = mapping;
    this.aws = aws;
    this.functions = functions;
    this.checkpoints = checkpoints;
    this.clock = clock;
    this.log = line -> log.accept("stream of " + mapping.function() + ": " + line);
    this.stream = new TableStream(aws, mapping.streamArn());
    this.reading = new Reading(mapping.function(), mapping.streamArn());
    this.filter = new RecordFilter(mapping.filters());
  }

  /// @param clock tells the age of records
  /// @param log gets what goes wrong between stream and function
  public static StreamPoller start(
      StreamMapping mapping,
      AwsEndpoint aws,
      Invoker functions,
      Checkpoints checkpoints,
      InstantSource clock,
      Consumer<String> log) {
    StreamPoller poller = new StreamPoller(mapping, aws, functions, checkpoints, clock, log);
    Thread.ofVirtual().name("stream of " + mapping.function()).start(poller::poll);
    return poller;
  }

  /// Stops reading; a batch in work ends by itself.
  @Override
  public void close() {
    stop.call();
    news.release();
  }

  private void poll() {
    while (!stop.isCalled()) {
      Duration pause = BETWEEN_LOOKS;
      try {
        look();
      } catch (AwsFault | UncheckedIOException e) {
        trouble(e);
        pause = AFTER_TROUBLE;
      }
      waitForNews(pause);
    }
  }

  private void waitForNews(Duration pause) {
    try {
      if (news.tryAcquire(pause.toNanos(), TimeUnit.NANOSECONDS)) {
        news.drainPermits();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stop.call();
    }
  }

  /// Begins to follow each shard whose time has come.
  private void look() {
    List<Shard> shards = stream.shards();
    if (!checkpoints.know(reading)) {
      checkpoints.begin(reading, mapping.start() == Start.LATEST ? ends(shards) : Map.of());
    }
    known = shards.stream().map(Shard::id).collect(Collectors.toUnmodifiableSet());
    checkpoints
        .keepOnly(reading, known)
        .forEach((shard, readTo) -> {
          if (!(readTo instanceof Finished)) {
            log.accept(shard + " is gone; it was read to " + readTo);
          }
        });
    for (Shard shard : shards) {
      boolean isNext = shard.parent().filter(known::contains).stream().allMatch(this::isFinished);
      if (isNext && !isFinished(shard.id()) && followed.add(shard.id())) {
        Thread.ofVirtual()
            .name("stream of " + mapping.function() + ", " + shard.id())
            .start(() -> followToEnd(shard.id()));
      }
    }
  }

  private boolean isFinished(String shard) {
    return checkpoints.of(reading, shard) instanceof Finished;
  }

  // Kept before anything is read, so that a restart does not leave out what came meanwhile.
  private Map<String, Checkpoint> ends(List<Shard> shards) {
    Map<String, Checkpoint> ends = new HashMap<>();
    for (Shard shard : shards) {
      ends.put(shard.id(), shard.isClosed() ? new Finished() : end(shard.id()));
    }
    return ends;
  }

  private Checkpoint end(String shard) {
    ShardReader reader = new ShardReader(stream, shard, new Beginning(), log);
    while (!reader.read(PAGE).isEmpty()) {
      // Not for this function.
    }
    return reader.position();
  }

  private void followToEnd(String shard) {
    try {
      while (!stop.isCalled() && !isFinished(shard) && known.contains(shard)) {
        follow(shard);
      }
    } finally {
      followed.remove(shard);
      news.release();
    }
  }

  // Whatever goes wrong, it begins again at the checkpoint.
  private void follow(String shard) {
    try {
      readAndDeliver(shard);
    } catch (AwsFault | UncheckedIOException e) {
      trouble(e);
      stop.comesWithin(AFTER_TROUBLE);
    }
  }

  private void readAndDeliver(String shard) {
    ShardReader reader = new ShardReader(stream, shard, checkpoints.of(reading, shard), log);
    Batches batches = new Batches(reader, mapping, filter, stop);
    Delivery delivery =
        new Delivery(
            mapping, shard, aws, functions, clock, done -> progress(shard, done), log, stop);
    Duration pause = SHORTEST_PAUSE;
    while (!stop.isCalled()) {
      Batch batch = batches.next();
      if (!delivery.deliver(batch.records())) {
        return;
      }
      batch.readTo().ifPresent(readTo -> progress(shard, readTo));
      if (batches.areOver()) {
        checkpoints.put(reading, shard, new Finished());
        return;
      }
      if (batch.readTo().isPresent()) {
        pause = SHORTEST_PAUSE;
      } else {
        stop.comesWithin(pause);
        pause = longer(pause);
      }
    }
  }

  private static Duration longer(Duration pause) {
    Duration longer = pause.multipliedBy(3).dividedBy(2);
    return longer.compareTo(LONGEST_PAUSE) < 0 ? longer : LONGEST_PAUSE;
  }

  private void progress(String shard, String sequenceNumber) {
    Checkpoint reached = new After(sequenceNumber);
    if (!reached.equals(checkpoints.of(reading, shard))) {
      checkpoints.put(reading, shard, reached);
    }
  }

  private void trouble(RuntimeException e) {
    if (!stop.isCalled()) {
      log.accept(String.valueOf(e.getMessage()));
    }
  }
}
