package wasl.local.aws;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.w3c.dom.Element;

/// When a bucket's objects expire.
///
/// @param document as it was put, to be given back
record S3Lifecycle(String document, List<Expiration> expirations) {
  /// Objects under a prefix that end with the first midnight (UTC) after so many days.
  record Expiration(String prefix, int days) {}

  static S3Lifecycle parse(byte[] document) {
    List<Expiration> expirations = new ArrayList<>();
    for (Element rule : Xml.children(Xml.parse(document), "Rule")) {
      if (!Xml.text(rule, "Status").equals("Enabled")) {
        continue;
      }
      for (Element expiration : Xml.children(rule, "Expiration")) {
        String days = Xml.text(expiration, "Days");
        if (days.matches("[1-9][0-9]{0,5}")) {
          expirations.add(new Expiration(prefixOf(rule), Integer.parseInt(days)));
        }
      }
    }
    return new S3Lifecycle(new String(document, StandardCharsets.UTF_8), List.copyOf(expirations));
  }

  boolean isExpired(S3Object object, Instant now) {
    return expirations.stream()
        .filter(expiration -> object.key().startsWith(expiration.prefix()))
        .anyMatch(expiration -> !now.isBefore(endOf(object, expiration)));
  }

  private static Instant endOf(S3Object object, Expiration expiration) {
    Instant end = object.lastModified().plus(Duration.ofDays(expiration.days()));
    Instant midnight = end.truncatedTo(ChronoUnit.DAYS);
    return midnight.equals(end) ? end : midnight.plus(Duration.ofDays(1));
  }

  /// The prefix stands in the filter, in the filter's `And`, or, as of old, in the rule.
  private static String prefixOf(Element rule) {
    for (Element filter : Xml.children(rule, "Filter")) {
      for (Element and : Xml.children(filter, "And")) {
        return Xml.text(and, "Prefix");
      }
      return Xml.text(filter, "Prefix");
    }
    return Xml.text(rule, "Prefix");
  }
}
