package wasl.aws;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import wasl.access.Tenant;
import wasl.aws.DynamoTable.Write;
import wasl.aws.DynamoTable.Written;
import wasl.connection.Connection;
import wasl.inbound.InboundWebhook;
import wasl.page.PageRequest;
import wasl.queue.Batch;
import wasl.vault.TenantRecords;
import wasl.vault.Vault;

/// The lasting records of a tenant in the table `Connections`, kind by kind.
public final class DynamoTenantRecords implements TenantRecords {
  private static final int MOST_ROUNDS = 3;

  private final DynamoTable connections;
  private final Vault vault;
  private final Log log;

  public DynamoTenantRecords(DynamoTable connections, Vault vault, Log log) {
    this.connections = connections;
    this.vault = vault;
    this.log = log;
  }

  @Override
  public Step erase(Tenant tenant, Kind kind, Optional<String> after, int limit) {
    return each(tenant, kind, after, limit, item -> erased(kind, item));
  }

  @Override
  public Step reseal(Tenant tenant, Kind kind, Optional<String> after, int limit) {
    return switch (kind) {
      case API_KEYS -> new Step(0, Optional.empty());
      case INBOUND_WEBHOOKS, CONNECTIONS, INTEGRATIONS, OUTBOUND_WEBHOOKS ->
          each(tenant, kind, after, limit, item -> resealed(kind, item));
    };
  }

  /// @param work answers whether there was something to do
  private Step each(
      Tenant tenant, Kind kind, Optional<String> after, int limit, Function<Item, Boolean> work) {
    var page = connections.page(ItemKeys.list(tenant, listed(kind)), new PageRequest(limit, after));
    int found = 0;
    for (var result : Batch.each(page.items(), work)) {
      found +=
          result.orElse(why -> {
            throw why;
          })
              ? 1
              : 0;
    }
    return new Step(found, page.next());
  }

  private static String listed(Kind kind) {
    return switch (kind) {
      case API_KEYS -> AccessItems.KEY_KIND;
      case INBOUND_WEBHOOKS -> InboundWebhookItem.KIND;
      case CONNECTIONS -> ConnectionItem.KIND;
      case INTEGRATIONS -> IntegrationItem.KIND;
      case OUTBOUND_WEBHOOKS -> OutboundWebhookItem.KIND;
    };
  }

  // What belongs to the record goes with it or before: a crash between leaves the record, which
  // leads to the rest.
  private boolean erased(Kind kind, Item listed) {
    var found = connections.get(listed.pk());
    for (int round = 0; round < MOST_ROUNDS && found.isPresent(); round++) {
      var item = found.get();
      for (var pk : belongings(kind, item)) {
        connections.delete(new Write.Delete(pk));
      }
      var delete =
          new Write.Delete(
              item.pk(), "#version = :version", Map.of("version", item.number("version")));
      if (connections.delete(delete) instanceof Written.Done) {
        return true;
      }
      // Somebody who was let in before gave it other belongings.
      found = connections.get(item.pk());
    }
    return found.isPresent();
  }

  private static List<String> belongings(Kind kind, Item item) {
    return switch (kind) {
      case API_KEYS -> List.of();
      case INBOUND_WEBHOOKS ->
          InboundWebhookItem.read(item).tokens().stream()
              .map(InboundWebhook.Token::sha256Hex)
              .map(ItemKeys::inboundToken)
              .toList();
      case CONNECTIONS -> belongings(ConnectionItem.read(item), item.pk());
      case INTEGRATIONS -> List.of(ItemKeys.holders(item.pk()));
      case OUTBOUND_WEBHOOKS ->
          List.of(ItemKeys.holders(ItemKeys.outboundWebhooks(TenantAttributes.read(item))));
    };
  }

  private static List<String> belongings(Connection connection, String pk) {
    var tenant = connection.tenant();
    var integration = connection.integration();
    var pks = new ArrayList<String>();
    pks.add(ItemKeys.holders(pk));
    connection
        .alias()
        .ifPresent(alias -> pks.add(ItemKeys.connectionAlias(tenant, integration, alias)));
    connection
        .externalAccountId()
        .ifPresent(account -> pks.add(ItemKeys.connectionAccount(tenant, integration, account)));
    return pks;
  }

  private boolean resealed(Kind kind, Item listed) {
    return resealed(kind, Optional.of(listed), false);
  }

  private boolean resealed(Kind kind, Optional<Item> listed, boolean isCopy) {
    var found = listed;
    for (int round = 0; round < MOST_ROUNDS && found.isPresent(); round++) {
      var item = found.get();
      var fields = sealedIn(kind, item);
      var anew = fields.resealed(vault, log);
      if (anew.isEmpty()) {
        return round > 0;
      }
      // First: as long as the record is not done, somebody comes by for its copies.
      if (kind == Kind.INBOUND_WEBHOOKS && !isCopy) {
        belongings(kind, item).forEach(pk -> resealed(kind, connections.get(pk), true));
      }
      if (connections.update(fields.update(anew)) instanceof Written.Done) {
        return true;
      }
      // The list was late, or somebody else was quicker: what stands there now counts.
      found = connections.get(item.pk());
    }
    return found.isPresent();
  }

  private static SealedFields sealedIn(Kind kind, Item item) {
    return switch (kind) {
      case API_KEYS -> new SealedFields(item);
      case INBOUND_WEBHOOKS -> InboundWebhookItem.sealedIn(item);
      case CONNECTIONS -> ConnectionItem.sealedIn(item);
      case INTEGRATIONS -> IntegrationItem.sealedIn(item);
      case OUTBOUND_WEBHOOKS -> OutboundWebhookItem.sealedIn(item);
    };
  }
}
