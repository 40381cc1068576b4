package wasl.function.webhookreceipt;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Map;
import wasl.aws.Log;
import wasl.aws.crt.CallBudget;
import wasl.aws.crt.CrtAws;
import wasl.aws.crt.CrtInboundQueue;
import wasl.event.BodyRef;
import wasl.inbound.CachedInboundDirectory;
import wasl.inbound.Receipt;
import wasl.manifest.Catalog;
import wasl.vault.CachedDataKeys;
import wasl.vault.Vault;

/// Runs signed webhooks of a tenant that does not exist through a receipt of their own, into the
/// prime queue, and reads an item that does not exist.
final class PrimedSnapshot implements Snapshot {
  private static final int ROUNDS = 100;
  private static final Map<String, String> KMS_CONTEXT =
      Map.of("project", "prime", "environment", "prime", "key", "prime");

  /// What priming may touch.
  ///
  /// @param table read for a key that no item has
  record Targets(String table, String kmsKey, String queueUrl) {}

  private final CrtAws aws;
  private final CallBudget budget;
  private final CachedInboundDirectory directory;
  private final CachedDataKeys keys;
  private final Catalog catalog;
  private final Log log;
  private final InstantSource clock;
  private final Targets targets;

  PrimedSnapshot(
      CrtAws aws,
      CallBudget budget,
      CachedInboundDirectory directory,
      CachedDataKeys keys,
      Catalog catalog,
      Log log,
      InstantSource clock,
      Targets targets) {
    this.aws = aws;
    this.budget = budget;
    this.directory = directory;
    this.keys = keys;
    this.catalog = catalog;
    this.log = log;
    this.clock = clock;
    this.targets = targets;
  }

  @Override
  public void prepare() {
    try {
      prime();
    } catch (IOException | RuntimeException e) {
      // A function that is not primed works, only slower at first.
      log.warn("not primed").with(e).write();
    }
    aws.close();
    keys.clear();
    directory.clear();
  }

  @Override
  public void resume() {
    aws.connect();
  }

  private void prime() throws IOException {
    budget.start();
    // Loads what reads them, whichever provider calls first.
    catalog.ids().forEach(catalog::webhook);
    aws.getItem(targets.table(), "-#-#prime#-");
    var wrapped = aws.generateDataKey(targets.kmsKey(), KMS_CONTEXT).wrapped();
    var webhook = new PrimeWebhook(aws.decrypt(wrapped, KMS_CONTEXT), clock.instant());
    for (int round = 0; round < ROUNDS; round++) {
      // With empty caches each, since so is the first call's.
      var handler = new Handler(receipt(webhook), budget, silent(), Snapshot.NONE);
      var event = new ByteArrayInputStream(webhook.event(clock.instant()));
      handler.answer(event, OutputStream.nullOutputStream());
    }
  }

  private Receipt receipt(PrimeWebhook webhook) {
    return new Receipt(
        new CachedInboundDirectory(webhook, clock),
        catalog,
        new Vault(new CachedDataKeys(webhook, clock), new SecureRandom()),
        new CrtInboundQueue(aws, targets.queueUrl()),
        (tenant, name, body) -> new BodyRef("prime", 0, 1),
        clock,
        Integer.MAX_VALUE);
  }

  private Log silent() {
    return new Log(
        "prime",
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
        clock);
  }
}
