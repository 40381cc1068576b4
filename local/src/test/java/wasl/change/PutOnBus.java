package wasl.change;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import wasl.local.intercept.AwsAnswer;
import wasl.local.intercept.AwsCall;
import wasl.local.intercept.Interceptor;

/// Writes down what the bus took, in the order in which it did.
final class PutOnBus implements Interceptor {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<JsonNode> taken = new ArrayList<>();

  /// The envelopes, each as often as it was put.
  synchronized List<JsonNode> envelopes() {
    return List.copyOf(taken);
  }

  @Override
  public AwsAnswer answer(AwsCall call, Next next) throws IOException {
    if (!call.operation().equals("PutEvents")) {
      return next.pass(call);
    }
    synchronized (this) {
      var answer = next.pass(call);
      if (answer.status() == 200
          && JSON.readTree(answer.body()).path("FailedEntryCount").asInt(1) == 0) {
        for (var entry : JSON.readTree(call.body()).path("Entries")) {
          taken.add(JSON.readTree(entry.path("Detail").asText()));
        }
      }
      return answer;
    }
  }
}
