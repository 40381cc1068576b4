package wasl.local.aws;

import java.util.Map;

/// A queue that the bundle declares, so that it is there, empty or not, whenever the stack is up.
///
/// @param attributes as SQS names them, values as text; `RedrivePolicy` is JSON with
///   `deadLetterTargetArn` and `maxReceiveCount`
public record DeclaredQueue(String name, Map<String, String> attributes) {
  public DeclaredQueue {
    attributes = Map.copyOf(attributes);
  }
}
