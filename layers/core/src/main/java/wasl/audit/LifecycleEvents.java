package wasl.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import wasl.connection.Connection;
import wasl.connection.ConnectionStatus;
import wasl.connection.Connections;
import wasl.connection.Integrations;
import wasl.event.EventPublisher.Publication;

/// Says which of Wasl's own events a change gives, and what they carry: names and how the
/// connection stands, nothing that is sealed.
final class LifecycleEvents {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private LifecycleEvents() {}

  /// In the order in which they are to be told.
  ///
  /// @param refreshes whether each refreshed token is an event
  static List<Publication> of(Told.Change change, boolean refreshes) {
    return change
        .connection()
        .map(connection ->
            types(change.mark().kind(), refreshes).stream()
                .map(type -> publication(change, type, connection))
                .toList())
        .orElse(List.of());
  }

  private static List<String> types(String kind, boolean refreshes) {
    return switch (kind) {
      // Usable again after a suspension, too.
      case Connections.CONNECTED,
          Connections.RECONNECTED,
          Connections.RECOVERED,
          Connections.RESUMED ->
          List.of("integration:connected");
      case Connections.DISCONNECTED -> List.of("integration:disconnected");
      case Connections.EXPIRED -> List.of("oauth:expired", "integration:error");
      // Active still, but of no use for now: the data says so, and the recovery is told as well.
      case Connections.FAILED, Connections.FAILING, Integrations.REAUTHORIZATION_DEMANDED ->
          List.of("integration:error");
      case Connections.SUSPENDED -> List.of("integration:suspended");
      case Connections.REFRESHED -> refreshes ? List.of("oauth:refreshed") : List.of();
      default -> List.of();
    };
  }

  private static Publication publication(Told.Change change, String type, Connection connection) {
    var mark = change.mark();
    return Publication.ofWasl(
        change.tenant(),
        type,
        // What is told once more is the same event.
        change.identity(),
        Optional.of(connection.id().value()),
        data(connection, mark.kind()),
        mark.at(),
        // Whoever tells of this change is the same teller, also after a crash.
        change.identity());
  }

  private static byte[] data(Connection connection, String kind) {
    var data = JSON.createObjectNode();
    data.put("connection", connection.id().value());
    data.put("integration", connection.integration().value());
    data.put("provider", connection.provider());
    data.put("mode", connection.mode().wireName());
    data.put("alias", connection.alias().orElse(null));
    data.put("externalAccountId", connection.externalAccountId().orElse(null));
    // What is left of a deleted record is how it stood before.
    if (kind.equals(Connections.DISCONNECTED)) {
      data.put("status", ConnectionStatus.DISCONNECTED.wireName());
    } else {
      data.put("status", connection.status().wireName());
      connection.statusReason().ifPresent(reason -> data.put("statusReason", reason));
    }
    return bytes(data);
  }

  private static byte[] bytes(ObjectNode data) {
    try {
      return JSON.writeValueAsBytes(data);
    } catch (JsonProcessingException e) {
      throw new AssertionError("a tree of texts is always written", e);
    }
  }
}
