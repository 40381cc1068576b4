package wasl.function.oauthcallback;

import wasl.web.Headers;

/// The languages of the pages.
enum Language {
  ENGLISH("en", "ltr"),
  ARABIC("ar", "rtl");

  private final String tag;
  private final String direction;

  Language(String tag, String direction) {
    this.tag = tag;
    this.direction = direction;
  }

  String tag() {
    return tag;
  }

  String direction() {
    return direction;
  }

  /// The one that a browser prefers (RFC 9110, section 12.5.4); English where it wants neither.
  static Language preferred(Headers headers) {
    var wanted = headers.get("accept-language").orElse("");
    return ARABIC.weightIn(wanted) > ENGLISH.weightIn(wanted) ? ARABIC : ENGLISH;
  }

  /// In thousandths, and a little more for who stands first; 0 where it is not wanted.
  private int weightIn(String acceptLanguage) {
    var ranges = acceptLanguage.split(",", 20);
    int most = 0;
    for (int at = 0; at < ranges.length; at++) {
      var parts = ranges[at].split(";", 2);
      var range = parts[0].strip().toLowerCase(java.util.Locale.ROOT);
      if (range.equals(tag) || range.startsWith(tag + "-")) {
        int weight = parts.length == 1 ? 1000 : thousandths(parts[1].strip());
        most = Math.max(most, weight == 0 ? 0 : weight * ranges.length + ranges.length - at);
      }
    }
    return most;
  }

  // `q=0.8`; what is malformed weighs nothing.
  private static int thousandths(String quality) {
    var digits = quality.startsWith("q=") ? quality.substring(2).strip() : "";
    if (digits.startsWith("1")) {
      return 1000;
    }
    int thousandths = 0;
    for (int at = 2, unit = 100; at < digits.length() && unit > 0; at++, unit /= 10) {
      int digit = digits.charAt(at) - '0';
      if (digit < 0 || digit > 9) {
        return 0;
      }
      thousandths += digit * unit;
    }
    return thousandths;
  }
}
