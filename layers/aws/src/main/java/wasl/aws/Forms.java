package wasl.aws;

/// Refuses items of a form that this code does not read.
public final class Forms {
  private Forms() {}

  /// Throws unless the item's form is `newest` or the one before.
  public static void demand(Item item, int newest) {
    long form = item.number(ItemKeys.FORM);
    if (form > newest || form < Math.max(1, newest - 1)) {
      throw new IllegalStateException(
          "an item has form " + form + ", this code reads up to " + newest);
    }
  }

  /// The item's attribute has a value that no writer gives it.
  public static IllegalStateException wrong(Item item, String attribute) {
    return new IllegalStateException(
        "item of form " + item.number(ItemKeys.FORM) + ": wrong value in \"" + attribute + "\"");
  }
}
