package wasl.oauth;

import wasl.id.Ids;

/// Names a connect session. Whoever has it may connect an account of their own, once, while it
/// lasts.
public record ConnectSessionId(String value) {
  public static final String PREFIX = "ses_";

  public ConnectSessionId {
    Ids.check(PREFIX, value);
  }

  @Override
  public String toString() {
    return value;
  }
}
