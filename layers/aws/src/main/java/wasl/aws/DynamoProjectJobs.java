package wasl.aws;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import wasl.access.ChangeMark;
import wasl.access.Tenant;
import wasl.aws.DynamoTable.Write;
import wasl.aws.DynamoTable.Written;
import wasl.vault.ProjectJob;
import wasl.vault.ProjectJobStore;

/// Keeps jobs on projects in the table `Connections`.
public final class DynamoProjectJobs implements ProjectJobStore {
  private static final String IS_THERE = "attribute_exists(#pk) AND attribute_not_exists(#gone)";

  private final DynamoTable connections;

  public DynamoProjectJobs(DynamoTable connections) {
    this.connections = connections;
  }

  @Override
  public Begun erase(ProjectJob job, Tenant actor, ChangeMark change) {
    var pk = ItemKeys.project(job.project());
    var held =
        connections.settle(
            List.of(
                new Write.Put(
                    ChangeMarks.tombstone(pk, actor, job.project().value(), change),
                    IS_THERE,
                    Map.of()),
                // Settles an erasure that races with the bootstrap.
                new Write.Check(
                    ItemKeys.bootstrap(),
                    "attribute_not_exists(#pk) OR #project <> :project",
                    Map.of("project", job.project().value())),
                Write.Put.ifAbsent(ProjectJobItem.write(job))));
    if (!held.get(0)) {
      return Begun.NO_PROJECT;
    }
    return held.get(1) ? Begun.DONE : Begun.HOLDS_BOOTSTRAP_KEY;
  }

  @Override
  public Begun begin(ProjectJob job, Tenant actor, ChangeMark change) {
    // Settles a rotation that races with an erasure.
    var held =
        connections.settle(
            List.of(
                new Write.Check(ItemKeys.project(job.project()), IS_THERE, Map.of()),
                Write.Put.ifAbsent(ProjectJobItem.write(job, actor, change))));
    return held.get(0) ? Begun.DONE : Begun.NO_PROJECT;
  }

  @Override
  public Optional<ProjectJob> find(String id) {
    return connections.get(ItemKeys.projectJob(id)).map(ProjectJobItem::read);
  }

  @Override
  public List<ProjectJob> due(Instant by, int limit) {
    return connections
        .query(
            new DynamoTable.Query(
                ItemKeys.DUE_INDEX,
                "#dueKey = :key AND #dueAt <= :by",
                "",
                Map.of("key", ProjectJobItem.DUE_KEY, "by", by.toEpochMilli()),
                false,
                limit))
        .stream()
        .map(ProjectJobItem::read)
        .toList();
  }

  // Settles which of several works on it: each moves its time on.
  @Override
  public boolean save(ProjectJob was, ProjectJob now) {
    var put =
        new Write.Put(
            ProjectJobItem.write(now),
            "#" + ItemKeys.DUE_AT + " = :was",
            Map.of("was", was.dueAt().toEpochMilli()));
    return connections.put(put) instanceof Written.Done;
  }

  @Override
  public void end(ProjectJob job) {
    connections.delete(new Write.Delete(ItemKeys.projectJob(job.id())));
  }
}
