package wasl.vault;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import wasl.access.ChangeMark;
import wasl.access.Tenant;

/// Keeps jobs on projects until they are done.
public interface ProjectJobStore {
  /// What became of the wish for a job.
  enum Begun {
    DONE,
    /// No such project, or none any more.
    NO_PROJECT,
    /// The key that opens everything belongs to it.
    HOLDS_BOOTSTRAP_KEY
  }

  /// Marks the project erased and stores the job, all or nothing: from then on there is no such
  /// project, and somebody comes by until nothing of it is left.
  ///
  /// @param actor whose audit trail says so; the project's own nobody can read any more
  Begun erase(ProjectJob job, Tenant actor, ChangeMark change);

  /// Stores a job on a project that is there. Storing it again changes nothing.
  Begun begin(ProjectJob job, Tenant actor, ChangeMark change);

  Optional<ProjectJob> find(String id);

  /// Those that are due by then, the earliest first; at most `limit`. The index follows the table a
  /// moment later, so some may not be due any more.
  List<ProjectJob> due(Instant by, int limit);

  /// Saves how far it came, if `was` still stands: of several that work on it one gets true.
  boolean save(ProjectJob was, ProjectJob now);

  /// There is nothing left to do.
  void end(ProjectJob job);
}
