package wasl.manifest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Writes the JSON Schema that editors check manifests by.
public final class ManifestSchema {
  private ManifestSchema() {}

  /// `<file>`; a test says when it has to be written anew.
  public static void main(String[] args) throws IOException {
    Files.writeString(Path.of(args[0]), json());
  }

  static String json() {
    return ManifestShape.schema().toJson();
  }
}
