package wasl.local.ledger;

/// Names resources as the template does.
final class Names {
  private static final String STACK = "wasl-";

  private Names() {}

  /// @param physical a name, or a URL or ARN that ends in one
  static String of(String physical) {
    var name =
        physical.substring(Math.max(physical.lastIndexOf('/'), physical.lastIndexOf(':')) + 1);
    return name.startsWith(STACK) ? name.substring(STACK.length()) : name;
  }
}
