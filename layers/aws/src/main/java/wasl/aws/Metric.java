package wasl.aws;

import java.util.Locale;

/// What Wasl counts. At most 15, each with the dimension `function` only, since CloudWatch bills
/// for every name and dimension.
public enum Metric {
  WEBHOOK_STORED,
  SIGNATURE_REFUSED,
  WEBHOOK_NOT_STORED,
  /// Answered 4xx, for whatever reason.
  REQUEST_REFUSED,
  REQUEST_FAILED,
  EVENT_ROUTED,
  EVENT_DEAD,
  DELIVERY_SUCCEEDED,
  DELIVERY_FAILED,
  DELIVERY_DEAD,
  EGRESS_REFUSED,
  TOKEN_REFRESHED,
  REFRESH_FAILED,
  MESSAGE_FAILED;

  /// The name in CloudWatch: `SignatureRefused`.
  public String cloudWatchName() {
    var out = new StringBuilder();
    for (var word : name().split("_", -1)) {
      out.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
    }
    return out.toString();
  }
}
