package wasl.function.managementapi;

import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import wasl.access.ApiKeys;
import wasl.access.Projects;
import wasl.audit.AuditTrail;
import wasl.audit.Auditor;
import wasl.aws.AwsClients;
import wasl.aws.DynamoAccessStore;
import wasl.aws.DynamoAuditTrail;
import wasl.aws.DynamoCallMemory;
import wasl.aws.DynamoConnectFlow;
import wasl.aws.DynamoConnectionStore;
import wasl.aws.DynamoDeliveries;
import wasl.aws.DynamoInboundWebhooks;
import wasl.aws.DynamoIntegrationStore;
import wasl.aws.DynamoOutboundWebhooks;
import wasl.aws.DynamoReceivers;
import wasl.aws.DynamoTable;
import wasl.aws.EventStorage;
import wasl.aws.Log;
import wasl.aws.ProjectUpkeep;
import wasl.aws.RefreshLog;
import wasl.aws.Refreshing;
import wasl.aws.Settings;
import wasl.aws.SqsDeliveryQueue;
import wasl.aws.SqsInboundQueue;
import wasl.connection.Connections;
import wasl.connection.Integrations;
import wasl.egress.AddressRules;
import wasl.id.RepeatableRandom;
import wasl.inbound.Events;
import wasl.inbound.InboundUrls;
import wasl.manifest.Catalog;
import wasl.oauth.Admission;
import wasl.oauth.CodeExchange;
import wasl.oauth.CodeModes;
import wasl.oauth.ConnectSessions;
import wasl.oauth.GrantedScopes;
import wasl.oauth.OauthClients;
import wasl.oauth.TokenRevocation;
import wasl.oauth.WhoamiAccounts;
import wasl.outbound.Deliveries;
import wasl.outbound.DeliveryContent;
import wasl.outbound.OutboundWebhooks;
import wasl.outbound.Sweeps;
import wasl.refresh.HealthChecks;
import wasl.vault.ProjectJobs;
import wasl.web.IdempotentCalls;
import wasl.web.Route;
import wasl.web.RouteTable;

/// Puts the routes on AWS: reads the settings once, and gives each group of routes what it works
/// on.
final class Wiring {
  private final AwsClients clients;
  private final InstantSource clock;
  private final RandomGenerator random;

  /// What ids and secrets are drawn from: for a write that is sent again, the same.
  private final RepeatableRandom ids;

  private final DynamoTable connectionItems;
  private final String inboundQueueUrl;
  private final String deliveryQueueUrl;
  private final AddressRules egress;
  private final Log log;
  private final Refreshing.Manner refreshing;
  private final String publicUrl;
  private final long mostBodyBytes;

  private final EventStorage storage;
  private final Catalog catalog = new Catalog();
  private final AuditTrail audit;
  private final Auditor auditor;
  private final ApiKeys keys;
  private final Projects projects;
  private final ProjectJobs jobs;

  /// @param environment the function's environment variables; all that is wrong with them is thrown
  ///   at once
  Wiring(
      AwsClients clients,
      Map<String, String> environment,
      InstantSource clock,
      RandomGenerator random,
      Log log) {
    this.clients = clients;
    this.clock = clock;
    this.random = random;
    this.log = log;
    ids = new RepeatableRandom(random);

    var settings = new Settings(environment);
    var connectionsTable = settings.text("WASL_CONNECTIONS_TABLE", "wasl-dev-Connections-1ABC");
    var names = EventStorage.Names.read(settings);
    inboundQueueUrl = SqsInboundQueue.url(settings);
    deliveryQueueUrl = SqsDeliveryQueue.url(settings);
    mostBodyBytes = settings.number("WASL_MAX_BODY_BYTES", 4_194_304, 1024, 4_194_304);
    publicUrl = settings.optional("WASL_PUBLIC_URL");
    refreshing = Refreshing.Manner.read(settings);
    egress = refreshing.egress().rules();
    settings.done();

    connectionItems = new DynamoTable(clients.dynamoDb(), connectionsTable);
    storage = names.on(clients, clock, random);
    audit = new DynamoAuditTrail(storage.table(), clock);
    auditor = new Auditor(audit, clock, random);
    var access = new DynamoAccessStore(connectionItems);
    keys = new ApiKeys(access, clock, ids);
    projects = new Projects(access, keys, clock, ids);
    jobs =
        ProjectUpkeep.jobs(
            connectionItems,
            storage.vault(),
            storage.keyRing(),
            names.retention(),
            clock,
            ids,
            log);
  }

  ApiKeys keys() {
    return keys;
  }

  Projects projects() {
    return projects;
  }

  RouteTable.Writes writes() {
    return new IdempotentCalls(
        new DynamoCallMemory(storage.table()), storage.vault(), clock, random, ids);
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
            new ProjectRoutes(projects, jobs).routes(),
            new ApiKeyRoutes(keys, clock).routes(),
            new AuditRoutes(audit, clock).routes(),
            new ProviderRoutes(catalog).routes())
        .flatMap(List::stream)
        .toList();
  }

  private List<Route> connecting() {
    var connectionStore = new DynamoConnectionStore(connectionItems);
    var connections = new Connections(connectionStore, storage.vault(), clock, ids);
    var integrationStore = new DynamoIntegrationStore(connectionItems);
    var integrations =
        new Integrations(integrationStore, connectionStore, storage.vault(), clock, ids);
    var inbound =
        new InboundUrls(
            new DynamoInboundWebhooks(connectionItems), catalog, storage.vault(), clock, ids);
    var clients = new OauthClients(storage.vault());
    var refreshes =
        refreshing.on(
            connectionItems, storage.vault(), catalog, new RefreshLog(log), clock, random);
    var modes = refreshes.modes();
    var codeModes = new CodeModes(modes);
    var revocation =
        new TokenRevocation(
            modes,
            clients,
            refreshes.calls(),
            refreshes.providers(),
            TokenRevocation.USUAL_DEADLINE);
    var connecting =
        new Connecting(
            connections,
            modes,
            new Admission(
                modes, refreshes.connectTokens(), refreshes.check(), refreshes.plan(), clock),
            codeModes,
            new CodeExchange(
                modes,
                clients,
                refreshes.connectClient(),
                new WhoamiAccounts(modes, refreshes.check()),
                refreshes.plan(),
                clock),
            clock);
    var checks =
        new HealthChecks(
            connections, integrationStore, modes, refreshes.refresher(), refreshes.check(), clock);
    return Stream.of(
            new IntegrationRoutes(integrations, inbound, catalog, egress).routes(),
            new ConnectSessionRoutes(
                    new ConnectSessions(new DynamoConnectFlow(connectionItems), clock, ids),
                    integrations,
                    connections,
                    codeModes)
                .routes(),
            new ConnectionRoutes(
                    connections,
                    integrations,
                    inbound,
                    connecting,
                    new Revoking(connections, integrations, revocation, log))
                .routes(),
            new ConnectionActionRoutes(
                    connections,
                    refreshes.refresher(),
                    checks,
                    new GrantedScopes(integrationStore, modes),
                    auditor,
                    clock)
                .routes(),
            new CredentialsRoutes(refreshes.credentials(), auditor).routes(),
            new InboundWebhookRoutes(inbound, integrations, connections).routes())
        .flatMap(List::stream)
        .toList();
  }

  private List<Route> events() {
    var inboundQueue = new SqsInboundQueue(clients.sqs(), inboundQueueUrl);
    var events =
        new Events(storage.records(), storage.archive(), inboundQueue, auditor, clock, ids);
    return new EventRoutes(events, auditor, clock).routes();
  }

  private List<Route> outbound() {
    var webhookStore = new DynamoOutboundWebhooks(connectionItems);
    var deliveryStore = new DynamoDeliveries(storage.table(), clock);
    var queue = new SqsDeliveryQueue(clients.sqs(), deliveryQueueUrl);
    var webhooks =
        new OutboundWebhooks(
            webhookStore,
            deliveryStore,
            new DynamoReceivers(storage.table(), random),
            queue,
            storage.archive(),
            storage.vault(),
            auditor,
            clock,
            ids);
    var deliveries =
        new Deliveries(
            webhookStore,
            deliveryStore,
            new DeliveryContent(storage.records(), storage.archive()),
            new Sweeps(webhookStore, deliveryStore, storage.records(), queue, clock),
            storage.vault(),
            auditor,
            clock,
            ids);
    return Stream.of(
            new OutboundWebhookRoutes(webhooks, egress, clock).routes(),
            new DeliveryRoutes(deliveries, clock).routes())
        .flatMap(List::stream)
        .toList();
  }
}
