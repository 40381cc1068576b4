package wasl.refresh;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import wasl.access.Cause;
import wasl.access.ChangeMark;
import wasl.access.Tenant;
import wasl.aws.ChangeMarks;
import wasl.aws.DynamoConnectionStore;
import wasl.aws.DynamoIntegrationStore;
import wasl.aws.DynamoTable;
import wasl.aws.Item;
import wasl.aws.ItemKeys;
import wasl.aws.KmsDataKeys;
import wasl.aws.SdkRequestSigner;
import wasl.connection.Connection;
import wasl.connection.ConnectionStore;
import wasl.connection.Connections;
import wasl.connection.Credentials;
import wasl.connection.Health;
import wasl.connection.Integration;
import wasl.connection.IntegrationId;
import wasl.connection.Integrations;
import wasl.connection.Mode;
import wasl.connection.RefreshPlan;
import wasl.connection.Token;
import wasl.connection.Upkeep;
import wasl.egress.AddressRules;
import wasl.egress.HttpEgress;
import wasl.manifest.Catalog;
import wasl.oauth.AuthModes;
import wasl.oauth.GrantedScopes;
import wasl.oauth.OauthClients;
import wasl.oauth.TokenClient;
import wasl.oauth.TokenLogins;
import wasl.oauth.TokenRevocation;
import wasl.oauth.TokenSources;
import wasl.provider.ProviderCalls;
import wasl.queue.DueScan;
import wasl.road.EmbeddedStack;
import wasl.road.SettableClock;
import wasl.vault.CachedDataKeys;
import wasl.vault.Secret;
import wasl.vault.Vault;
import wasl.web.Change;

/// A project with connections to a provider that gives tokens: records on the embedded AWS, real
/// HTTP to a token endpoint on loopback, a queue that the test drives by its own clock.
public final class RefreshScenario implements AutoCloseable {
  /// Auth modes of the provider.
  public static final String ROTATING = "oauth2_authorization_code/rotating";

  public static final String LASTING = "oauth2_authorization_code/lasting";
  public static final String ENDING = "oauth2_authorization_code/ending";
  public static final String CLIENT = "oauth2_client_credentials";

  static final Cause CAUSE = Cause.wasl("a-test");

  /// Of the provider's calls.
  static final Duration DEADLINE = Duration.ofSeconds(27);

  final SettableClock clock;
  final Tenant tenant;
  final TokenServer provider = new TokenServer();
  final DyingConnections store;
  final DynamoIntegrationStore integrationStore;
  final Integrations integrations;
  final Connections connections;
  final Refresher refresher;
  final UsableCredentials credentials;
  final RefreshWorker worker;
  final TimedRefreshQueue queue;
  final DueScan<Connection> scan;
  final Vault vault;
  final RefreshPlan plan;

  private final DynamoTable items;
  private final SecureRandom random = new SecureRandom();
  private final HttpEgress egress = new HttpEgress(AddressRules.parse("127.0.0.0/8"));
  private final AuthModes modes = new AuthModes(new Catalog());
  private final TokenSources tokens;
  private final ProviderCalls calls;

  RefreshScenario(EmbeddedStack stack) {
    this(stack, stack.newTenant(), SettableClock.atRealTime(), DEADLINE);
  }

  /// @param deadline of a token call
  public RefreshScenario(
      EmbeddedStack stack, Tenant tenant, SettableClock clock, Duration deadline) {
    this.tenant = tenant;
    this.clock = clock;
    var environment = stack.environment("token-refresh");
    var dynamoDb = stack.clients().dynamoDb();
    items = new DynamoTable(dynamoDb, value(environment, "WASL_CONNECTIONS_TABLE"));
    vault =
        new Vault(
            new CachedDataKeys(
                new KmsDataKeys(
                    stack.clients().kms(),
                    value(environment, "WASL_KMS_KEY"),
                    new DynamoTable(dynamoDb, value(environment, "WASL_KEYS_TABLE")),
                    clock,
                    random),
                clock),
            random);
    store = new DyingConnections(new DynamoConnectionStore(items), tenant);
    integrationStore = new DynamoIntegrationStore(items);
    integrations = new Integrations(integrationStore, store, vault, clock, random);
    connections = new Connections(store, vault, clock, random);
    plan = new RefreshPlan(Duration.ofDays(7), random);
    calls = new ProviderCalls(new SdkRequestSigner(), clock);
    tokens =
        new TokenSources(
            modes,
            new OauthClients(vault),
            new TokenClient(egress, clock, random, deadline),
            new TokenLogins(modes, egress, calls, clock, deadline),
            clock);
    refresher = refresher(Pause.asleep());
    credentials = credentials(Pause.asleep());
    worker = new RefreshWorker(store, refresher, clock);
    queue = new TimedRefreshQueue(clock);
    scan = new DueScan<>(new DueRefreshes(store, queue), clock);
  }

  public TokenServer provider() {
    return provider;
  }

  Connections.Kept resume(Connection connection) {
    var lack = new GrantedScopes(integrationStore, modes);
    return connections.resume(now(connection), lack::lack, CAUSE).orElseThrow();
  }

  Refresher refresher(Pause pause) {
    return new Refresher(
        store,
        integrationStore,
        tokens,
        new TokenRevocation(
            modes, new OauthClients(vault), calls, egress, TokenRevocation.USUAL_DEADLINE),
        vault,
        plan,
        pause,
        (outcome, took, cause) -> {},
        clock,
        random);
  }

  UsableCredentials credentials(Pause pause) {
    return new UsableCredentials(store, refresher, plan, pause, clock, random);
  }

  /// The integration, leading to that token endpoint.
  public Integration integration(String tokenUrl) {
    var wish =
        new Integrations.Wish(
            new IntegrationId("example"),
            "example-oauth",
            Mode.SANDBOX,
            Optional.of("the-client"),
            new Change.Set<>(Secret.of("the-clients-secret")),
            new Change.Keep<>(),
            List.of("read"),
            List.of(),
            Optional.of(
                "{\"tokenUrl\":\"" + tokenUrl + "\",\"revocationUrl\":\"" + tokenUrl + "\"}"),
            _ -> true,
            true);
    return switch (integrations.put(tenant, wish, CAUSE)) {
      case Integrations.Put.Created(Integration created) -> created;
      case Integrations.Put.Updated(Integration updated) -> updated;
      case Integrations.Put other -> throw new AssertionError(other);
    };
  }

  /// A connection whose token the provider has just given.
  public Connection connected(String auth) {
    return connected(auth, Optional.of(Duration.ofHours(1)));
  }

  /// @param life of its token; empty: for good
  public Connection connected(String auth, Optional<Duration> life) {
    var refreshToken =
        auth.equals(CLIENT)
            ? Optional.<Secret>empty()
            : Optional.of(Secret.of(provider.refreshToken()));
    return connected(auth, life, refreshToken);
  }

  Connection connected(String auth, Optional<Duration> life, Optional<Secret> refreshToken) {
    var integration = integration(provider.url());
    var now = clock.instant();
    var token =
        new Token(
            Secret.of("at-0"),
            refreshToken,
            life.map(now::plus),
            now,
            provider.origin(),
            Optional.empty());
    var given = new Credentials("oauth2", Map.of(), Optional.of(token));
    var facts =
        new RefreshPlan.Facts(
            token,
            refreshToken.isPresent() || auth.equals(CLIENT),
            now,
            auth.equals(ENDING) ? Optional.of(Duration.ofDays(30)) : Optional.empty());
    return connections
        .create(
            tenant,
            new Connections.Wish(
                new ConnectionStore.Grounds(integration, Optional.empty()),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                new Connections.Authorized(
                    auth,
                    given,
                    List.of("read"),
                    Health.UNCHECKED,
                    Optional.empty(),
                    Upkeep.due(plan.dueAt(facts, now)))),
            CAUSE)
        .connection();
  }

  /// As it is now.
  Connection now(Connection connection) {
    return store.find(tenant, connection.id()).orElseThrow();
  }

  Token token(Connection connection) {
    return connections.credentials(now(connection)).token().orElseThrow();
  }

  String accessToken(Connection connection) {
    return token(connection).accessToken().reveal();
  }

  /// What the last write did to it; empty where nobody is told.
  Optional<String> told(Connection connection) {
    return items
        .get(ItemKeys.connection(tenant, connection.id()))
        .filter(item -> item.has("change"))
        .map((Item item) -> ChangeMarks.read(item))
        .map(ChangeMark::kind);
  }

  /// The table `Connections`.
  DynamoTable items() {
    return items;
  }

  UsableCredentials.Read read(Connection connection) {
    return credentials.read(tenant, connection.id(), CAUSE);
  }

  Refreshed refresh(Connection connection, Need need) {
    return refresher.refresh(now(connection), need, CAUSE);
  }

  int scan() {
    return scan.run(clock.instant().plusSeconds(1));
  }

  /// Works until nothing is visible on the queue.
  void work() {
    for (var batch = queue.take(); !batch.isEmpty(); batch = queue.take()) {
      queue.settle(batch, worker.handle(batch, "a-test"));
    }
  }

  /// Time passes; scan and queue do what they do every minute.
  void pass(Duration time) {
    var end = clock.instant().plus(time);
    while (clock.instant().isBefore(end)) {
      var left = Duration.between(clock.instant(), end);
      clock.move(left.compareTo(Duration.ofMinutes(1)) < 0 ? left : Duration.ofMinutes(1));
      scan();
      work();
    }
  }

  /// As [#pass], without the minutes in which nothing is due.
  void passQuickly(Connection connection, Duration time) {
    var end = clock.instant().plus(time);
    while (true) {
      var dueAt = store.find(tenant, connection.id()).flatMap(now -> now.upkeep().dueAt());
      var next = dueAt.filter(end::isAfter).orElse(end);
      if (clock.instant().isBefore(next)) {
        clock.move(Duration.between(clock.instant(), next));
      } else {
        clock.move(Duration.ofSeconds(1));
      }
      if (!clock.instant().isBefore(end)) {
        return;
      }
      scan();
      work();
    }
  }

  Instant after(Duration time) {
    return clock.instant().plus(time);
  }

  private static String value(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name)).orElseThrow();
  }

  @Override
  public void close() {
    provider.close();
    egress.close();
  }
}
