package wasl.aws;

import wasl.access.Environment;
import wasl.access.ProjectId;
import wasl.access.Tenant;

/// The two attributes in which an item says whose it is: what is found by a token or an index has
/// no key that its reader made of a tenant.
public final class TenantAttributes {
  public static final String PROJECT = "project";
  public static final String ENVIRONMENT = "environment";

  private TenantAttributes() {}

  public static void write(Item.Builder item, Tenant tenant) {
    item.text(PROJECT, tenant.project().value()).text(ENVIRONMENT, tenant.environment().wireName());
  }

  public static Tenant read(Item item) {
    return new Tenant(
        new ProjectId(item.text(PROJECT)),
        Environment.of(item.text(ENVIRONMENT)).orElseThrow(() -> Forms.wrong(item, ENVIRONMENT)));
  }
}
