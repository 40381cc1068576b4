package wasl.aws.crt;

import java.util.Optional;
import wasl.access.Tenant;
import wasl.aws.InboundWebhookItem;
import wasl.aws.IntegrationItem;
import wasl.aws.ItemKeys;
import wasl.connection.Integration;
import wasl.connection.IntegrationId;
import wasl.inbound.InboundDirectory;
import wasl.inbound.InboundWebhook;

/// The receipt's view of the `Connections` table.
public final class CrtInboundDirectory implements InboundDirectory {
  private final CrtAws aws;
  private final String connections;

  public CrtInboundDirectory(CrtAws aws, String connections) {
    this.aws = aws;
    this.connections = connections;
  }

  @Override
  public Optional<InboundWebhook> byToken(String tokenSha256Hex) {
    return aws.getItem(connections, ItemKeys.inboundToken(tokenSha256Hex))
        .map(InboundWebhookItem::read);
  }

  @Override
  public Optional<Integration> integration(Tenant tenant, IntegrationId id) {
    return aws.getItem(connections, IntegrationItem.key(tenant, id))
        .filter(item -> !item.has(ItemKeys.GONE))
        .map(IntegrationItem::read);
  }
}
