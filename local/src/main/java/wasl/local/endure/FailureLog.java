package wasl.local.endure;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/// Reads out of the functions' log why messages failed, as whoever is on call would by CloudWatch
/// Logs Insights.
public final class FailureLog implements Consumer<String> {
  private static final String MARK = "\"message failed\"";
  private static final JsonMapper JSON = new JsonMapper();

  private final Consumer<String> next;
  private final Map<String, List<String>> reasons = new ConcurrentHashMap<>();

  /// @param next gets every line too
  public FailureLog(Consumer<String> next) {
    this.next = next;
  }

  @Override
  public void accept(String line) {
    next.accept(line);
    if (!line.startsWith("{") || !line.contains(MARK)) {
      return;
    }
    try {
      JsonNode json = JSON.readTree(line);
      reasons
          .computeIfAbsent(json.path("messageId").asText(), id -> new CopyOnWriteArrayList<>())
          .add(json.path("why").asText());
    } catch (JsonProcessingException e) {
      // A line that was cut by a kill.
      next.accept("cannot read: " + e.getOriginalMessage());
    }
  }

  /// Why a message failed, once for each time; empty where no function said so.
  List<String> reasons(String messageId) {
    return List.copyOf(reasons.getOrDefault(messageId, List.of()));
  }
}
