package wasl.access;

import java.time.Instant;
import wasl.id.Ids;

/// Names a project, the tenant.
public record ProjectId(String value) {
  public static final String PREFIX = "prj_";

  public ProjectId {
    Ids.check(PREFIX, value);
  }

  /// When the project was made.
  public Instant madeAt() {
    return Ids.madeAt(PREFIX, value);
  }

  @Override
  public String toString() {
    return value;
  }
}
