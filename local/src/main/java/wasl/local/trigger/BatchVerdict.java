package wasl.local.trigger;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import wasl.local.host.InvocationResult;
import wasl.local.host.InvocationResult.Answered;

/// Reads out of an invocation's result which messages of a batch are done.
///
/// Whatever cannot be understood counts as the failure of the whole batch: a message that was
/// delivered twice does less harm than one that was deleted unread.
final class BatchVerdict {
  private static final ObjectMapper JSON = new ObjectMapper();

  private BatchVerdict() {}

  /// @param ids of all messages of the batch
  /// @return the ids of those that may be deleted
  static Set<String> done(Set<String> ids, boolean partialFailures, InvocationResult result) {
    if (!(result instanceof Answered(byte[] payload))) {
      return Set.of();
    }
    return partialFailures ? without(ids, payload) : ids;
  }

  private static Set<String> without(Set<String> ids, byte[] payload) {
    JsonNode answer;
    try {
      answer = JSON.readTree(payload);
    } catch (IOException e) {
      return Set.of();
    }
    // Lambda takes no answer, null and {} for success.
    if (answer.isMissingNode() || answer.isNull() || (answer.isObject() && answer.isEmpty())) {
      return ids;
    }
    JsonNode failures = answer.path("batchItemFailures");
    if (failures.isNull()) {
      return ids;
    }
    if (!failures.isArray()) {
      return Set.of();
    }
    Set<String> done = new HashSet<>(ids);
    for (JsonNode failure : failures) {
      JsonNode id = failure.path("itemIdentifier");
      if (!id.isTextual() || !ids.contains(id.textValue())) {
        return Set.of();
      }
      done.remove(id.textValue());
    }
    return done;
  }
}
