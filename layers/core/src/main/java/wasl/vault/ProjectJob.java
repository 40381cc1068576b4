package wasl.vault;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import wasl.access.ProjectId;
import wasl.id.Ids;

/// Work on every record of a project, which takes longer than a request may.
///
/// @param id `job_…`
/// @param since when it was asked for, or, once it has begun, when that was
/// @param begun whether the project's data keys are replaced, or erased
/// @param pass the way through the records that is under way
/// @param dueAt when somebody works on it next; while somebody does, when another may
public record ProjectJob(
    String id,
    Kind kind,
    ProjectId project,
    Instant since,
    boolean begun,
    Pass pass,
    Instant dueAt) {
  public static final String PREFIX = "job_";

  public enum Kind {
    /// Deletes every record.
    ERASE,
    /// Seals everything that is sealed anew, under the current data keys.
    RESEAL;

    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }

    /// The inverse of [#wireName()].
    public static Optional<Kind> of(String wireName) {
      for (var kind : values()) {
        if (kind.wireName().equals(wireName)) {
          return Optional.of(kind);
        }
      }
      return Optional.empty();
    }
  }

  /// One way through all records.
  ///
  /// @param found whether there was anything to do on it so far
  /// @param position the environment, the kind and the place in its list to go on from; empty at
  ///   the beginning
  public record Pass(Instant since, boolean found, Optional<String> position) {
    static Pass at(Instant now) {
      return new Pass(now, false, Optional.empty());
    }
  }

  public ProjectJob {
    Ids.check(PREFIX, id);
  }

  ProjectJob begunAt(Instant now) {
    return new ProjectJob(id, kind, project, now, true, pass, dueAt);
  }

  ProjectJob at(Pass newPass, Instant newDueAt) {
    return new ProjectJob(id, kind, project, since, true, newPass, newDueAt);
  }
}
