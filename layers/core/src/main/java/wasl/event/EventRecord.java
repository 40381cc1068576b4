package wasl.event;

import java.time.Instant;
import java.util.Optional;
import wasl.access.Tenant;

/// What is stored of an event, without its body.
///
/// @param timestamp when it happened, as far as the sender says; else when it was received
/// @param body where the archive keeps the body, from the first routing on
/// @param runs the highest run given out so far
public record EventRecord(
    Tenant tenant,
    EventKey key,
    EventId id,
    EventSource source,
    String type,
    Instant timestamp,
    Instant receivedAt,
    Optional<String> connection,
    EventStatus status,
    Optional<BodyRef> body,
    int runs) {}
