package wasl.connection;

import wasl.id.Ids;

/// Names a connection.
public record ConnectionId(String value) {
  public static final String PREFIX = "con_";

  public ConnectionId {
    Ids.check(PREFIX, value);
  }

  @Override
  public String toString() {
    return value;
  }
}
