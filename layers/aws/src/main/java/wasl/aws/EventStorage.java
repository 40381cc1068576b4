package wasl.aws;

import java.time.Duration;
import java.time.InstantSource;
import java.util.random.RandomGenerator;
import wasl.event.BodyArchive;
import wasl.event.BodyCodec;
import wasl.event.EventPublisher;
import wasl.event.EventStore;
import wasl.vault.CachedDataKeys;
import wasl.vault.KeyRing;
import wasl.vault.Vault;

/// Where events are kept on AWS: their records, their archived bodies, and the vault that seals
/// these. Put together here for every function that reads events or publishes them.
public final class EventStorage {
  private final AwsClients clients;
  private final InstantSource clock;
  private final DynamoTable table;
  private final Vault vault;
  private final KeyRing keyRing;
  private final EventStore records;
  private final BodyArchive archive;

  private EventStorage(
      Names names, AwsClients clients, InstantSource clock, RandomGenerator random) {
    this.clients = clients;
    this.clock = clock;
    table = new DynamoTable(clients.dynamoDb(), names.eventsTable);
    var keysTable = new DynamoTable(clients.dynamoDb(), names.keysTable);
    var keys = new KmsDataKeys(clients.kms(), names.kmsKey, keysTable, clock, random);
    var cached = new CachedDataKeys(keys, clock);
    vault = new Vault(cached, random);
    keyRing = KeyRing.telling(cached, keys);
    records = new DynamoEventStore(table, clock);
    archive =
        new S3BodyArchive(
            clients.s3(), names.bucket, new BodyCodec(vault), names.retention, clock, random);
  }

  /// What the environment calls it all. Apart from the storage, since a function reads all its
  /// settings before it builds anything of them.
  public record Names(
      String eventsTable, String keysTable, String bucket, String kmsKey, Duration retention) {
    public static Names read(Settings settings) {
      return new Names(
          settings.text("WASL_EVENTS_TABLE", "wasl-dev-Events-1ABC"),
          settings.text("WASL_KEYS_TABLE", "wasl-dev-Keys-1ABC"),
          settings.text("WASL_BUCKET", "wasl-dev-bodies-1abc"),
          settings.text("WASL_KMS_KEY", "arn:aws:kms:me-south-1:111122223333:key/1234"),
          Duration.ofDays(settings.number("WASL_BODY_RETENTION_DAYS", 14, 1, 365)));
    }

    public EventStorage on(AwsClients clients, InstantSource clock, RandomGenerator random) {
      return new EventStorage(this, clients, clock, random);
    }
  }

  /// The table `Events`, for the other records in it.
  public DynamoTable table() {
    return table;
  }

  public Vault vault() {
    return vault;
  }

  /// The keys that the vault seals with.
  public KeyRing keyRing() {
    return keyRing;
  }

  public EventStore records() {
    return records;
  }

  public BodyArchive archive() {
    return archive;
  }

  /// @param bus the bus's name
  public EventPublisher publisher(String bus) {
    return new EventPublisher(
        records, archive, new EventBridgeBus(clients.eventBridge(), bus), clock, Outage::is);
  }
}
