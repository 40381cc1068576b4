package wasl.function.tokenrefresh;

import java.time.InstantSource;
import java.util.Map;
import java.util.random.RandomGenerator;
import wasl.aws.AwsClients;
import wasl.aws.DynamoTable;
import wasl.aws.KmsDataKeys;
import wasl.aws.Log;
import wasl.aws.QueueEdge;
import wasl.aws.RefreshLog;
import wasl.aws.Refreshing;
import wasl.aws.Settings;
import wasl.aws.SqsRefreshQueue;
import wasl.manifest.Catalog;
import wasl.refresh.RefreshWorker;
import wasl.vault.CachedDataKeys;
import wasl.vault.Vault;

/// The refreshes' worker put together, with the edge of its queue.
public final class Renewing {
  private final QueueEdge edge;
  private final RefreshWorker worker;

  private Renewing(QueueEdge edge, RefreshWorker worker) {
    this.edge = edge;
    this.worker = worker;
  }

  QueueEdge edge() {
    return edge;
  }

  RefreshWorker worker() {
    return worker;
  }

  /// @param environment the function's environment variables; all that is wrong with them is thrown
  ///   at once
  public static Renewing on(
      AwsClients clients,
      Map<String, String> environment,
      InstantSource clock,
      RandomGenerator random,
      Log log) {
    var settings = new Settings(environment);
    var connectionsTable = settings.text("WASL_CONNECTIONS_TABLE", "wasl-dev-Connections-1ABC");
    var keysTable = settings.text("WASL_KEYS_TABLE", "wasl-dev-Keys-1ABC");
    var kmsKey = settings.text("WASL_KMS_KEY", "arn:aws:kms:me-south-1:111122223333:key/1234");
    var queueUrl = SqsRefreshQueue.url(settings);
    var manner = Refreshing.Manner.read(settings);
    settings.done();

    var keys = new DynamoTable(clients.dynamoDb(), keysTable);
    var vault =
        new Vault(
            new CachedDataKeys(new KmsDataKeys(clients.kms(), kmsKey, keys, clock, random), clock),
            random);
    var refreshing =
        manner.on(
            new DynamoTable(clients.dynamoDb(), connectionsTable),
            vault,
            new Catalog(),
            new RefreshLog(log),
            clock,
            random);
    return new Renewing(
        new QueueEdge(clients.sqs(), queueUrl, log),
        new RefreshWorker(refreshing.connections(), refreshing.refresher(), clock));
  }
}
