package wasl.aws;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import wasl.access.AccessStore;
import wasl.access.ApiKey;
import wasl.access.ApiKeyId;
import wasl.access.Project;
import wasl.access.ProjectId;
import wasl.access.Tenant;
import wasl.aws.DynamoTable.Write;
import wasl.aws.DynamoTable.Written;
import wasl.page.Page;
import wasl.page.PageRequest;

/// Keeps projects and API keys in the table `Connections`.
public final class DynamoAccessStore implements AccessStore {
  private final DynamoTable table;

  public DynamoAccessStore(DynamoTable connections) {
    this.table = connections;
  }

  @Override
  public Optional<ApiKey> key(ApiKeyId id) {
    return table.get(ItemKeys.apiKey(id.value())).map(AccessItems::key);
  }

  @Override
  public Page<ApiKey> keys(Tenant tenant, PageRequest page) {
    return table.page(ItemKeys.list(tenant, AccessItems.KEY_KIND), page).map(AccessItems::key);
  }

  @Override
  public void create(ApiKey key) {
    if (table.put(Write.Put.ifAbsent(AccessItems.key(key))) instanceof Written.Refused) {
      throw new IllegalStateException("an API key's id was made twice");
    }
  }

  @Override
  public boolean save(ApiKey key) {
    // Settles rotations that race: the second would throw the first one's text away.
    var put =
        new Write.Put(
            AccessItems.key(key),
            "#" + AccessItems.VERSION + " = :was",
            Map.of("was", key.version() - 1));
    return table.put(put) instanceof Written.Done;
  }

  @Override
  public void delete(ApiKeyId id) {
    table.delete(new Write.Delete(ItemKeys.apiKey(id.value())));
  }

  @Override
  public Optional<Project> project(ProjectId id) {
    return table.get(ItemKeys.project(id)).map(AccessItems::project);
  }

  @Override
  public Page<Project> projects(PageRequest page) {
    return table.page(ItemKeys.projectList(), page).map(AccessItems::project);
  }

  @Override
  public void create(Project project, List<ApiKey> keys) {
    var writes = new ArrayList<Write>();
    writes.add(Write.Put.ifAbsent(AccessItems.project(project)));
    keys.forEach(key -> writes.add(Write.Put.ifAbsent(AccessItems.key(key))));
    if (table.transact(writes).contains(false)) {
      throw new IllegalStateException("an id was made twice");
    }
  }

  @Override
  public Optional<Bootstrapped> bootstrapped() {
    return table.get(ItemKeys.bootstrap()).map(AccessItems::bootstrap);
  }

  @Override
  public boolean bootstrap(Project project, ApiKey key) {
    // The condition on the first item settles who was first.
    return !table
        .transact(
            List.of(
                Write.Put.ifAbsent(AccessItems.bootstrap(key)),
                Write.Put.ifAbsent(AccessItems.project(project)),
                Write.Put.ifAbsent(AccessItems.key(key))))
        .contains(false);
  }

  @Override
  public boolean replaceBootstrap(Bootstrapped standing, ApiKey key) {
    // The condition settles two replacements that race: one of the new keys would stay, unknown.
    return !table
        .transact(
            List.of(
                new Write.Put(
                    AccessItems.bootstrap(key),
                    "#" + AccessItems.BOOTSTRAP_KEY + " = :was",
                    Map.of("was", standing.key().value())),
                new Write.Delete(ItemKeys.apiKey(standing.key().value())),
                Write.Put.ifAbsent(AccessItems.key(key))))
        .contains(false);
  }
}
