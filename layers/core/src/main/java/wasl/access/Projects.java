package wasl.access;

import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import wasl.access.AccessStore.Marked;
import wasl.id.Ids;
import wasl.page.Page;
import wasl.page.PageRequest;

/// Makes projects, the first one included, which nobody has a key to ask for.
public final class Projects {
  public static final String CREATED = "project.created";

  private final AccessStore store;
  private final ApiKeys keys;
  private final InstantSource clock;
  private final RandomGenerator random;

  public Projects(AccessStore store, ApiKeys keys, InstantSource clock, RandomGenerator random) {
    this.store = store;
    this.keys = keys;
    this.clock = clock;
    this.random = random;
  }

  /// A new project with an administrator's key for each environment.
  public record Created(Project project, Map<Environment, ApiKeys.Issued> keys) {
    public Created {
      keys = Map.copyOf(keys);
    }
  }

  /// What became of a bootstrap.
  public sealed interface Bootstrap {
    /// The key has every scope and belongs to the first project's `dev` environment.
    record Done(ProjectId project, ApiKeyText key) implements Bootstrap {}

    /// There is one; a replacement was not asked for.
    record AlreadyDone(ProjectId project, ApiKeyId key) implements Bootstrap {}
  }

  /// @param by the caller's tenant, whose audit trail tells of it
  public Created create(String name, Tenant by, Cause cause) {
    var project = project(name);
    var issued = new EnumMap<Environment, ApiKeys.Issued>(Environment.class);
    for (var environment : Environment.values()) {
      issued.put(
          environment,
          keys.issue(new Tenant(project.id(), environment), ApiKeys.Wish.of(Role.ADMIN)));
    }
    var made = madeBefore(project);
    if (made.isPresent()) {
      return new Created(made.get(), issued);
    }
    store.create(
        created(project, cause),
        by,
        issued.values().stream().map(each -> created(each.key(), cause)).toList());
    return new Created(project, issued);
  }

  /// The project, if the caller may see it: his own, or any with `projects:write`.
  public Optional<Project> find(Caller caller, ProjectId id) {
    return caller.may(Scope.PROJECTS_WRITE) || caller.tenant().project().equals(id)
        ? store.project(id)
        : Optional.empty();
  }

  /// The projects that the caller may see.
  public Page<Project> list(Caller caller, PageRequest page) {
    return caller.may(Scope.PROJECTS_WRITE)
        ? store.projects(page)
        : new Page<>(store.project(caller.tenant().project()).stream().toList(), Optional.empty());
  }

  /// Makes the first project and the key that opens everything; once, whoever races.
  ///
  /// @param replace whether a standing bootstrap key is to be revoked for a new one; its project
  ///   stays
  public Bootstrap bootstrap(String name, boolean replace, Cause cause) {
    var standing = store.bootstrapped();
    if (standing.isEmpty()) {
      var project = project(name);
      var issued = issueBootstrap(project.id());
      if (store.bootstrap(created(project, cause), created(issued.key(), cause))) {
        return new Bootstrap.Done(project.id(), issued.text());
      }
      standing = store.bootstrapped();
    }
    var there = standing.orElseThrow();
    if (replace) {
      var issued = issueBootstrap(there.project());
      var revoked = mark(ApiKeys.REVOKED, cause);
      if (store.replaceBootstrap(there, revoked, created(issued.key(), cause))) {
        return new Bootstrap.Done(there.project(), issued.text());
      }
    }
    return new Bootstrap.AlreadyDone(there.project(), there.key());
  }

  // Stored all or nothing: with the project are the keys, whose texts are those issued now.
  private Optional<Project> madeBefore(Project project) {
    return Ids.mayBeTaken(random) ? store.project(project.id()) : Optional.empty();
  }

  private ApiKeys.Issued issueBootstrap(ProjectId project) {
    return keys.issue(
        new Tenant(project, Environment.DEV),
        new ApiKeys.Wish(
            "bootstrap", Optional.empty(), EnumSet.allOf(Scope.class), Optional.empty()));
  }

  private Marked<Project> created(Project project, Cause cause) {
    return new Marked<>(project, mark(CREATED, cause));
  }

  private Marked<ApiKey> created(ApiKey key, Cause cause) {
    return new Marked<>(key, mark(ApiKeys.CREATED, cause));
  }

  private ChangeMark mark(String kind, Cause cause) {
    return ChangeMark.next(kind, clock.instant(), cause, random);
  }

  private Project project(String name) {
    Instant now = clock.instant();
    return new Project(new ProjectId(Ids.next(ProjectId.PREFIX, now, random)), name, now);
  }
}
