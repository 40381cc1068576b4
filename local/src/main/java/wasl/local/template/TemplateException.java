package wasl.local.template;

import java.util.List;

/// Says everything that is wrong with a template or its parameters, at once.
public final class TemplateException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final List<String> faults;

  TemplateException(List<String> faults) {
    super(String.join("\n", faults));
    this.faults = List.copyOf(faults);
  }

  /// One sentence per fault, each beginning with its place.
  public List<String> faults() {
    return faults;
  }
}
