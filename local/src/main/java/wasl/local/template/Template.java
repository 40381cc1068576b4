package wasl.local.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Map;

/// A template as it was written, with every intrinsic in its long form.
///
/// @param lines the line of each node, by its path such as `Resources.Inbound.Type`
record Template(Path file, ObjectNode root, Map<String, Integer> lines) {

  JsonNode section(String name) {
    return root.path(name);
  }

  /// Where a path stands, for people: file, line and path.
  String place(String path) {
    for (String known = path; !known.isEmpty(); known = parent(known)) {
      Integer line = lines.get(known);
      if (line != null) {
        return file.getFileName() + ":" + line + ": " + path;
      }
    }
    return file.getFileName() + ": " + path;
  }

  private static String parent(String path) {
    int dot = path.lastIndexOf('.');
    return dot < 0 ? "" : path.substring(0, dot);
  }
}
