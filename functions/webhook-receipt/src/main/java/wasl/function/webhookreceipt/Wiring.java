package wasl.function.webhookreceipt;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import wasl.aws.Log;
import wasl.aws.Settings;
import wasl.aws.crt.CallBudget;
import wasl.aws.crt.CrtAws;
import wasl.aws.crt.CrtDataKeys;
import wasl.aws.crt.CrtInboundDirectory;
import wasl.aws.crt.CrtInboundQueue;
import wasl.aws.crt.CrtLargeBodies;
import wasl.aws.crt.CrtSettings;
import wasl.inbound.CachedInboundDirectory;
import wasl.inbound.Receipt;
import wasl.manifest.Catalog;
import wasl.vault.CachedDataKeys;
import wasl.vault.Vault;

/// The receipt as it runs on Lambda, from its environment.
///
/// @param isForSnapshot whether SnapStart will take a picture of this process; registering for it
///   where it does not costs a cold start a tenth of its time
record Wiring(
    Receipt receipt, CallBudget budget, Log log, Snapshot snapshot, boolean isForSnapshot) {
  // A provider waits 10 s and more for its answer; the gateway 30 s.
  private static final Duration ALL_CALLS = Duration.ofSeconds(8);
  private static final long USUAL_BODY = 4L * 1024 * 1024;
  private static final long MOST_BODY = 6L * 1024 * 1024;

  static Wiring of(Map<String, String> environment) {
    var settings = new Settings(environment);
    var connections = settings.text("WASL_CONNECTIONS_TABLE", "wasl-Connections-1ABC");
    var keysTable = settings.text("WASL_KEYS_TABLE", "wasl-Keys-1ABC");
    var bucket = settings.text("WASL_BUCKET", "wasl-bodies-1abc");
    var kmsKey = settings.text("WASL_KMS_KEY", "arn:aws:kms:…:key/…");
    var queue = settings.text("WASL_INBOUND_QUEUE_URL", "https://sqs.…/wasl-Inbound");
    var primeQueue = settings.text("WASL_PRIME_QUEUE_URL", "https://sqs.…/wasl-Prime");
    long mostBodyBytes = settings.number("WASL_MAX_BODY_BYTES", USUAL_BODY, 1, MOST_BODY);
    settings.done();

    var clock = InstantSource.system();
    var log = Log.ofFunction("webhook-receipt");
    var budget = new CallBudget(ALL_CALLS);
    var aws = new CrtAws(CrtSettings.of(environment), budget, clock);
    boolean isForSnapshot = "snap-start".equals(environment.get("AWS_LAMBDA_INITIALIZATION_TYPE"));
    if (!isForSnapshot) {
      // The handshakes go on while the rest is loaded, so that the first call waits for none.
      aws.connect();
    }
    var directory = new CachedInboundDirectory(new CrtInboundDirectory(aws, connections), clock);
    var keys = new CachedDataKeys(new CrtDataKeys(aws, keysTable), clock);
    var catalog = new Catalog();
    var vault = new Vault(keys, new SecureRandom());
    var receipt =
        new Receipt(
            directory,
            catalog,
            vault,
            new CrtInboundQueue(aws, queue),
            new CrtLargeBodies(aws, bucket, vault),
            clock,
            mostBodyBytes);
    var snapshot =
        new PrimedSnapshot(
            aws,
            budget,
            directory,
            keys,
            catalog,
            log,
            clock,
            new PrimedSnapshot.Targets(connections, kmsKey, primeQueue));
    return new Wiring(receipt, budget, log, snapshot, isForSnapshot);
  }
}
