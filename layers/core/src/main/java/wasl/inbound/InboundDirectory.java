package wasl.inbound;

import java.util.Optional;
import wasl.access.Tenant;
import wasl.connection.Integration;
import wasl.connection.IntegrationId;

/// Finds what a receipt has to know before it can tell whether a request is genuine.
public interface InboundDirectory {
  /// The inbound webhook that a URL's token leads to, now or until the end of its grace; strongly
  /// consistent.
  Optional<InboundWebhook> byToken(String tokenSha256Hex);

  /// Strongly consistent.
  Optional<Integration> integration(Tenant tenant, IntegrationId id);
}
