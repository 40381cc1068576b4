package wasl.aws;

import wasl.access.ChangeMark;
import wasl.access.ProjectId;
import wasl.access.Tenant;
import wasl.vault.ProjectJob;

/// The item of a job on a project: the one class that knows its attributes.
final class ProjectJobItem {
  static final int FORM = 1;

  /// Jobs are few: one shard is looked at each minute.
  static final String DUE_KEY = ItemKeys.due("upkeep", 0);

  private ProjectJobItem() {}

  /// As it is first stored: somebody wants it.
  static Item write(ProjectJob job, Tenant actor, ChangeMark change) {
    var item = attributes(job);
    // Whose audit trail says it. The job's own project stands in an attribute of its own.
    TenantAttributes.write(item, actor);
    return ChangeMarks.write(item, change).build();
  }

  static Item write(ProjectJob job) {
    return attributes(job).build();
  }

  private static Item.Builder attributes(ProjectJob job) {
    return Item.with(ItemKeys.projectJob(job.id()))
        .number(ItemKeys.FORM, FORM)
        .text("id", job.id())
        .text("kind", job.kind().wireName())
        .text("of", job.project().value())
        .time("since", job.since())
        .flag("begun", job.begun())
        .time("passSince", job.pass().since())
        .flag("passFound", job.pass().found())
        .text("position", job.pass().position())
        .text(ItemKeys.DUE_KEY, DUE_KEY)
        .time(ItemKeys.DUE_AT, job.dueAt());
  }

  static ProjectJob read(Item item) {
    Forms.demand(item, FORM);
    return new ProjectJob(
        item.text("id"),
        ProjectJob.Kind.of(item.text("kind")).orElseThrow(() -> Forms.wrong(item, "kind")),
        new ProjectId(item.text("of")),
        item.time("since"),
        item.flag("begun"),
        new ProjectJob.Pass(
            item.time("passSince"), item.flag("passFound"), item.optionalText("position")),
        item.time(ItemKeys.DUE_AT));
  }
}
