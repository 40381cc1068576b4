package wasl.refresh;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.random.RandomGenerator;
import wasl.access.Cause;
import wasl.access.Tenant;
import wasl.connection.Connection;
import wasl.connection.ConnectionId;
import wasl.connection.ConnectionStatus;
import wasl.connection.ConnectionStore;
import wasl.connection.Credentials;
import wasl.connection.RefreshPlan;

/// Gives a connection's credentials in a state in which they can be used: a token that has ended is
/// refreshed first, by one of all who ask for it; one that is merely due is given as it is.
public final class UsableCredentials {
  /// A reader waits so long for another's refresh.
  static final Duration LONGEST_WAIT = Duration.ofSeconds(27);

  // Whoever waited longer has no time left for a call of his own before his function ends.
  private static final Duration LATEST_CALL = Duration.ofSeconds(10);

  private static final Duration ASK_AGAIN = Duration.ofSeconds(5);
  private static final int SHORTEST_LOOK_MILLIS = 100;
  private static final int LONGEST_LOOK_MILLIS = 250;

  // What the scan has just enqueued is due a few minutes later than it was planned.
  private static final Duration PLANNED = Duration.ofMinutes(5);

  private final ConnectionStore connections;
  private final Refresher refresher;
  private final RefreshPlan plan;
  private final Pause pause;
  private final InstantSource clock;
  private final RandomGenerator random;

  public UsableCredentials(
      ConnectionStore connections,
      Refresher refresher,
      RefreshPlan plan,
      Pause pause,
      InstantSource clock,
      RandomGenerator random) {
    this.connections = connections;
    this.refresher = refresher;
    this.plan = plan;
    this.pause = pause;
    this.clock = clock;
    this.random = random;
  }

  /// What a reader gets.
  public sealed interface Read {
    record Usable(Connection connection, Credentials credentials) implements Read {}

    /// Another refreshes it, for longer than a reader waits.
    record InProgress(Duration retryAfter) implements Read {}

    /// The token has ended, and the provider gives none for now.
    record Failing(Connection connection, Duration retryAfter) implements Read {}

    record NotActive(Connection connection) implements Read {}

    record Absent() implements Read {}
  }

  /// Reads them, and notes the use.
  ///
  /// @param cause of the refresh, should one be made
  public Read read(Tenant tenant, ConnectionId id, Cause cause) {
    var begun = clock.instant();
    while (true) {
      var found = connections.find(tenant, id);
      if (found.isEmpty()) {
        return new Read.Absent();
      }
      var connection = found.get();
      if (connection.status() != ConnectionStatus.ACTIVE) {
        return new Read.NotActive(connection);
      }
      var now = clock.instant();
      if (!connection.isExpired(now)) {
        return usable(connection, now);
      }
      var waited = Duration.between(begun, now);
      boolean held = connection.upkeep().hold().filter(hold -> hold.isLive(now)).isPresent();
      if (!held && waited.compareTo(LATEST_CALL) < 0) {
        var refreshed = refresher.refresh(connection, Need.USE, cause);
        if (!(refreshed instanceof Refreshed.Held)) {
          return read(refreshed);
        }
      }
      if (waited.compareTo(LONGEST_WAIT) >= 0) {
        return new Read.InProgress(ASK_AGAIN);
      }
      pause.last(Duration.ofMillis(random.nextInt(SHORTEST_LOOK_MILLIS, LONGEST_LOOK_MILLIS)));
    }
  }

  private Read read(Refreshed refreshed) {
    var now = clock.instant();
    return switch (refreshed) {
      // Though it may have ended again: a provider whose tokens live so short gives no better.
      case Refreshed.Renewed(Connection connection) ->
          connection.status() == ConnectionStatus.ACTIVE
              ? usable(connection, now)
              : new Read.NotActive(connection);
      case Refreshed.PutOff(Connection connection, Instant notBefore) ->
          new Read.Failing(connection, Duration.between(now, notBefore));
      case Refreshed.Failed(Connection connection, var _, Instant notBefore) ->
          new Read.Failing(connection, Duration.between(now, notBefore));
      case Refreshed.Ended(Connection connection, var _) -> new Read.NotActive(connection);
      case Refreshed.NotActive(Connection connection) -> new Read.NotActive(connection);
      case Refreshed.Nothing(Connection connection) -> new Read.NotActive(connection);
      case Refreshed.NotDue(Connection connection, var _) -> usable(connection, now);
      case Refreshed.Held _ -> new Read.InProgress(ASK_AGAIN);
      case Refreshed.Gone() -> new Read.Absent();
    };
  }

  private Read usable(Connection connection, Instant now) {
    var credentials = refresher.open(connection);
    boolean noted =
        connection
            .lastActivityAt()
            .filter(at -> now.isBefore(at.plus(Connection.USE_NOTED_EVERY)))
            .isPresent();
    if (!noted) {
      note(connection, credentials, now);
    }
    return new Read.Usable(connection, credentials);
  }

  private void note(Connection connection, Credentials credentials, Instant now) {
    var facts = refresher.facts(connection, credentials).map(known -> known.usedAt(now));
    var dueAt = facts.flatMap(known -> plan.dueAt(known, now));
    connections.used(connection, now, dueAt);
    // It was planned for a connection that nobody uses.
    var latest = facts.flatMap(plan::latest).map(time -> time.plus(PLANNED));
    var upkeep = connection.upkeep();
    boolean later = latest.isPresent() && upkeep.dueAt().filter(latest.get()::isBefore).isPresent();
    if (later && dueAt.isPresent() && upkeep.failures() == 0 && upkeep.hold().isEmpty()) {
      connections.moveDue(connection, dueAt.get());
    }
  }
}
