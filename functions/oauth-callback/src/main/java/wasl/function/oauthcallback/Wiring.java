package wasl.function.oauthcallback;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.DataKeySpec;
import wasl.access.Project;
import wasl.access.ProjectId;
import wasl.access.Tenant;
import wasl.aws.AwsClients;
import wasl.aws.DynamoAccessStore;
import wasl.aws.DynamoConnectFlow;
import wasl.aws.DynamoConnectionStore;
import wasl.aws.DynamoIntegrationStore;
import wasl.aws.DynamoTable;
import wasl.aws.KmsDataKeys;
import wasl.aws.ProviderEgress;
import wasl.aws.Refreshing;
import wasl.aws.SdkRequestSigner;
import wasl.aws.Settings;
import wasl.connection.Connections;
import wasl.connection.Integration;
import wasl.connection.IntegrationId;
import wasl.connection.RefreshPlan;
import wasl.egress.Egress;
import wasl.manifest.Catalog;
import wasl.oauth.AuthModes;
import wasl.oauth.Authorizations;
import wasl.oauth.Callbacks;
import wasl.oauth.CodeExchange;
import wasl.oauth.ConnectDirectory;
import wasl.oauth.ConnectFlow;
import wasl.oauth.OauthClients;
import wasl.oauth.Placing;
import wasl.oauth.TokenClient;
import wasl.oauth.TokenRevocation;
import wasl.oauth.WhoamiAccounts;
import wasl.provider.CredentialCheck;
import wasl.provider.ProviderCalls;
import wasl.vault.CachedDataKeys;
import wasl.vault.Vault;

/// Puts the road on AWS: reads the settings once, and builds what each of its two ends works on.
final class Wiring {
  private static final Map<String, String> PRIME =
      Map.of("project", "prime", "environment", "prime", "key", "prime");

  // Somebody waits in a browser.
  private static final Duration LOOKUP_DEADLINE = Duration.ofSeconds(5);
  private static final Duration REVOCATION_DEADLINE = Duration.ofSeconds(2);

  private final InstantSource clock;
  private final RandomGenerator random;

  private final DynamoTable connectionItems;
  private final KmsClient kms;
  private final String kmsKey;
  private final CachedDataKeys keys;
  private final ProviderEgress providers;
  private final Refreshing.Manner manner;
  private final String publicUrl;

  Wiring(
      AwsClients clients,
      Map<String, String> environment,
      InstantSource clock,
      RandomGenerator random) {
    this.clock = clock;
    this.random = random;

    var settings = new Settings(environment);
    var connectionsTable = settings.text("WASL_CONNECTIONS_TABLE", "wasl-dev-Connections-1ABC");
    var keysTable = settings.text("WASL_KEYS_TABLE", "wasl-dev-Keys-1ABC");
    kmsKey = settings.text("WASL_KMS_KEY", "arn:aws:kms:me-south-1:111122223333:key/1234");
    manner = Refreshing.Manner.read(settings);
    providers = manner.egress();
    publicUrl = settings.optional("WASL_PUBLIC_URL");
    settings.done();

    connectionItems = new DynamoTable(clients.dynamoDb(), connectionsTable);
    kms = clients.kms();
    keys =
        new CachedDataKeys(
            new KmsDataKeys(
                kms, kmsKey, new DynamoTable(clients.dynamoDb(), keysTable), clock, random),
            clock);
  }

  ConnectRoad road() {
    var access = new DynamoAccessStore(connectionItems);
    var integrations = new DynamoIntegrationStore(connectionItems);
    var directory =
        new ConnectDirectory() {
          @Override
          public Optional<Project> project(ProjectId id) {
            return access.project(id);
          }

          @Override
          public Optional<Integration> integration(Tenant tenant, IntegrationId id) {
            return integrations.find(tenant, id);
          }
        };
    return road(
        new DynamoConnectFlow(connectionItems),
        directory,
        new Vault(keys, random),
        providers.open());
  }

  private ConnectRoad road(
      ConnectFlow flow, ConnectDirectory directory, Vault vault, Egress egress) {
    var modes = new AuthModes(new Catalog());
    var authorizations =
        new Authorizations(flow, directory, modes, vault, providers::forBrowser, clock, random);
    var clients = new OauthClients(vault);
    var calls = new ProviderCalls(new SdkRequestSigner(), clock);
    var exchange =
        new CodeExchange(
            modes,
            clients,
            new TokenClient(egress, clock, random, manner.connectDeadline()),
            new WhoamiAccounts(modes, new CredentialCheck(egress, calls, clock, LOOKUP_DEADLINE)),
            new RefreshPlan(manner.idleAfter(), random),
            clock);
    var store = new DynamoConnectionStore(connectionItems);
    var placing =
        new Placing(
            store,
            new Connections(store, vault, clock, random),
            exchange,
            new TokenRevocation(modes, clients, calls, egress, REVOCATION_DEADLINE));
    return new ConnectRoad(
        authorizations,
        new Callbacks(flow, directory, modes, exchange, placing, vault, clock, random),
        publicUrl);
  }

  /// Walks the road as far as it harms nobody: a session and a provider that are not there, and of
  /// AWS an item, a condition and a data key of nobody's.
  void prime() throws IOException {
    var data =
        kms.generateDataKey(
            r -> r.keyId(kmsKey).keySpec(DataKeySpec.AES_256).encryptionContext(PRIME));
    var clear =
        kms.decrypt(
            r -> r.keyId(kmsKey).ciphertextBlob(data.ciphertextBlob()).encryptionContext(PRIME));
    var prime = new Prime(clear.plaintext().asByteArray(), clock.instant(), random);
    prime.look(new DynamoConnectFlow(connectionItems));
    prime.look(providers.open());
    prime.walk(road(prime, prime, new Vault(prime, random), prime));
  }
}
