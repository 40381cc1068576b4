package wasl.inbound;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import wasl.access.Cause;
import wasl.access.Tenant;
import wasl.audit.Auditor;
import wasl.event.ArchivedBody;
import wasl.event.BodyArchive;
import wasl.event.EventId;
import wasl.event.EventKey;
import wasl.event.EventRecord;
import wasl.event.EventStatus;
import wasl.event.EventStore;
import wasl.id.Ids;
import wasl.web.Headers;

/// What users do with events: publish their own, look into them, have them replayed.
public final class Events {
  public static final String PUBLISHED = "event.published";
  public static final String REPLAYED = "event.replayed";
  public static final String RANGE_REPLAYED = "events.replayed";

  private static final String JOB_PREFIX = "job_";

  // Base64 makes four characters of three bytes; the rest of a message is small.
  private static final int MOST_INLINE_BYTES = (InboundMessage.MOST_BYTES - 4096) / 4 * 3;

  private final EventStore events;
  private final BodyArchive archive;
  private final InboundQueue queue;
  private final Auditor auditor;
  private final InstantSource clock;
  private final RandomGenerator random;

  public Events(
      EventStore events,
      BodyArchive archive,
      InboundQueue queue,
      Auditor auditor,
      InstantSource clock,
      RandomGenerator random) {
    this.events = events;
    this.archive = archive;
    this.queue = queue;
    this.auditor = auditor;
    this.clock = clock;
    this.random = random;
  }

  /// Accepts an event: it is durable when this returns.
  ///
  /// @param own the id that the user wants it to have; copies under it are one event
  /// @param data one JSON value
  public EventId publish(
      Tenant tenant, String type, byte[] data, Optional<EventId> own, Cause cause) {
    var now = clock.instant();
    var key =
        own.map(id -> EventKey.published(tenant, id)).orElseGet(() -> EventKey.random(random));
    var id = own.orElseGet(() -> EventId.of(Ids.time(now, random), key));
    var body = new ArchivedBody("POST", "", Headers.NONE, data, now);
    auditor.record(tenant, cause, PUBLISHED, id.value());
    queue.put(new InboundMessage.Published(tenant, id, key, type, now, travelling(tenant, body)));
    return id;
  }

  public Optional<EventRecord> find(Tenant tenant, EventId id) {
    return events.find(tenant, id);
  }

  public EventStore.Page list(
      Tenant tenant, EventStore.Query query, int limit, Optional<String> after) {
    return events.list(tenant, query, limit, after);
  }

  /// The event's body, where it is still kept.
  public Optional<ArchivedBody> body(EventRecord event) {
    return event.body().flatMap(ref -> archive.get(event.tenant(), ref));
  }

  /// What the event carries: the same that is on the bus.
  public Optional<byte[]> data(EventRecord event) {
    return body(event).map(body -> Intake.data(event, body));
  }

  /// What became of the wish to replay an event.
  public sealed interface Replayed {
    record Accepted(int run) implements Replayed {}

    /// No such event.
    record Absent() implements Replayed {}

    /// Its body was kept once.
    record BodyGone() implements Replayed {}

    /// It has not come so far that there is anything to replay.
    record NotArchivedYet() implements Replayed {}
  }

  /// Has one event routed again, as its next run.
  public Replayed replay(Tenant tenant, EventId id, Cause cause) {
    var event = events.find(tenant, id);
    if (event.isEmpty()) {
      return new Replayed.Absent();
    }
    if (event.get().body().isEmpty()) {
      return new Replayed.NotArchivedYet();
    }
    if (body(event.get()).isEmpty()) {
      return new Replayed.BodyGone();
    }
    auditor.record(tenant, cause, REPLAYED, id.value());
    var run = events.runOf(event.get(), Ids.next(JOB_PREFIX, clock.instant(), random));
    if (run.isEmpty()) {
      return new Replayed.Absent();
    }
    queue.put(new InboundMessage.Replay(tenant, id, run.get()));
    return new Replayed.Accepted(run.get());
  }

  /// Has every event routed again that matches; answers the job's id.
  public String replay(
      Tenant tenant,
      Optional<EventStatus> status,
      Optional<String> type,
      Instant since,
      Instant until,
      Cause cause) {
    var job = Ids.next(JOB_PREFIX, clock.instant(), random);
    auditor.record(tenant, cause, RANGE_REPLAYED, job);
    queue.put(
        new InboundMessage.ReplayRange(
            tenant, job, type, status.map(EventStatus::wireName), since, until, Optional.empty()));
    return job;
  }

  // What a queue message cannot carry goes to the archive first, and travels as a reference.
  private InboundMessage.Body travelling(Tenant tenant, ArchivedBody body) {
    if (body.body().length <= MOST_INLINE_BYTES) {
      return new InboundMessage.Body.Inline(body);
    }
    return new InboundMessage.Body.ByReference(
        archive.put(List.of(new BodyArchive.Entry(tenant, body))).getFirst());
  }
}
