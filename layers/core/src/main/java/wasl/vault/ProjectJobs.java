package wasl.vault;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import wasl.access.Caller;
import wasl.access.Cause;
import wasl.access.ChangeMark;
import wasl.access.Environment;
import wasl.access.ProjectId;
import wasl.access.Tenant;
import wasl.id.Ids;
import wasl.queue.Batch;
import wasl.vault.ProjectJob.Kind;
import wasl.vault.ProjectJob.Pass;
import wasl.vault.ProjectJobStore.Begun;

/// Erases projects, and gives them new data keys under which everything is sealed anew.
///
/// The first thing that is stored is the job, so that a crash anywhere leaves somebody to finish
/// it: whoever finds it due repeats what was done, which changes nothing. A job goes through the
/// project's records until it finds nothing more to do, once all have ended who may still know an
/// old key or have been let in by an old record.
public final class ProjectJobs {
  public static final String ERASED = "project.erased";
  public static final String KEYS_ROTATED = "project.keys-rotated";

  /// So many earlier data keys of one environment may wait for their end.
  public static final int MOST_REPLACED = 50;

  /// Data keys are cached for five minutes, and nothing runs for longer than one: what is written
  /// after this time was written by somebody who knows.
  static final Duration SETTLED = Duration.ofMinutes(10);

  /// Longer than whoever works on a job may run.
  private static final Duration LEASE = Duration.ofMinutes(2);

  /// So much of the work is done before the wish is answered: mostly all of it.
  private static final Duration AT_ONCE = Duration.ofSeconds(10);

  private static final Duration BETWEEN_PASSES = Duration.ofMinutes(1);
  private static final int PAGE = 50;
  private static final int MOST_DUE = 10;

  private final ProjectJobStore store;
  private final KeyRing keys;
  private final TenantRecords records;
  private final Duration keptSealed;
  private final InstantSource clock;
  private final RandomGenerator random;

  /// @param keptSealed how long anything is kept that is sealed and not among the records: then the
  ///   keys that were replaced can go
  public ProjectJobs(
      ProjectJobStore store,
      KeyRing keys,
      TenantRecords records,
      Duration keptSealed,
      InstantSource clock,
      RandomGenerator random) {
    this.store = store;
    this.keys = keys;
    this.records = records;
    this.keptSealed = keptSealed;
    this.clock = clock;
    this.random = random;
  }

  /// What became of the wish to rotate.
  public sealed interface Rotated {
    record Started(String job) implements Rotated {}

    record NoProject() implements Rotated {}

    /// [#MOST_REPLACED] earlier keys are kept still.
    record TooManyKept() implements Rotated {}
  }

  /// Erases a project: its data keys and API keys, and mostly all the rest, have gone when this
  /// returns; what has not goes by and by.
  public Begun erase(Caller caller, ProjectId project, String request) {
    var job = job(Kind.ERASE, project);
    var before = madeBefore(job);
    if (before.isEmpty()) {
      var begun = store.erase(job, caller.tenant(), mark(ERASED, job, Cause.of(caller, request)));
      if (begun != Begun.DONE) {
        return begun;
      }
    }
    worked(before.orElse(job), clock.instant().plus(AT_ONCE));
    return Begun.DONE;
  }

  /// Gives each environment a new data key, and has everything sealed under it.
  public Rotated rotateKeys(Caller caller, ProjectId project, String request) {
    for (var tenant : tenants(project)) {
      if (keys.replaced(tenant) >= MOST_REPLACED) {
        return new Rotated.TooManyKept();
      }
    }
    var job = job(Kind.RESEAL, project);
    var before = madeBefore(job);
    if (before.isEmpty()
        && store.begin(job, caller.tenant(), mark(KEYS_ROTATED, job, Cause.of(caller, request)))
            != Begun.DONE) {
      return new Rotated.NoProject();
    }
    worked(before.orElse(job), clock.instant().plus(AT_ONCE));
    return new Rotated.Started(job.id());
  }

  /// Works on what is due, until there is nothing or this time has come. Answers on how many jobs.
  ///
  /// @param until by the clock that this was made with
  public int run(Instant until) {
    var claimed = new ArrayList<ProjectJob>();
    for (var due : store.due(clock.instant(), MOST_DUE)) {
      var mine = held(due);
      if (store.save(due, mine)) {
        claimed.add(mine);
      }
    }
    for (var result : Batch.each(claimed, job -> worked(job, until))) {
      result.orElse(why -> {
        throw why;
      });
    }
    return claimed.size();
  }

  private ProjectJob held(ProjectJob job) {
    return new ProjectJob(
        job.id(),
        job.kind(),
        job.project(),
        job.since(),
        job.begun(),
        job.pass(),
        clock.instant().plus(LEASE));
  }

  private ProjectJob job(Kind kind, ProjectId project) {
    var now = clock.instant();
    return new ProjectJob(
        Ids.next(ProjectJob.PREFIX, now, random),
        kind,
        project,
        now,
        false,
        Pass.at(now),
        now.plus(LEASE));
  }

  private Optional<ProjectJob> madeBefore(ProjectJob job) {
    return Ids.mayBeTaken(random) ? store.find(job.id()) : Optional.empty();
  }

  private ChangeMark mark(String kind, ProjectJob job, Cause cause) {
    return ChangeMark.next(kind, job.since(), cause, random);
  }

  private ProjectJob worked(ProjectJob found, Instant until) {
    var job = found.begun() ? found : begun(found);
    var pass = passed(job, until);
    if (pass.position().isPresent()) {
      // The time is over; whoever looks next goes on.
      return saved(job, job.at(pass, clock.instant()));
    }
    return concluded(job, pass);
  }

  // Counted from here on: until now somebody may have sealed under the key that is replaced.
  private ProjectJob begun(ProjectJob job) {
    for (var tenant : tenants(job.project())) {
      switch (job.kind()) {
        case ERASE -> keys.erase(tenant);
        case RESEAL -> keys.rotate(tenant, keyId(job, tenant));
      }
    }
    return job.begunAt(clock.instant());
  }

  // Of the job, so that a repeated beginning finds its first one's keys.
  private static KeyId keyId(ProjectJob job, Tenant tenant) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      var text = job.id() + "#" + tenant;
      return new KeyId(
          Arrays.copyOf(digest.digest(text.getBytes(StandardCharsets.UTF_8)), KeyId.BYTES));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  private Pass passed(ProjectJob job, Instant until) {
    boolean found = job.pass().found();
    var place = Place.of(job.pass().position());
    while (place.isPresent()) {
      if (!clock.instant().isBefore(until)) {
        return new Pass(job.pass().since(), found, place.map(Place::text));
      }
      var step = step(job, place.get());
      found |= step.found() > 0;
      place = place.get().after(step);
    }
    return new Pass(job.pass().since(), found, Optional.empty());
  }

  private TenantRecords.Step step(ProjectJob job, Place place) {
    var tenant = new Tenant(job.project(), place.environment);
    return switch (job.kind()) {
      case ERASE -> records.erase(tenant, place.kind, place.after, PAGE);
      case RESEAL -> records.reseal(tenant, place.kind, place.after, PAGE);
    };
  }

  private ProjectJob concluded(ProjectJob job, Pass pass) {
    var now = clock.instant();
    var settled = job.since().plus(SETTLED);
    if (pass.found() || pass.since().isBefore(settled)) {
      var soon = now.plus(BETWEEN_PASSES);
      var next = pass.found() || soon.isAfter(settled) ? soon : settled;
      return saved(job, job.at(Pass.at(next), next));
    }
    if (job.kind() == Kind.RESEAL && now.isBefore(settled.plus(keptSealed))) {
      var end = settled.plus(keptSealed);
      return saved(job, job.at(Pass.at(end), end));
    }
    if (job.kind() == Kind.RESEAL) {
      tenants(job.project()).forEach(tenant -> keys.dropReplaced(tenant, now.minus(keptSealed)));
    }
    store.end(job);
    return job;
  }

  private ProjectJob saved(ProjectJob was, ProjectJob now) {
    store.save(was, now);
    return now;
  }

  private static List<Tenant> tenants(ProjectId project) {
    return Arrays.stream(Environment.values())
        .map(environment -> new Tenant(project, environment))
        .toList();
  }

  /// A place on the way through all records.
  ///
  /// @param after the position in the list of that kind
  private record Place(Environment environment, TenantRecords.Kind kind, Optional<String> after) {
    static Optional<Place> of(Optional<String> text) {
      return Optional.of(
          text.map(Place::read)
              .orElseGet(() -> first(List.of(TenantRecords.Kind.values()).getFirst())));
    }

    private static Place first(TenantRecords.Kind kind) {
      return new Place(List.of(Environment.values()).getFirst(), kind, Optional.empty());
    }

    private static Place read(String text) {
      var parts = text.split("/", 3);
      return new Place(
          Environment.of(parts[0]).orElseThrow(),
          TenantRecords.Kind.valueOf(parts[1]),
          Optional.of(parts[2]).filter(after -> !after.isEmpty()));
    }

    String text() {
      return environment.wireName() + "/" + kind + "/" + after.orElse("");
    }

    /// Kind by kind, each in all environments; empty at the end.
    Optional<Place> after(TenantRecords.Step step) {
      if (step.next().isPresent()) {
        return Optional.of(new Place(environment, kind, step.next()));
      }
      var inNext = following(List.of(Environment.values()), environment);
      if (inNext.isPresent()) {
        return Optional.of(new Place(inNext.get(), kind, Optional.empty()));
      }
      return following(List.of(TenantRecords.Kind.values()), kind).map(Place::first);
    }

    private static <T> Optional<T> following(List<T> all, T one) {
      int at = all.indexOf(one) + 1;
      return at < all.size() ? Optional.of(all.get(at)) : Optional.empty();
    }
  }
}
