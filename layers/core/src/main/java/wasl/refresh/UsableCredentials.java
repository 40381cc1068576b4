package wasl.refresh;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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

  // Between two looks: a part of what was waited so far, so that the hundredth reader's looks do
  // not slow down the one refresh that all of them wait for.
  private static final int LOOK_PARTS = 5;
  private static final Duration SHORTEST_LOOK = Duration.ofMillis(100);
  private static final Duration LONGEST_LOOK = Duration.ofMillis(600);

  // What the scan has just enqueued is due a few minutes later than it was planned.
  private static final Duration PLANNED = Duration.ofMinutes(5);

  private final ConnectionStore connections;
  private final Refresher refresher;
  private final RefreshPlan plan;
  private final Pause pause;
  private final InstantSource clock;
  private final RandomGenerator random;

  // Of connections whose tokens have ended: what the one reader here gets who sees to it.
  private final Map<String, CompletableFuture<Read>> awaited = new ConcurrentHashMap<>();

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
    var found = connections.find(tenant, id);
    var atHand = found.isEmpty() ? Optional.<Read>of(new Read.Absent()) : atHand(found.get());
    return atHand.orElseGet(() -> shared(found.orElseThrow(), begun, cause));
  }

  /// What needs no refresh; empty where the token has ended.
  private Optional<Read> atHand(Connection connection) {
    if (connection.status() != ConnectionStatus.ACTIVE) {
      return Optional.of(new Read.NotActive(connection));
    }
    var now = clock.instant();
    return connection.isExpired(now) ? Optional.empty() : Optional.of(usable(connection, now));
  }

  // Of those who wait here one refreshes, or looks whether another has; all get what he gets. Each
  // has found before that the token had ended, so that it is no older than his own look.
  private Read shared(Connection connection, Instant begun, Cause cause) {
    var key = connection.tenant() + "#" + connection.id();
    var mine = new CompletableFuture<Read>();
    var running = awaited.putIfAbsent(key, mine);
    if (running != null) {
      return followed(running);
    }
    try {
      var read = refreshed(connection, begun, cause);
      mine.complete(read);
      return read;
    } catch (Throwable why) {
      mine.completeExceptionally(why);
      throw why;
    } finally {
      awaited.remove(key, mine);
    }
  }

  private static Read followed(CompletableFuture<Read> running) {
    try {
      return running.get(LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException longer) {
      return new Read.InProgress(ASK_AGAIN);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException why) {
        throw why;
      }
      throw new IllegalStateException("the refresh that was waited for failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for a refresh", e);
    }
  }

  private Read refreshed(Connection seen, Instant begun, Cause cause) {
    var connection = seen;
    while (true) {
      var now = clock.instant();
      var waited = Duration.between(begun, now);
      boolean held = connection.upkeep().hold().filter(hold -> hold.isLive(now)).isPresent();
      if (!held && waited.compareTo(LATEST_CALL) >= 0) {
        return unheld(connection, now);
      }
      if (!held) {
        var refreshed = refresher.refresh(connection, Need.USE, cause);
        if (!(refreshed instanceof Refreshed.Held)) {
          return read(refreshed);
        }
      }
      if (waited.compareTo(LONGEST_WAIT) >= 0) {
        return new Read.InProgress(ASK_AGAIN);
      }
      pause.last(look(waited));
      var found = connections.find(seen.tenant(), seen.id());
      if (found.isEmpty()) {
        return new Read.Absent();
      }
      connection = found.get();
      var atHand = atHand(connection);
      if (atHand.isPresent()) {
        return atHand.get();
      }
    }
  }

  // Whoever had it has ended without a token: nothing comes of waiting on.
  private static Read unheld(Connection connection, Instant now) {
    return connection
        .upkeep()
        .notBefore()
        .filter(now::isBefore)
        .<Read>map(notBefore -> new Read.Failing(connection, Duration.between(now, notBefore)))
        .orElseGet(() -> new Read.InProgress(ASK_AGAIN));
  }

  // By chance longer or shorter, so that those who came together do not look together.
  private Duration look(Duration waited) {
    long millis = waited.toMillis() / LOOK_PARTS;
    millis = Math.clamp(millis, SHORTEST_LOOK.toMillis(), LONGEST_LOOK.toMillis());
    return Duration.ofMillis(random.nextLong(millis * 3 / 4, millis * 5 / 4));
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
    // A token that nothing renews is looked at when it ends, whoever uses it.
    boolean other = dueAt.isPresent() && !dueAt.equals(upkeep.dueAt());
    if (later && other && upkeep.failures() == 0 && upkeep.hold().isEmpty()) {
      connections.moveDue(connection, dueAt.get());
    }
  }
}
