package wasl.local.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import wasl.manifest.Catalog;

/// A class path that holds nothing but compiled manifests.
final class ManifestsInMemory extends ClassLoader {
  private static final String ROOT = "wasl/provider/";

  private final Map<String, JsonNode> manifests;

  private ManifestsInMemory(Map<String, JsonNode> manifests) {
    super(null);
    this.manifests = manifests;
  }

  /// @param manifests by provider id
  static Catalog catalog(Map<String, JsonNode> manifests) {
    return new Catalog(new ManifestsInMemory(manifests));
  }

  @Override
  public @Nullable InputStream getResourceAsStream(String name) {
    if (name.equals(ROOT + "index.json")) {
      return stream(new JsonMapper().valueToTree(manifests.keySet()));
    }
    for (var manifest : manifests.entrySet()) {
      if (name.equals(ROOT + manifest.getKey() + "/manifest.json")) {
        return stream(manifest.getValue());
      }
    }
    return null;
  }

  private static InputStream stream(JsonNode json) {
    return new ByteArrayInputStream(json.toString().getBytes(UTF_8));
  }
}
