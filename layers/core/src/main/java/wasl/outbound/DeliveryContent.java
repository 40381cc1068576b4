package wasl.outbound;

import java.util.Arrays;
import java.util.Optional;
import wasl.event.ArchivedBody;
import wasl.event.BodyArchive;
import wasl.event.BodyRef;
import wasl.event.Envelope;
import wasl.event.EventStore;
import wasl.inbound.EventData;

/// Makes the body that a receiver gets, from the event's record and the archive.
public final class DeliveryContent {
  private final EventStore events;
  private final BodyArchive archive;

  public DeliveryContent(EventStore events, BodyArchive archive) {
    this.events = events;
    this.archive = archive;
  }

  /// What was found.
  sealed interface Content {
    /// @param body the whole body of the request; not copied
    record Ready(byte[] body) implements Content {
      @Override
      public boolean equals(Object other) {
        return other instanceof Ready that && Arrays.equals(body, that.body);
      }

      @Override
      public int hashCode() {
        return Arrays.hashCode(body);
      }

      @Override
      public String toString() {
        return "Ready(" + body.length + " bytes)";
      }
    }

    /// It is on the bus, but its record does not say yet where the body is: whoever put it there is
    /// about to write that down, or has died and does it again.
    record NotYet() implements Content {}

    /// It is no longer kept: no later attempt will find it either.
    record Gone() implements Content {}
  }

  Content of(Delivery delivery) {
    if (delivery.alone().isPresent()) {
      return content(delivery, delivery.alone().get(), Optional.empty());
    }
    return events
        .find(delivery.tenant(), delivery.event())
        .map(event ->
            event
                .body()
                .map(body -> content(delivery, body, event.connection()))
                .orElseGet(Content.NotYet::new))
        .orElseGet(Content.Gone::new);
  }

  private Content content(Delivery delivery, BodyRef ref, Optional<String> connection) {
    return archive
        .get(delivery.tenant(), ref)
        .<Content>map(body -> new Content.Ready(written(delivery, ref, connection, body)))
        .orElseGet(Content.Gone::new);
  }

  private static byte[] written(
      Delivery delivery, BodyRef ref, Optional<String> connection, ArchivedBody body) {
    return new Envelope(
            delivery.event(),
            delivery.eventType(),
            delivery.timestamp(),
            delivery.tenant(),
            delivery.source().provider(),
            connection,
            new Envelope.Payload.ByReference(ref),
            delivery.run())
        .delivered(EventData.of(body.headers().get("content-type").orElse(""), body.body()));
  }
}
