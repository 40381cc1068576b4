package wasl.local.template;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;

/// Lets tests of other packages read a template as it was written.
public final class TemplateFile {
  private TemplateFile() {}

  /// Every intrinsic in its long form: `{"Fn::GetAtt": ["Key", "Arn"]}`.
  public static ObjectNode read(Path file) {
    return TemplateReader.read(file).root();
  }
}
