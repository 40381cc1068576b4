package wasl.connection;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import wasl.access.Cause;
import wasl.access.ChangeMark;
import wasl.access.Tenant;
import wasl.page.Page;
import wasl.page.PageRequest;
import wasl.vault.Place;
import wasl.vault.Sealed;
import wasl.vault.Secret;
import wasl.vault.Vault;
import wasl.web.Change;

/// Sets up providers for a project: what comes in clear is sealed here and never comes out again.
public final class Integrations {
  public static final String CREATED = "integration.created";
  public static final String UPDATED = "integration.updated";
  public static final String DELETED = "integration.deleted";
  public static final String REAUTHORIZATION_DEMANDED = "connection.reauthorization-demanded";

  /// Why a connection needs a new authorization: its integration leads to other hosts now.
  public static final String INTEGRATION_CHANGED = "integration_changed";

  /// So long a replaced webhook secret still verifies.
  public static final Duration GRACE = Duration.ofHours(24);

  // Each is one more check of every webhook that has no secret of its own.
  private static final int MOST_EARLIER = 10;
  private static final int MOST_ROUNDS = 20;

  private final IntegrationStore store;
  private final ConnectionStore connections;
  private final Vault vault;
  private final InstantSource clock;
  private final RandomGenerator random;

  public Integrations(
      IntegrationStore store,
      ConnectionStore connections,
      Vault vault,
      InstantSource clock,
      RandomGenerator random) {
    this.store = store;
    this.connections = connections;
    this.vault = vault;
    this.clock = clock;
    this.random = random;
  }

  /// An integration as it is wanted. A secret that is kept is the one that stands.
  ///
  /// @param isOfMode whether a client secret is of the mode's side of the provider, as far as it
  ///   tells
  /// @param mayTurn whether the caller may turn an integration with its secrets to other hosts
  public record Wish(
      IntegrationId id,
      String provider,
      Mode mode,
      Optional<String> clientId,
      Change<Secret> clientSecret,
      Change<Secret> webhookSecret,
      List<String> scopes,
      List<String> redirectUrls,
      Optional<String> config,
      Predicate<Secret> isOfMode,
      boolean mayTurn) {}

  /// What became of a wish.
  public sealed interface Put {
    record Created(Integration integration) implements Put {}

    record Updated(Integration integration) implements Put {}

    /// Connections are made through it, so its provider stays.
    record ProviderInUse() implements Put {}

    /// It would send its credentials to other hosts; the caller lacks the scope for that.
    record MayNotTurn() implements Put {}

    /// It would send the kept client secret to other hosts; the secret must come anew.
    record SecretNeeded() implements Put {}

    /// The kept webhook secret is another provider's; one must come anew, or none.
    record WebhookSecretNeeded() implements Put {}

    /// The kept client secret is of the provider's other side.
    record SecretOfOtherMode() implements Put {}

    /// Too many earlier webhook secrets still verify.
    record TooManyLive() implements Put {}

    record ChangedMeanwhile() implements Put {}
  }

  public Optional<Integration> find(Tenant tenant, IntegrationId id) {
    return store.find(tenant, id);
  }

  public Page<Integration> list(Tenant tenant, PageRequest page) {
    return store.list(tenant, page);
  }

  /// Of wishes that race each is fulfilled, one after the other; the last one stays.
  public Put put(Tenant tenant, Wish wish, Cause cause) {
    Put put = new Put.ChangedMeanwhile();
    for (int round = 0; round < MOST_ROUNDS && put instanceof Put.ChangedMeanwhile; round++) {
      var standing = store.find(tenant, wish.id());
      put =
          standing.isPresent() ? update(standing.get(), wish, cause) : create(tenant, wish, cause);
    }
    return put;
  }

  /// Deletes it; whatever belongs to it must have gone before.
  public IntegrationStore.Written delete(Integration integration, Cause cause) {
    return store.delete(integration, mark(DELETED, clock.instant(), cause));
  }

  private Put create(Tenant tenant, Wish wish, Cause cause) {
    var now = clock.instant();
    var integration = integration(tenant, wish, Optional.empty(), now);
    return store.create(integration, mark(CREATED, now, cause))
        ? new Put.Created(integration)
        : new Put.ChangedMeanwhile();
  }

  private Put update(Integration was, Wish wish, Cause cause) {
    boolean otherProvider = !was.provider().equals(wish.provider());
    // What was given for one company is not shown to another.
    boolean turned = otherProvider || !Targets.of(was.config()).equals(Targets.of(wish.config()));
    if (turned && !wish.mayTurn()) {
      return new Put.MayNotTurn();
    }
    if (turned
        && was.clientSecret().isPresent()
        && wish.clientSecret() instanceof Change.Keep<Secret>) {
      return new Put.SecretNeeded();
    }
    if (otherProvider
        && was.webhookSecret().isPresent()
        && wish.webhookSecret() instanceof Change.Keep<Secret>) {
      return new Put.WebhookSecretNeeded();
    }
    if (was.mode() != wish.mode() && keepsSecretOfOtherMode(was, wish)) {
      return new Put.SecretOfOtherMode();
    }
    var now = integration(was.tenant(), wish, Optional.of(was), clock.instant());
    if (now.earlierWebhookSecrets().size() > MOST_EARLIER) {
      return new Put.TooManyLive();
    }
    // Before as well: should this end between the two, the wish that comes again turns nothing any
    // more. With another provider there is no connection, or nothing is saved.
    if (turned && !otherProvider) {
      demandReauthorization(now, cause);
    }
    return switch (store.save(now, otherProvider, mark(UPDATED, now.updatedAt(), cause))) {
      case DONE -> {
        // After: for those made meanwhile.
        if (turned) {
          demandReauthorization(now, cause);
        }
        yield new Put.Updated(now);
      }
      case HAS_CONNECTIONS -> new Put.ProviderInUse();
      case CHANGED_MEANWHILE, HAS_INBOUND_WEBHOOKS -> new Put.ChangedMeanwhile();
    };
  }

  private boolean keepsSecretOfOtherMode(Integration was, Wish wish) {
    return wish.clientSecret() instanceof Change.Keep<Secret>
        && was.clientSecret()
            .map(
                sealed -> vault.open(Integration.clientSecretPlace(was.tenant(), was.id()), sealed))
            .filter(secret -> !wish.isOfMode().test(secret))
            .isPresent();
  }

  // What a connection holds was obtained from the hosts before, and goes to no other.
  private void demandReauthorization(Integration integration, Cause cause) {
    var page = new PageRequest(PageRequest.MOST, Optional.empty());
    var filter = ConnectionStore.Filter.through(integration.id());
    Page<Connection> found;
    do {
      found = connections.list(integration.tenant(), filter, page);
      found.items().forEach(connection -> demandReauthorization(connection, cause));
      page = new PageRequest(PageRequest.MOST, found.next());
    } while (found.next().isPresent());
  }

  private void demandReauthorization(Connection listed, Cause cause) {
    var current = Optional.of(listed);
    while (current.isPresent() && !isDemanded(current.get())) {
      var was = current.get();
      var at = clock.instant();
      var now =
          was.next(at)
              .status(ConnectionStatus.PENDING_AUTH, Optional.of(INTEGRATION_CHANGED))
              .upkeep(was.upkeep().movedTo(Optional.empty()))
              .build();
      if (connections.save(was, now, mark(REAUTHORIZATION_DEMANDED, at, cause))
          != ConnectionStore.Written.CHANGED_MEANWHILE) {
        return;
      }
      current = connections.find(was.tenant(), was.id());
    }
  }

  private static boolean isDemanded(Connection connection) {
    return connection.status() == ConnectionStatus.PENDING_AUTH
        && connection.statusReason().equals(Optional.of(INTEGRATION_CHANGED));
  }

  private ChangeMark mark(String kind, Instant now, Cause cause) {
    return ChangeMark.next(kind, now, cause, random);
  }

  private Integration integration(
      Tenant tenant, Wish wish, Optional<Integration> was, Instant now) {
    var id = wish.id();
    var webhookSecret = webhookSecret(wish, was);
    return new Integration(
        tenant,
        id,
        wish.provider(),
        wish.mode(),
        wish.clientId(),
        sealed(
            wish.clientSecret(),
            was.flatMap(Integration::clientSecret),
            Integration.clientSecretPlace(tenant, id)),
        sealed(
            webhookSecret,
            was.flatMap(Integration::webhookSecret),
            Integration.webhookSecretPlace(tenant, id)),
        was.map(standing -> earlier(standing, wish.provider(), webhookSecret, now))
            .orElse(List.of()),
        wish.scopes(),
        wish.redirectUrls(),
        wish.config(),
        was.map(Integration::createdAt).orElse(now),
        now,
        was.map(Integration::version).orElse(0L) + 1);
  }

  // One that is sent again is no other: it ends nothing.
  private Change<Secret> webhookSecret(Wish wish, Optional<Integration> was) {
    var standing =
        was.flatMap(integration ->
            integration
                .webhookSecret()
                .map(sealed ->
                    vault.open(
                        Integration.webhookSecretPlace(integration.tenant(), integration.id()),
                        sealed)));
    return wish.webhookSecret() instanceof Change.Set<Secret>(var secret)
            && standing.equals(Optional.of(secret))
        ? new Change.Keep<>()
        : wish.webhookSecret();
  }

  // What was taken away verifies no more, and neither does another provider's.
  private static List<Integration.Graced> earlier(
      Integration was, String provider, Change<Secret> webhookSecret, Instant now) {
    if (webhookSecret instanceof Change.Clear<Secret> || !was.provider().equals(provider)) {
      return List.of();
    }
    var earlier = new ArrayList<Integration.Graced>();
    if (webhookSecret instanceof Change.Set<Secret>) {
      was.webhookSecret()
          .ifPresent(secret -> earlier.add(new Integration.Graced(secret, now.plus(GRACE))));
    }
    was.earlierWebhookSecrets().stream().filter(each -> each.isLive(now)).forEach(earlier::add);
    return earlier;
  }

  private Optional<Sealed> sealed(Change<Secret> change, Optional<Sealed> was, Place place) {
    return change.map(secret -> vault.seal(place, secret)).on(was);
  }
}
