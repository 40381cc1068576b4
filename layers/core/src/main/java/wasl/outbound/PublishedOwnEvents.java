package wasl.outbound;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import wasl.event.EventPublisher;
import wasl.event.EventPublisher.Publication;
import wasl.event.EventPublisher.Result;

/// Raises Wasl's own events by the road that every event takes: record, archive, bus.
public final class PublishedOwnEvents implements OwnEvents {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final EventPublisher publisher;

  public PublishedOwnEvents(EventPublisher publisher) {
    this.publisher = publisher;
  }

  @Override
  public void raise(OwnEvent event) {
    var publication =
        Publication.ofWasl(
            event.tenant(),
            event.type(),
            event.about(),
            Optional.empty(),
            json(event),
            event.at(),
            // Whoever tells of this happening is the same teller, also after a crash.
            event.type() + "#" + event.about());
    switch (publisher.publish(List.of(publication)).getFirst()) {
      case Result.Routed routed -> {}
      // Nobody is left who could hear of it.
      case Result.Erased erased -> {}
      case Result.HeldByAnother held ->
          throw new IllegalStateException(event.type() + " is being published");
      case Result.Failed failed ->
          throw new IllegalStateException(event.type() + " was not published: " + failed.why());
    }
  }

  private static byte[] json(OwnEvent event) {
    try {
      // Sorted, so that the same happening has the same bytes.
      return JSON.writeValueAsBytes(new TreeMap<>(event.data()));
    } catch (JsonProcessingException e) {
      throw new AssertionError("a map of texts and numbers is always written", e);
    }
  }
}
