package wasl.manifest;

import java.util.Comparator;

/// One thing wrong in a manifest or in a configuration, and where.
///
/// @param pointer a JSON Pointer (RFC 6901); empty for the whole
/// @param detail what is wrong, for a person
public record Fault(String pointer, String detail) {
  static final Comparator<Fault> ORDER =
      Comparator.comparing(Fault::pointer).thenComparing(Fault::detail);

  /// The place as a person writes it: `webhook.signed[0]`; empty for the whole.
  public String place() {
    if (pointer.isEmpty()) {
      return "";
    }
    var place = new StringBuilder();
    for (var escaped : pointer.substring(1).split("/", -1)) {
      var step = escaped.replace("~1", "/").replace("~0", "~");
      if (!step.isEmpty() && step.chars().allMatch(c -> c >= '0' && c <= '9')) {
        place.append('[').append(step).append(']');
      } else {
        place.append(place.isEmpty() ? "" : ".").append(step);
      }
    }
    return place.toString();
  }

  /// `webhook.scheme: unknown "hmca"; did you mean "hmac"?`
  @Override
  public String toString() {
    return pointer.isEmpty() ? detail : place() + ": " + detail;
  }
}
