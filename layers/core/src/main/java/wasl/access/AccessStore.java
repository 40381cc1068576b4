package wasl.access;

import java.util.List;
import java.util.Optional;
import wasl.page.Page;
import wasl.page.PageRequest;

/// Keeps projects and API keys.
public interface AccessStore {
  /// The first project, and the key that opens everything.
  record Bootstrapped(ProjectId project, ApiKeyId key) {}

  /// Reads strongly consistent, never from a cache: what was revoked is gone at once.
  Optional<ApiKey> key(ApiKeyId id);

  /// The tenant's keys, newest first.
  Page<ApiKey> keys(Tenant tenant, PageRequest page);

  void create(ApiKey key);

  /// Saves a changed key; false if it changed or went since it was read.
  boolean save(ApiKey key);

  /// Deletes a key, should it be there still.
  void delete(ApiKeyId id);

  Optional<Project> project(ProjectId id);

  /// All projects, newest first.
  Page<Project> projects(PageRequest page);

  /// Writes a project and its keys, all or nothing.
  void create(Project project, List<ApiKey> keys);

  Optional<Bootstrapped> bootstrapped();

  /// Writes the first project and its key, all or nothing; false if somebody was first.
  boolean bootstrap(Project project, ApiKey key);

  /// Puts another bootstrap key into the place of the standing one, which is revoked by the same
  /// write; false if it is not the standing one any more.
  boolean replaceBootstrap(Bootstrapped standing, ApiKey key);
}
