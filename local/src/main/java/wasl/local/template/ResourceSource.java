package wasl.local.template;

import com.fasterxml.jackson.databind.JsonNode;
import wasl.local.template.Resources.Made;

/// Where the resources of a deployment come from: made for it, or those of a stack that exists.
interface ResourceSource {
  /// The name of the stack.
  String stack();

  /// The number of the account that the resources are in.
  String account();

  /// One resource, which exists when this returns.
  ///
  /// @param properties those that are understood locally, every intrinsic replaced
  Made make(ResourceType type, String id, JsonNode properties);
}
