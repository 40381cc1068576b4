package wasl.access;

import wasl.id.Ids;

/// Names a project, the tenant.
public record ProjectId(String value) {
  public static final String PREFIX = "prj_";

  public ProjectId {
    Ids.check(PREFIX, value);
  }

  @Override
  public String toString() {
    return value;
  }
}
