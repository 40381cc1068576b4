package wasl.function.managementapi;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import wasl.access.ApiKeys;
import wasl.access.Projects;
import wasl.audit.AuditTrail;
import wasl.aws.AwsClients;
import wasl.aws.DynamoAccessStore;
import wasl.aws.DynamoAuditTrail;
import wasl.aws.DynamoConnectionStore;
import wasl.aws.DynamoDeliveries;
import wasl.aws.DynamoEventStore;
import wasl.aws.DynamoInboundWebhooks;
import wasl.aws.DynamoIntegrationStore;
import wasl.aws.DynamoOutboundWebhooks;
import wasl.aws.DynamoReceivers;
import wasl.aws.DynamoTable;
import wasl.aws.KmsDataKeys;
import wasl.aws.S3BodyArchive;
import wasl.aws.Settings;
import wasl.aws.SqsDeliveryQueue;
import wasl.aws.SqsInboundQueue;
import wasl.connection.Connections;
import wasl.connection.Integrations;
import wasl.egress.AddressRules;
import wasl.event.BodyCodec;
import wasl.event.EventStore;
import wasl.inbound.Events;
import wasl.inbound.InboundUrls;
import wasl.manifest.Catalog;
import wasl.outbound.Deliveries;
import wasl.outbound.DeliveryContent;
import wasl.outbound.OutboundWebhooks;
import wasl.outbound.Sweeps;
import wasl.vault.CachedDataKeys;
import wasl.vault.Vault;
import wasl.web.Route;

/// Puts the routes on AWS: reads the settings once, and gives each group of routes what it works
/// on.
final class Wiring {
  private final AwsClients clients;
  private final InstantSource clock;
  private final RandomGenerator random;

  private final DynamoTable connectionItems;
  private final DynamoTable eventItems;
  private final String inboundQueueUrl;
  private final String deliveryQueueUrl;
  private final AddressRules egress;
  private final String publicUrl;
  private final long mostBodyBytes;

  private final Vault vault;
  private final Catalog catalog = new Catalog();
  private final S3BodyArchive archive;
  private final EventStore eventStore;
  private final AuditTrail audit;
  private final ApiKeys keys;
  private final Projects projects;

  /// @param environment the function's environment variables; all that is wrong with them is thrown
  ///   at once
  Wiring(
      AwsClients clients,
      Map<String, String> environment,
      InstantSource clock,
      RandomGenerator random) {
    this.clients = clients;
    this.clock = clock;
    this.random = random;

    var settings = new Settings(environment);
    var connectionsTable = settings.text("WASL_CONNECTIONS_TABLE", "wasl-dev-Connections-1ABC");
    var eventsTable = settings.text("WASL_EVENTS_TABLE", "wasl-dev-Events-1ABC");
    var keysTable = settings.text("WASL_KEYS_TABLE", "wasl-dev-Keys-1ABC");
    var bucket = settings.text("WASL_BUCKET", "wasl-dev-bodies-1abc");
    var kmsKey = settings.text("WASL_KMS_KEY", "arn:aws:kms:me-south-1:111122223333:key/…");
    inboundQueueUrl =
        settings.text(
            "WASL_INBOUND_QUEUE_URL",
            "https://sqs.me-south-1.amazonaws.com/111122223333/wasl-dev-Inbound");
    deliveryQueueUrl =
        settings.text(
            "WASL_DELIVERY_QUEUE_URL",
            "https://sqs.me-south-1.amazonaws.com/111122223333/wasl-dev-Delivery");
    var retention = Duration.ofDays(settings.number("WASL_BODY_RETENTION_DAYS", 14, 1, 365));
    mostBodyBytes = settings.number("WASL_MAX_BODY_BYTES", 4_194_304, 1024, 4_194_304);
    publicUrl = settings.optional("WASL_PUBLIC_URL");
    egress = AddressRules.parse(settings.optional("WASL_EGRESS_ALLOW"));
    settings.done();

    connectionItems = new DynamoTable(clients.dynamoDb(), connectionsTable);
    eventItems = new DynamoTable(clients.dynamoDb(), eventsTable);
    var keyItems = new DynamoTable(clients.dynamoDb(), keysTable);
    vault =
        new Vault(
            new CachedDataKeys(
                new KmsDataKeys(clients.kms(), kmsKey, keyItems, clock, random), clock),
            random);
    archive =
        new S3BodyArchive(clients.s3(), bucket, new BodyCodec(vault), retention, clock, random);
    eventStore = new DynamoEventStore(eventItems, clock);
    audit = new DynamoAuditTrail(eventItems);
    var access = new DynamoAccessStore(connectionItems);
    keys = new ApiKeys(access, clock, random);
    projects = new Projects(access, keys, clock, random);
  }

  ApiKeys keys() {
    return keys;
  }

  Projects projects() {
    return projects;
  }

  String publicUrl() {
    return publicUrl;
  }

  long mostBodyBytes() {
    return mostBodyBytes;
  }

  /// Every route there is.
  List<Route> routes() {
    return Stream.of(own(), connecting(), events(), outbound()).flatMap(List::stream).toList();
  }

  private List<Route> own() {
    return Stream.of(
            new HealthRoutes().routes(),
            new OpenApiRoutes().routes(),
            new ProjectRoutes(projects).routes(),
            new ApiKeyRoutes(keys, clock).routes(),
            new ProviderRoutes(catalog).routes())
        .flatMap(List::stream)
        .toList();
  }

  private List<Route> connecting() {
    var connectionStore = new DynamoConnectionStore(connectionItems);
    var connections = new Connections(connectionStore, vault, clock, random);
    var integrations =
        new Integrations(
            new DynamoIntegrationStore(connectionItems), connectionStore, vault, clock);
    var inbound =
        new InboundUrls(new DynamoInboundWebhooks(connectionItems), catalog, vault, clock, random);
    return Stream.of(
            new IntegrationRoutes(integrations, inbound, catalog).routes(),
            new ConnectionRoutes(connections, integrations, inbound, catalog).routes(),
            new CredentialsRoutes(connections, audit, clock, random).routes(),
            new InboundWebhookRoutes(inbound, integrations, connections).routes())
        .flatMap(List::stream)
        .toList();
  }

  private List<Route> events() {
    var inboundQueue = new SqsInboundQueue(clients.sqs(), inboundQueueUrl);
    var events = new Events(eventStore, archive, inboundQueue, clock, random);
    return new EventRoutes(events, audit, clock, random).routes();
  }

  private List<Route> outbound() {
    var webhookStore = new DynamoOutboundWebhooks(connectionItems);
    var deliveryStore = new DynamoDeliveries(eventItems, clock);
    var queue = new SqsDeliveryQueue(clients.sqs(), deliveryQueueUrl);
    var webhooks =
        new OutboundWebhooks(
            webhookStore,
            deliveryStore,
            new DynamoReceivers(eventItems, random),
            queue,
            archive,
            vault,
            clock,
            random);
    var deliveries =
        new Deliveries(
            webhookStore,
            deliveryStore,
            new DeliveryContent(eventStore, archive),
            new Sweeps(webhookStore, deliveryStore, eventStore, queue, clock),
            vault,
            clock);
    return Stream.of(
            new OutboundWebhookRoutes(webhooks, egress, clock).routes(),
            new DeliveryRoutes(deliveries, clock).routes())
        .flatMap(List::stream)
        .toList();
  }
}
