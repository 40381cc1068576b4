package wasl.event;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import wasl.access.Tenant;

/// Keeps event records; the claim is what makes copies of one event into one event.
public interface EventStore {
  /// What a message asks for when it claims its event.
  ///
  /// @param event the record as it is to be, if the message is the first; its id is kept only by
  ///   the first claimer
  /// @param owner the queue's message id
  /// @param claimUntil until when nobody else may take it: before the message's visibility ends
  /// @param dedupUntil until when a copy is the same event
  /// @param isLast whether the dead-letter queue is next: then the event stands dead until it is
  ///   routed, since a worker that dies now is seen by nobody any more
  record Claim(
      EventRecord event,
      String owner,
      Instant now,
      Instant claimUntil,
      Instant dedupUntil,
      boolean isLast) {
    /// How the event stands while it is claimed.
    public EventStatus status() {
      return isLast ? EventStatus.DEAD : EventStatus.ACCEPTED;
    }
  }

  /// What became of a claim.
  sealed interface Claimed {
    /// The caller holds it. The record carries the first claimer's id, time and run count.
    record Mine(EventRecord event) implements Claimed {}

    /// It is on the bus already.
    record AlreadyRouted(EventId id) implements Claimed {}

    /// Another message holds it: try again when its claim has ended.
    record HeldByAnother(Instant until) implements Claimed {}
  }

  /// Claims by one conditional write: absent, or not routed and either mine, dead or no longer
  /// claimed, or routed by another and past its `dedupUntil` (then the old record is moved aside in
  /// the same transaction).
  ///
  /// An event that is not routed yet keeps its record and id beyond its `dedupUntil`: a redrive may
  /// come days later.
  Claimed claim(Claim claim);

  /// Says that the event is on the bus, and where its body is. Does nothing if another has claimed
  /// it since.
  void markRouted(EventRecord event, String owner, BodyRef body);

  /// Says that the event's message went to the dead-letter queue; only if `owner` holds the claim.
  void markDead(EventRecord event, String owner, Optional<BodyRef> body);

  /// The record of this id, also of one moved aside.
  Optional<EventRecord> find(Tenant tenant, EventId id);

  /// Gives out the next run of an event: 1, 2, …; empty where there is no such event.
  Optional<Integer> nextRun(EventRecord event);

  /// The run of an event within a job: the next one at the job's first call, the same at each later
  /// one, so that a page that is worked through twice replays nothing twice.
  Optional<Integer> runOf(EventRecord event, String job);

  /// Which events to list; an absent condition lets all pass.
  record Query(
      Optional<String> type,
      Optional<EventSource> source,
      Optional<String> connection,
      Optional<EventStatus> status,
      Instant since,
      Instant until) {}

  /// @param nextCursor what to ask with for the rest; empty at the end
  record Page(List<EventRecord> events, Optional<String> nextCursor) {}

  /// Newest first, by when they were received. Wasl's own events only where the query names their
  /// source. Throws `IllegalArgumentException` for a cursor that is none of this list's.
  Page list(Tenant tenant, Query query, int limit, Optional<String> cursor);
}
