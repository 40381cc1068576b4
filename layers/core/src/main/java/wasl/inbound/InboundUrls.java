package wasl.inbound;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import wasl.access.Cause;
import wasl.access.ChangeMark;
import wasl.access.Tenant;
import wasl.connection.ConnectionId;
import wasl.connection.Integration;
import wasl.id.Base62;
import wasl.id.Ids;
import wasl.manifest.Catalog;
import wasl.manifest.ProviderId;
import wasl.manifest.WebhookSpec;
import wasl.page.Page;
import wasl.page.PageRequest;
import wasl.signing.Digests;
import wasl.signing.SharedSecret;
import wasl.vault.Sealed;
import wasl.vault.Secret;
import wasl.vault.Vault;
import wasl.web.Change;

/// Gives out the URLs that providers call, makes or takes their secrets, and rotates both without a
/// gap.
public final class InboundUrls {
  public static final String CREATED = "inbound-webhook.created";
  public static final String UPDATED = "inbound-webhook.updated";
  public static final String ROTATED = "inbound-webhook.rotated";
  public static final String DELETED = "inbound-webhook.deleted";

  public static final Duration USUAL_GRACE = Duration.ofHours(24);
  public static final Duration LONGEST_GRACE = Duration.ofDays(7);

  private static final int TOKEN_BYTES = 32;

  // Each live token is an item more in every transaction, each live secret a check more.
  private static final int MOST_LIVE = 10;
  private static final JsonMapper JSON = new JsonMapper();

  private final InboundWebhooks store;
  private final Catalog catalog;
  private final Vault vault;
  private final InstantSource clock;
  private final RandomGenerator random;

  public InboundUrls(
      InboundWebhooks store,
      Catalog catalog,
      Vault vault,
      InstantSource clock,
      RandomGenerator random) {
    this.store = store;
    this.catalog = catalog;
    this.vault = vault;
    this.clock = clock;
    this.random = random;
  }

  /// An inbound webhook with its URL in clear, and its secret if Wasl made it just now.
  public record Shown(InboundWebhook webhook, String url, Optional<Secret> made) {}

  /// What became of a write.
  public sealed interface Written {
    record Done(Shown shown) implements Written {}

    /// What it belongs to is gone.
    record OwnerGone() implements Written {}

    record ChangedMeanwhile() implements Written {}

    /// Too many earlier URLs or secrets are still good.
    record TooManyLive() implements Written {}
  }

  /// What a rotation replaces.
  ///
  /// @param secret a new secret, made by the caller or by [#newSecret]
  /// @param made whether Wasl made that secret, so that it is to be shown
  public record Rotation(boolean url, Optional<Secret> secret, boolean made, Duration grace) {}

  /// How the provider's webhooks are checked: as its manifest says, else as the integration's
  /// configuration does; empty where neither says it.
  public Optional<WebhookSpec> spec(Integration integration) {
    var provider = new ProviderId(integration.provider());
    return catalog
        .webhook(provider)
        .or(() ->
            integration
                .config()
                .flatMap(InboundUrls::webhookSection)
                .map(section -> WebhookSpec.parse(provider, section)));
  }

  /// A secret in the form that the provider takes, where the receiver may choose it.
  public Optional<Secret> newSecret(WebhookSpec spec) {
    return switch (spec.secretMaker()) {
      case WASL -> SharedSecret.make(spec.scheme(), random);
      case PROVIDER -> Optional.empty();
    };
  }

  /// Whether a secret can check anything under one of the provider's schemes.
  public static boolean isUsable(WebhookSpec spec, Secret secret) {
    return SharedSecret.isUsable(spec.scheme(), secret)
        || spec.alternatives().stream().anyMatch(other -> isUsable(other, secret));
  }

  /// @param connection what it belongs to; empty where it belongs to the integration itself
  /// @param given the caller's secret; without one, and without one of the integration, Wasl makes
  ///   one if the provider lets it
  public Written create(
      Integration integration,
      Optional<ConnectionId> connection,
      WebhookSpec spec,
      Optional<Secret> given,
      String baseUrl,
      Cause cause) {
    var now = clock.instant();
    var tenant = integration.tenant();
    var id = new InboundWebhookId(Ids.next(InboundWebhookId.PREFIX, now, random));
    var made =
        given.isEmpty() && integration.webhookSecret().isEmpty()
            ? newSecret(spec)
            : Optional.<Secret>empty();
    var token = token();
    var url = baseUrl + "/webhooks/" + integration.provider() + "/" + token;
    var before = madeBefore(tenant, id, given.isEmpty());
    if (before.isPresent()) {
      return new Written.Done(before.get());
    }
    var webhook =
        new InboundWebhook(
            tenant,
            id,
            integration.provider(),
            integration.id(),
            connection,
            vault.seal(InboundWebhook.urlPlace(tenant, id), Secret.of(url)),
            List.of(current(token)),
            given
                .or(() -> made)
                .map(secret -> List.of(current(tenant, id, secret)))
                .orElse(List.of()),
            true,
            now,
            now,
            1);
    return store.create(webhook, mark(CREATED, now, cause))
        ? new Written.Done(new Shown(webhook, url, made))
        : new Written.OwnerGone();
  }

  // The first try of this work stored it; if it made a secret, nobody has been shown that yet.
  private Optional<Shown> madeBefore(Tenant tenant, InboundWebhookId id, boolean wasMade) {
    return Ids.mayBeTaken(random)
        ? store
            .find(tenant, id)
            .map(webhook ->
                new Shown(
                    webhook, url(webhook), wasMade ? currentSecret(webhook) : Optional.empty()))
        : Optional.empty();
  }

  private Optional<Secret> currentSecret(InboundWebhook webhook) {
    var place = InboundWebhook.secretPlace(webhook.tenant(), webhook.id());
    return webhook.secrets().stream().findFirst().map(graced -> vault.open(place, graced.secret()));
  }

  public Optional<InboundWebhook> find(Tenant tenant, InboundWebhookId id) {
    return store.find(tenant, id);
  }

  public Page<InboundWebhook> list(Tenant tenant, InboundWebhooks.Filter filter, PageRequest page) {
    return store.list(tenant, filter, page);
  }

  /// With its URL in clear.
  public Shown shown(InboundWebhook webhook) {
    return new Shown(webhook, url(webhook), Optional.empty());
  }

  /// Replaces its secrets at once, or drops them, so that the integration's is in force; and
  /// switches it.
  public Written change(
      InboundWebhook was, Change<Secret> secret, Optional<Boolean> active, Cause cause) {
    var now = clock.instant();
    var secrets =
        switch (secret) {
          case Change.Keep<Secret>() -> was.secrets();
          case Change.Clear<Secret>() -> List.<InboundWebhook.Graced>of();
          case Change.Set<Secret>(var value) -> List.of(current(was.tenant(), was.id(), value));
        };
    return save(
        was,
        new InboundWebhook(
            was.tenant(),
            was.id(),
            was.provider(),
            was.integration(),
            was.connection(),
            was.url(),
            was.tokens(),
            secrets,
            active.orElse(was.active()),
            was.createdAt(),
            now,
            was.version() + 1),
        Optional.empty(),
        mark(UPDATED, now, cause));
  }

  /// Gives it a new URL, a new secret or both; the earlier ones are good until the grace has
  /// passed.
  public Written rotate(
      InboundWebhook was, Integration integration, Rotation rotation, Cause cause) {
    var now = clock.instant();
    var end = now.plus(rotation.grace());
    var tokens = new ArrayList<>(was.tokens());
    var url = was.url();
    var fresh = token();
    if (isRotated(was, rotation, fresh)) {
      return new Written.Done(
          new Shown(was, url(was), rotation.made() ? rotation.secret() : Optional.empty()));
    }
    if (rotation.url()) {
      var text = url(was);
      url =
          vault.seal(
              InboundWebhook.urlPlace(was.tenant(), was.id()),
              Secret.of(text.substring(0, text.lastIndexOf('/') + 1) + fresh));
      tokens.replaceAll(old -> new InboundWebhook.Token(old.sha256Hex(), end(old.until(), end)));
      tokens.addFirst(current(fresh));
    }
    var secrets = new ArrayList<>(was.secrets());
    if (rotation.secret().isPresent()) {
      if (secrets.isEmpty()) {
        // The integration's was in force until now, and must stay so for the grace.
        secrets.addAll(integrationSecrets(was, integration, now));
      }
      secrets.replaceAll(old -> new InboundWebhook.Graced(old.secret(), end(old.until(), end)));
      secrets.addFirst(current(was.tenant(), was.id(), rotation.secret().get()));
    }
    tokens.removeIf(token -> hasPassed(token.until(), now));
    secrets.removeIf(secret -> hasPassed(secret.until(), now));
    if (tokens.size() > MOST_LIVE || secrets.size() > MOST_LIVE) {
      return new Written.TooManyLive();
    }
    var rotated =
        new InboundWebhook(
            was.tenant(),
            was.id(),
            was.provider(),
            was.integration(),
            was.connection(),
            url,
            tokens,
            secrets,
            was.active(),
            was.createdAt(),
            now,
            was.version() + 1);
    return save(
        was,
        rotated,
        rotation.made() ? rotation.secret() : Optional.empty(),
        mark(ROTATED, now, cause));
  }

  // The first try of this work stored what this one would: a second time the old ones would end
  // earlier than they were promised to.
  private boolean isRotated(InboundWebhook webhook, Rotation rotation, String token) {
    return Ids.mayBeTaken(random)
        && (!rotation.url() || webhook.tokens().getFirst().equals(current(token)))
        && (rotation.secret().isEmpty() || rotation.secret().equals(currentSecret(webhook)));
  }

  /// Deletes it: its URLs lead nowhere from then on.
  public boolean delete(InboundWebhook webhook, Cause cause) {
    return store.delete(webhook, mark(DELETED, clock.instant(), cause));
  }

  /// Deletes all that belong to an integration, or with a connection those of the connection.
  public void deleteAll(Tenant tenant, InboundWebhooks.Filter owner, Cause cause) {
    Page<InboundWebhook> found;
    var page = new PageRequest(PageRequest.MOST, Optional.empty());
    do {
      found = store.list(tenant, owner, page);
      found.items().forEach(webhook -> delete(webhook, cause));
      page = new PageRequest(PageRequest.MOST, found.next());
    } while (found.next().isPresent());
  }

  private Written save(
      InboundWebhook was, InboundWebhook now, Optional<Secret> made, ChangeMark change) {
    return store.save(was, now, change)
        ? new Written.Done(new Shown(now, url(now), made))
        : new Written.ChangedMeanwhile();
  }

  private String url(InboundWebhook webhook) {
    return vault
        .open(InboundWebhook.urlPlace(webhook.tenant(), webhook.id()), webhook.url())
        .reveal();
  }

  private List<InboundWebhook.Graced> integrationSecrets(
      InboundWebhook webhook, Integration integration, Instant now) {
    var taken = new ArrayList<InboundWebhook.Graced>();
    integration
        .webhookSecret()
        .ifPresent(sealed -> taken.add(taken(webhook, integration, sealed, Optional.empty())));
    integration.earlierWebhookSecrets().stream()
        .filter(earlier -> earlier.isLive(now))
        .map(earlier -> taken(webhook, integration, earlier.secret(), Optional.of(earlier.until())))
        .forEach(taken::add);
    return taken;
  }

  private InboundWebhook.Graced taken(
      InboundWebhook webhook, Integration integration, Sealed secret, Optional<Instant> until) {
    var place = Integration.webhookSecretPlace(webhook.tenant(), integration.id());
    return new InboundWebhook.Graced(
        vault.seal(
            InboundWebhook.secretPlace(webhook.tenant(), webhook.id()), vault.open(place, secret)),
        until);
  }

  private InboundWebhook.Graced current(Tenant tenant, InboundWebhookId id, Secret secret) {
    return new InboundWebhook.Graced(
        vault.seal(InboundWebhook.secretPlace(tenant, id), secret), Optional.empty());
  }

  private ChangeMark mark(String kind, Instant now, Cause cause) {
    return ChangeMark.next(kind, now, cause, random);
  }

  private static InboundWebhook.Token current(String token) {
    return new InboundWebhook.Token(
        Digests.sha256Hex(token.getBytes(StandardCharsets.US_ASCII)), Optional.empty());
  }

  private String token() {
    return Base62.encode(Ids.draw("inbound token", TOKEN_BYTES, random));
  }

  private static Optional<Instant> end(Optional<Instant> standing, Instant end) {
    return Optional.of(standing.filter(until -> until.isBefore(end)).orElse(end));
  }

  private static boolean hasPassed(Optional<Instant> until, Instant now) {
    return until.filter(end -> !now.isBefore(end)).isPresent();
  }

  private static Optional<byte[]> webhookSection(String config) {
    try {
      return Optional.ofNullable(JSON.readTree(config).get("webhook"))
          .map(section -> section.toString().getBytes(StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a stored configuration is no JSON", e);
    }
  }
}
