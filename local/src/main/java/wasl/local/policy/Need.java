package wasl.local.policy;

import java.util.List;

/// One permission that a call needs.
///
/// @param action such as `dynamodb:GetItem`
/// @param resource its ARN
/// @param sources of an event: what `events:source` stands for; empty for other calls
record Need(String action, String resource, List<String> sources) {
  Need {
    sources = List.copyOf(sources);
  }

  Need(String action, String resource) {
    this(action, resource, List.of());
  }
}
