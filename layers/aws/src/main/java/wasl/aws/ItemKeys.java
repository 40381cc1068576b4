package wasl.aws;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Set;
import wasl.access.ProjectId;
import wasl.access.Tenant;
import wasl.connection.ConnectionId;
import wasl.connection.IntegrationId;
import wasl.event.Envelope;
import wasl.event.EventId;
import wasl.event.EventKey;
import wasl.inbound.InboundWebhookId;
import wasl.outbound.DeliveryId;
import wasl.outbound.OutboundWebhookId;
import wasl.vault.KeyId;

/// The keys of all items and indexes; frozen, since every stored record leans on them.
///
/// - item: `pk` = `project#environment#kind#id`, so that no tenant is a hot partition. What is
///   found before its tenant is known has `-#-` there.
/// - list index (`list`): `listKey` = `project#environment#kind#day#shard`, `listSort` = `time#id`.
/// - due index (`due`, sparse): `dueKey` = `kind#shard`, `dueAt` in milliseconds; of `Events` keys
///   only.
public final class ItemKeys {
  public static final String PK = "pk";
  public static final String LIST_INDEX = "list";
  public static final String LIST_KEY = "listKey";
  public static final String LIST_SORT = "listSort";

  /// What the table `Events` projects into its list index beside keys, to filter by: attributes
  /// that never change, since each change of one would be a second write.
  public static final Set<String> LISTED =
      Set.of("type", "source", "connection", "webhook", "event");

  public static final String DUE_INDEX = "due";
  public static final String DUE_KEY = "dueKey";
  public static final String DUE_AT = "dueAt";

  /// Seconds since 1970; DynamoDB deletes late, so no reader trusts presence alone.
  public static final String EXPIRES_AT = "expiresAt";

  /// The version of a record's own form, in the attribute `v`.
  public static final String FORM = "v";

  /// Stands on what is left of a deleted record: to readers it is not there.
  public static final String GONE = "gone";

  public static final int DUE_SHARDS = 16;
  public static final int LIST_SHARDS = 4;

  /// The day of kinds that live long and are few: their list is not cut by days.
  private static final String EVERY_DAY = "-";

  private ItemKeys() {}

  public static String project(ProjectId id) {
    return "-#-#project#" + id;
  }

  public static String apiKey(String id) {
    return "-#-#api-key#" + id;
  }

  /// There is at most one bootstrap key; this item says which.
  public static String bootstrap() {
    return "-#-#bootstrap#-";
  }

  /// Work on a whole project, until it is done.
  public static String projectJob(String id) {
    return "-#-#project-job#" + id;
  }

  public static String integration(Tenant tenant, IntegrationId id) {
    return tenant + "#integration#" + id;
  }

  public static String connection(Tenant tenant, ConnectionId id) {
    return connections(tenant) + id;
  }

  /// The beginning of the keys of a tenant's connections.
  static String connections(Tenant tenant) {
    return tenant + "#connection#";
  }

  /// Reserves an alias of a connection within its integration.
  public static String connectionAlias(Tenant tenant, IntegrationId integration, String alias) {
    return tenant + "#connection-alias#" + integration + "/" + alias;
  }

  /// Finds a connection by the account that it stands for.
  public static String connectionAccount(
      Tenant tenant, IntegrationId integration, String externalAccountId) {
    return tenant + "#connection-account#" + integration + "/" + externalAccountId;
  }

  public static String inboundWebhook(Tenant tenant, InboundWebhookId id) {
    return tenant + "#inbound-webhook#" + id;
  }

  /// The copy of an inbound webhook that its URL's token leads to.
  public static String inboundToken(String tokenSha256Hex) {
    return "-#-#inbound-token#" + tokenSha256Hex;
  }

  /// Found by a browser, which knows no tenant.
  public static String connectSession(String id) {
    return "-#-#connect-session#" + id;
  }

  public static String oauthState(String stateSha256Hex) {
    return "-#-#oauth-state#" + stateSha256Hex;
  }

  /// How many records hold another in place, so that it is not deleted under them; apart from it,
  /// since counting is no change of the record.
  static String holders(String pk) {
    return pk + "/holders";
  }

  public static String outboundWebhook(Tenant tenant, OutboundWebhookId id) {
    return tenant + "#outbound-webhook#" + id;
  }

  /// A tenant's outbound webhooks together: their number stands at its [#holders].
  static String outboundWebhooks(Tenant tenant) {
    return tenant + "#outbound-webhook#";
  }

  /// How an outbound webhook's receiver fares; apart, so that deliveries do not write on the
  /// webhook's own record.
  public static String outboundHealth(Tenant tenant, OutboundWebhookId id) {
    return tenant + "#outbound-health#" + id;
  }

  /// The leases that bound the deliveries in flight to one outbound webhook.
  public static String outboundSlots(Tenant tenant, OutboundWebhookId id) {
    return tenant + "#outbound-slots#" + id;
  }

  public static String event(Tenant tenant, EventKey key) {
    return tenant + "#event#" + key;
  }

  /// An event's record after its dedup window, when a later event took its key.
  public static String pastEvent(Tenant tenant, EventId id) {
    return tenant + "#past-event#" + id;
  }

  public static String delivery(Tenant tenant, DeliveryId id) {
    return tenant + "#delivery#" + id;
  }

  /// A call that carries an `Idempotency-Key`.
  public static String call(Tenant tenant, String id) {
    return tenant + "#call#" + id;
  }

  public static String audit(Tenant tenant, String id) {
    return tenant + "#audit#" + id;
  }

  public static String dataKey(Tenant tenant, KeyId id) {
    return tenant + "#data-key#" + id;
  }

  /// Says which data key new values are sealed under.
  public static String currentDataKey(Tenant tenant) {
    return tenant + "#data-key#current";
  }

  /// The list of a kind that lives long: not cut by days, one shard.
  public static String list(Tenant tenant, String kind) {
    return tenant + "#" + kind + "#" + EVERY_DAY + "#0";
  }

  /// The list of projects.
  public static String projectList() {
    return "-#-#project#" + EVERY_DAY + "#0";
  }

  /// The list of a kind that is many: by the day of its time, and by a shard of its id.
  public static String list(Tenant tenant, String kind, LocalDate day, int shard) {
    return tenant + "#" + kind + "#" + day + "#" + shard;
  }

  public static LocalDate day(Instant time) {
    return LocalDate.ofInstant(time, ZoneOffset.UTC);
  }

  public static String listSort(Instant time, String id) {
    return Envelope.time(time) + "#" + id;
  }

  public static int listShard(String id) {
    return Math.floorMod(id.hashCode(), LIST_SHARDS);
  }

  public static String due(String kind, String id) {
    return due(kind, Math.floorMod(id.hashCode(), DUE_SHARDS));
  }

  public static String due(String kind, int shard) {
    return kind + "#" + shard;
  }
}
