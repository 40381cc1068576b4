package wasl.local.trigger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import wasl.local.trigger.Checkpoint.After;
import wasl.local.trigger.Checkpoint.Beginning;
import wasl.local.trigger.Checkpoint.Finished;

/// Keeps how far each function has read each shard of its stream.
///
/// Every change is kept before it is visible; after {@link #close} there are none.
public final class Checkpoints implements AutoCloseable {
  private static final int VERSION = 1;
  private static final ObjectMapper JSON = new ObjectMapper();

  /// Who reads, and what.
  record Reading(String function, String streamArn) {}

  private final Consumer<String> keep;
  private final ReentrantLock writing = new ReentrantLock();
  private volatile Map<Reading, Map<String, Checkpoint>> content;
  private boolean closed;

  private Checkpoints(Map<Reading, Map<String, Checkpoint>> content, Consumer<String> keep) {
    this.content = content;
    this.keep = keep;
  }

  /// @param kept what was last given to `keep`; empty the first time
  /// @param keep stores a text in the place of the one before, whole or not at all; it may throw
  /// @throws UncheckedIOException if what was kept cannot be read
  /// @throws IllegalArgumentException if another version of this class kept it
  public static Checkpoints open(Optional<String> kept, Consumer<String> keep) {
    return new Checkpoints(kept.map(Checkpoints::parsed).orElse(Map.of()), keep);
  }

  /// Waits for a change that is being kept.
  @Override
  public void close() {
    writing.lock();
    try {
      closed = true;
    } finally {
      writing.unlock();
    }
  }

  /// Whether a stream was begun before.
  boolean know(Reading reading) {
    return content.containsKey(reading);
  }

  Checkpoint of(Reading reading, String shard) {
    return content.getOrDefault(reading, Map.of()).getOrDefault(shard, new Beginning());
  }

  /// Says how far the shards of a stream that was not begun before count as read.
  void begin(Reading reading, Map<String, Checkpoint> shards) {
    change(reading, before -> before.putAll(shards));
  }

  void put(Reading reading, String shard, Checkpoint checkpoint) {
    change(reading, before -> before.put(shard, checkpoint));
  }

  /// Forgets the shards that the stream holds no longer, and says how far they were read.
  Map<String, Checkpoint> keepOnly(Reading reading, Set<String> shards) {
    Map<String, Checkpoint> gone = new TreeMap<>(content.getOrDefault(reading, Map.of()));
    gone.keySet().removeAll(shards);
    if (!gone.isEmpty()) {
      change(reading, before -> before.keySet().retainAll(shards));
    }
    return gone;
  }

  private void change(Reading reading, Consumer<Map<String, Checkpoint>> change) {
    writing.lock();
    try {
      if (closed) {
        return;
      }
      Map<String, Checkpoint> shards = new TreeMap<>(content.getOrDefault(reading, Map.of()));
      change.accept(shards);
      Map<Reading, Map<String, Checkpoint>> next = new HashMap<>(content);
      next.put(reading, Map.copyOf(shards));
      keep.accept(text(next));
      content = Map.copyOf(next);
    } finally {
      writing.unlock();
    }
  }

  private static String text(Map<Reading, Map<String, Checkpoint>> content) {
    ObjectNode root = JSON.createObjectNode().put("version", VERSION);
    ObjectNode functions = root.putObject("functions");
    content.forEach((reading, shards) -> {
      ObjectNode stream =
          functions.withObjectProperty(reading.function()).putObject(reading.streamArn());
      new TreeMap<>(shards).forEach((shard, checkpoint) -> stream.set(shard, json(checkpoint)));
    });
    return root.toPrettyString();
  }

  private static ObjectNode json(Checkpoint checkpoint) {
    ObjectNode json = JSON.createObjectNode();
    return switch (checkpoint) {
      case Beginning() -> json.put("read", "nothing");
      case After(String sequenceNumber) -> json.put("after", sequenceNumber);
      case Finished() -> json.put("read", "all");
    };
  }

  private static Map<Reading, Map<String, Checkpoint>> parsed(String kept) {
    JsonNode root;
    try {
      root = JSON.readTree(kept);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("the checkpoints of streams cannot be read", e);
    }
    if (root.path("version").asInt() != VERSION) {
      throw new IllegalArgumentException(
          "checkpoints of streams of the unknown version " + root.path("version"));
    }
    Map<Reading, Map<String, Checkpoint>> content = new HashMap<>();
    for (Map.Entry<String, JsonNode> function : root.path("functions").properties()) {
      for (Map.Entry<String, JsonNode> stream : function.getValue().properties()) {
        Map<String, Checkpoint> shards = new HashMap<>();
        stream
            .getValue()
            .properties()
            .forEach(shard -> shards.put(shard.getKey(), checkpoint(shard.getValue())));
        content.put(new Reading(function.getKey(), stream.getKey()), Map.copyOf(shards));
      }
    }
    return Map.copyOf(content);
  }

  private static Checkpoint checkpoint(JsonNode json) {
    @Nullable String after = json.path("after").textValue();
    if (after != null) {
      return new After(after);
    }
    return json.path("read").asText().equals("all") ? new Finished() : new Beginning();
  }
}
