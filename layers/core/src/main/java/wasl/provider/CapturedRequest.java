package wasl.provider;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import wasl.web.Headers;
import wasl.web.HttpRequest;

/// Reads a request that was written to a file: `{"method", "url", "headers": {…}, "bodyBase64"}`.
final class CapturedRequest {
  private static final Set<String> KEYS = Set.of("method", "url", "headers", "bodyBase64");

  private CapturedRequest() {}

  /// @throws IllegalArgumentException naming everything that is wrong
  static HttpRequest parse(byte[] json) {
    JsonNode root;
    try {
      // A doubled key is not a doubled header, but a file of which nobody knows what was meant.
      root =
          JsonMapper.builder()
              .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
              .build()
              .readTree(json);
    } catch (JacksonException malformed) {
      throw new IllegalArgumentException("no JSON: " + malformed.getOriginalMessage(), malformed);
    } catch (IOException e) {
      throw new AssertionError("bytes in memory can be read", e);
    }
    var faults = faults(root);
    if (!faults.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", faults));
    }
    var headers = new LinkedHashMap<String, String>();
    root.path("headers").properties().forEach(h -> headers.put(h.getKey(), h.getValue().asText()));
    return new HttpRequest(
        root.path("method").asText(),
        root.path("url").asText(),
        new Headers(headers),
        Base64.getDecoder().decode(root.path("bodyBase64").asText()));
  }

  private static List<String> faults(JsonNode root) {
    var faults = new ArrayList<String>();
    if (!root.isObject()) {
      return List.of("no object");
    }
    root.fieldNames()
        .forEachRemaining(key -> {
          if (!KEYS.contains(key)) {
            faults.add("unknown " + key);
          }
        });
    for (var key : List.of("method", "url", "bodyBase64")) {
      if (!root.path(key).isTextual()) {
        faults.add(key + " must be text");
      }
    }
    if (!root.path("headers").isObject()) {
      faults.add("headers must be an object");
    }
    root.path("headers")
        .properties()
        .forEach(header -> {
          if (!header.getValue().isTextual()) {
            faults.add("headers." + header.getKey() + " must be text");
          }
        });
    try {
      Base64.getDecoder().decode(root.path("bodyBase64").asText());
    } catch (IllegalArgumentException malformed) {
      faults.add("bodyBase64 is no Base64");
    }
    return faults;
  }
}
