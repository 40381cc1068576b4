package wasl.aws;

import java.time.Duration;
import java.time.InstantSource;
import java.util.random.RandomGenerator;
import wasl.vault.CachedDataKeys;
import wasl.vault.KeyRing;
import wasl.vault.ProjectJobs;
import wasl.vault.Vault;

/// Puts together, for those who ask for jobs on whole projects and for who works them off.
public final class ProjectUpkeep {
  // To so long ago the table `Connections` can be restored: what comes back is to open.
  private static final Duration RESTORABLE = Duration.ofDays(35);

  // Those who count in days do not all end theirs at one moment.
  private static final Duration MARGIN = Duration.ofDays(2);

  private ProjectUpkeep() {}

  /// With data keys that nobody else in the process shares: as fresh as the call.
  ///
  /// @param connections the table `Connections`
  public static ProjectJobs jobs(
      AwsClients clients,
      EventStorage.Names names,
      DynamoTable connections,
      InstantSource clock,
      RandomGenerator random,
      Log log) {
    var table = new DynamoTable(clients.dynamoDb(), names.keysTable());
    var keys = new KmsDataKeys(clients.kms(), names.kmsKey(), table, clock, random);
    var cached = new CachedDataKeys(keys, clock);
    return jobs(
        connections,
        new Vault(cached, random),
        KeyRing.telling(cached, keys),
        names.retention(),
        clock,
        random,
        log);
  }

  /// @param connections the table `Connections`
  /// @param bodies how long webhook bodies are kept
  /// @param ids what job ids are drawn from
  public static ProjectJobs jobs(
      DynamoTable connections,
      Vault vault,
      KeyRing keys,
      Duration bodies,
      InstantSource clock,
      RandomGenerator ids,
      Log log) {
    // Sealed and not among the lasting records: bodies, what receivers answered to deliveries (30
    // days), and what may be restored.
    var keptSealed = bodies.compareTo(RESTORABLE) > 0 ? bodies : RESTORABLE;
    return new ProjectJobs(
        new DynamoProjectJobs(connections),
        keys,
        new DynamoTenantRecords(connections, vault, log),
        keptSealed.plus(MARGIN),
        clock,
        ids);
  }
}
