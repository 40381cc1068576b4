package wasl.access;

import java.util.List;
import java.util.Optional;
import wasl.page.Page;
import wasl.page.PageRequest;

/// Keeps projects and API keys.
public interface AccessStore {
  /// The first project, and the key that opens everything.
  record Bootstrapped(ProjectId project, ApiKeyId key) {}

  /// A record as it is to be, and what the write does to it.
  record Marked<T>(T record, ChangeMark change) {}

  /// Reads strongly consistent, never from a cache: what was revoked is gone at once.
  Optional<ApiKey> key(ApiKeyId id);

  /// The tenant's keys, newest first.
  Page<ApiKey> keys(Tenant tenant, PageRequest page);

  void create(ApiKey key, ChangeMark change);

  /// Saves a changed key; false if it changed or went since it was read.
  boolean save(ApiKey key, ChangeMark change);

  /// Deletes a key, whatever changed of it since it was read; false where it is there no more.
  boolean delete(ApiKey key, ChangeMark change);

  Optional<Project> project(ProjectId id);

  /// All projects, newest first.
  Page<Project> projects(PageRequest page);

  /// Writes a project and its keys, all or nothing.
  ///
  /// @param by whose audit trail tells of the project, which belongs to no tenant itself
  void create(Marked<Project> project, Tenant by, List<Marked<ApiKey>> keys);

  Optional<Bootstrapped> bootstrapped();

  /// Writes the first project and its key, all or nothing; false if somebody was first. The key's
  /// tenant is the one whose audit trail tells of the project.
  boolean bootstrap(Marked<Project> project, Marked<ApiKey> key);

  /// Puts another bootstrap key into the place of the standing one, which is revoked by the same
  /// write; false if it is not the standing one any more.
  ///
  /// @param revoked marks what is left of the standing one
  boolean replaceBootstrap(Bootstrapped standing, ChangeMark revoked, Marked<ApiKey> key);
}
