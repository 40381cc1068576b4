package wasl.function.managementapi;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import wasl.access.ApiKeys;
import wasl.access.Projects;
import wasl.aws.AwsClients;
import wasl.aws.DynamoAccessStore;
import wasl.aws.DynamoAuditTrail;
import wasl.aws.DynamoConnectionStore;
import wasl.aws.DynamoEventStore;
import wasl.aws.DynamoInboundWebhooks;
import wasl.aws.DynamoIntegrationStore;
import wasl.aws.DynamoTable;
import wasl.aws.HttpEvent;
import wasl.aws.KmsDataKeys;
import wasl.aws.S3BodyArchive;
import wasl.aws.Settings;
import wasl.aws.SqsInboundQueue;
import wasl.connection.Connections;
import wasl.connection.Integrations;
import wasl.event.BodyCodec;
import wasl.inbound.Events;
import wasl.inbound.InboundUrls;
import wasl.manifest.Catalog;
import wasl.vault.CachedDataKeys;
import wasl.vault.Vault;
import wasl.web.ApiCall;
import wasl.web.Response;
import wasl.web.Route;
import wasl.web.RouteTable;

/// The management API put together: every route with what it works on.
public final class ManagementApi {
  private final RouteTable routes;
  private final BootstrapCommand bootstrap;
  private final String publicUrl;

  private ManagementApi(RouteTable routes, BootstrapCommand bootstrap, String publicUrl) {
    this.routes = routes;
    this.bootstrap = bootstrap;
    this.publicUrl = publicUrl;
  }

  /// @param environment the function's environment variables; all that is wrong with them is thrown
  ///   at once
  public static ManagementApi on(
      AwsClients clients,
      Map<String, String> environment,
      InstantSource clock,
      RandomGenerator random) {
    var settings = new Settings(environment);
    var connectionsTable = settings.text("WASL_CONNECTIONS_TABLE", "wasl-dev-Connections-1ABC");
    var keysTable = settings.text("WASL_KEYS_TABLE", "wasl-dev-Keys-1ABC");
    var kmsKey = settings.text("WASL_KMS_KEY", "arn:aws:kms:eu-central-1:123456789012:key/…");
    var eventsTable = settings.text("WASL_EVENTS_TABLE", "wasl-dev-Events-1ABC");
    var bucket = settings.text("WASL_BUCKET", "wasl-dev-bodies-1abc");
    var inboundQueueUrl =
        settings.text(
            "WASL_INBOUND_QUEUE_URL",
            "https://sqs.eu-central-1.amazonaws.com/123456789012/wasl-dev-Inbound");
    var retention = Duration.ofDays(settings.number("WASL_BODY_RETENTION_DAYS", 14, 1, 365));
    var mostBodyBytes = settings.number("WASL_MAX_BODY_BYTES", 4_194_304, 1024, 4_194_304);
    var publicUrl = settings.optional("WASL_PUBLIC_URL");
    settings.done();

    var connectionItems = new DynamoTable(clients.dynamoDb(), connectionsTable);
    var keyItems = new DynamoTable(clients.dynamoDb(), keysTable);
    var dataKeys =
        new CachedDataKeys(new KmsDataKeys(clients.kms(), kmsKey, keyItems, clock, random), clock);
    var vault = new Vault(dataKeys, random);
    var catalog = new Catalog();

    var access = new DynamoAccessStore(connectionItems);
    var keys = new ApiKeys(access, clock, random);
    var projects = new Projects(access, keys, clock, random);
    var connectionStore = new DynamoConnectionStore(connectionItems);
    var connections = new Connections(connectionStore, vault, clock, random);
    var integrations =
        new Integrations(
            new DynamoIntegrationStore(connectionItems), connectionStore, vault, clock);
    var inbound =
        new InboundUrls(new DynamoInboundWebhooks(connectionItems), catalog, vault, clock, random);

    var eventItems = new DynamoTable(clients.dynamoDb(), eventsTable);
    var archive =
        new S3BodyArchive(clients.s3(), bucket, new BodyCodec(vault), retention, clock, random);
    var events =
        new Events(
            new DynamoEventStore(eventItems, clock),
            archive,
            new SqsInboundQueue(clients.sqs(), inboundQueueUrl),
            clock,
            random);
    var audit = new DynamoAuditTrail(eventItems);

    var routes = new ArrayList<Route>();
    routes.addAll(new HealthRoutes().routes());
    routes.addAll(new OpenApiRoutes().routes());
    routes.addAll(new ProjectRoutes(projects).routes());
    routes.addAll(new ApiKeyRoutes(keys, clock).routes());
    routes.addAll(new ProviderRoutes(catalog).routes());
    routes.addAll(new IntegrationRoutes(integrations, inbound, catalog).routes());
    routes.addAll(new ConnectionRoutes(connections, integrations, inbound, catalog).routes());
    routes.addAll(new InboundWebhookRoutes(inbound, integrations, connections).routes());
    routes.addAll(new EventRoutes(events, audit, clock, random).routes());
    return new ManagementApi(
        new RouteTable(List.copyOf(routes), keys::caller, mostBodyBytes),
        new BootstrapCommand(projects),
        publicUrl);
  }

  /// Every route, for those who check that the OpenAPI document has it.
  public List<Route> routes() {
    return routes.routes();
  }

  Response answer(HttpEvent event) {
    return routes.answer(
        new ApiCall(
            event.requestId(),
            publicUrl.isEmpty() ? "https://" + event.domainName() : publicUrl,
            event.method(),
            event.rawPath(),
            event.rawQuery(),
            event.headers(),
            event.body()));
  }

  /// Answers an event that did not come through HTTP.
  byte[] invoke(byte[] event) {
    return bootstrap.run(event);
  }
}
