package wasl.aws;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import wasl.access.AccessStore;
import wasl.access.ApiKey;
import wasl.access.ApiKeyId;
import wasl.access.ChangeMark;
import wasl.access.Project;
import wasl.access.ProjectId;
import wasl.access.Tenant;
import wasl.aws.DynamoTable.Write;
import wasl.aws.DynamoTable.Written;
import wasl.id.IdTaken;
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
  public void create(ApiKey key, ChangeMark change) {
    if (table.put(created(new Marked<>(key, change))) instanceof Written.Refused) {
      throw new IdTaken("an API key");
    }
  }

  @Override
  public boolean save(ApiKey key, ChangeMark change) {
    // Settles rotations that race: the second would throw the first one's text away.
    var put =
        new Write.Put(
            ChangeMarks.marked(AccessItems.key(key), change),
            "#" + AccessItems.VERSION + " = :was",
            Map.of("was", key.version() - 1));
    return table.put(put) instanceof Written.Done;
  }

  @Override
  public boolean delete(ApiKey key, ChangeMark change) {
    return table.put(deleted(key.tenant(), key.id(), change)) instanceof Written.Done;
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
  public void create(Marked<Project> project, Tenant by, List<Marked<ApiKey>> keys) {
    var writes = new ArrayList<Write>();
    writes.add(created(project, by));
    keys.forEach(key -> writes.add(created(key)));
    if (table.transact(writes).contains(false)) {
      throw new IdTaken("a project or one of its keys");
    }
  }

  @Override
  public Optional<Bootstrapped> bootstrapped() {
    return table.get(ItemKeys.bootstrap()).map(AccessItems::bootstrap);
  }

  @Override
  public boolean bootstrap(Marked<Project> project, Marked<ApiKey> key) {
    // The condition on the first item settles who was first.
    return !table
        .transact(
            List.of(
                Write.Put.ifAbsent(AccessItems.bootstrap(key.record())),
                created(project, key.record().tenant()),
                created(key)))
        .contains(false);
  }

  @Override
  public boolean replaceBootstrap(Bootstrapped standing, ChangeMark revoked, Marked<ApiKey> key) {
    var writes = new ArrayList<Write>();
    // The condition settles two replacements that race: one of the new keys would stay, unknown.
    writes.add(
        new Write.Put(
            AccessItems.bootstrap(key.record()),
            "#" + AccessItems.BOOTSTRAP_KEY + " = :was",
            Map.of("was", standing.key().value())));
    writes.add(created(key));
    // It may have been revoked before, by itself even, and is not revoked a second time.
    key(standing.key()).ifPresent(old -> writes.add(deleted(old.tenant(), old.id(), revoked)));
    return !table.transact(writes).contains(false);
  }

  private static Write.Put created(Marked<ApiKey> key) {
    return Write.Put.ofDrawnId(ChangeMarks.marked(AccessItems.key(key.record()), key.change()));
  }

  private static Write.Put created(Marked<Project> project, Tenant by) {
    return Write.Put.ofDrawnId(
        ChangeMarks.marked(AccessItems.project(project.record()), project.change(), by));
  }

  // Whatever was changed of it meanwhile: who takes a key back must not be told to try again.
  private static Write.Put deleted(Tenant tenant, ApiKeyId id, ChangeMark change) {
    return Write.Put.ifPresent(
        ChangeMarks.tombstone(ItemKeys.apiKey(id.value()), tenant, id.value(), change));
  }
}
