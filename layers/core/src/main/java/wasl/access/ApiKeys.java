package wasl.access;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import wasl.id.Ids;
import wasl.page.Page;
import wasl.page.PageRequest;

/// Gives out API keys, tells who a request comes from, and takes keys back.
///
/// Nobody reaches through this beyond his own scopes: neither by a new key, nor by a new text for a
/// key that allows more, nor by taking such a key away.
public final class ApiKeys {
  public static final String CREATED = "api-key.created";
  public static final String ROTATED = "api-key.rotated";
  public static final String REVOKED = "api-key.revoked";

  /// So long the old text of a rotated key stays good, unless said otherwise.
  public static final Duration USUAL_GRACE = Duration.ofHours(24);

  public static final Duration LONGEST_GRACE = Duration.ofDays(7);

  // Each is compared at every request.
  private static final int MOST_HASHES = 10;
  private static final String SCHEME = "bearer ";

  private final AccessStore store;
  private final InstantSource clock;
  private final RandomGenerator random;

  public ApiKeys(AccessStore store, InstantSource clock, RandomGenerator random) {
    this.store = store;
    this.clock = clock;
    this.random = random;
  }

  /// What a key is to be.
  public record Wish(
      String name, Optional<Role> role, Set<Scope> scopes, Optional<Instant> expiresAt) {
    static Wish of(Role role) {
      return new Wish(role.wireName(), Optional.of(role), role.scopes(), Optional.empty());
    }
  }

  /// A key, and its text to be shown once.
  public record Issued(ApiKey key, ApiKeyText text) {}

  /// What became of a change of a standing key.
  public sealed interface Changed {
    record Done(Issued issued) implements Changed {}

    record Revoked() implements Changed {}

    record Absent() implements Changed {}

    /// The key allows what the caller may not.
    record BeyondCaller(Scope scope) implements Changed {}

    /// Somebody else changed it at the same time, or too many earlier texts are still good.
    record Busy() implements Changed {}
  }

  /// The caller of a request; empty for every reason there may be.
  ///
  /// @param authorization the `Authorization` header
  public Optional<Caller> caller(Optional<String> authorization) {
    return authorization
        .filter(header -> header.toLowerCase(Locale.ROOT).startsWith(SCHEME))
        .flatMap(header -> ApiKeyText.read(header.substring(SCHEME.length()).strip()))
        .flatMap(text -> store.key(text.id()).filter(key -> key.opensWith(text, clock.instant())))
        .map(key -> new Caller(key.tenant(), key.id(), key.scopes()));
  }

  /// A scope of these that the caller has not.
  public static Optional<Scope> beyond(Caller caller, Set<Scope> scopes) {
    return scopes.stream().filter(scope -> !caller.may(scope)).sorted().findFirst();
  }

  /// Makes a key; whoever calls has seen to it that no scope is [#beyond] the caller.
  public Issued create(Tenant tenant, Wish wish, Cause cause) {
    var issued = issue(tenant, wish);
    var made = madeBefore(issued);
    if (made.isPresent()) {
      return made.get();
    }
    store.create(issued.key(), mark(CREATED, cause));
    return issued;
  }

  /// The key that the first try of this work stored, whose text is the one that is issued now.
  Optional<Issued> madeBefore(Issued issued) {
    return Ids.mayBeTaken(random)
        ? store
            .key(issued.key().id())
            .filter(key -> key.opensWith(issued.text(), clock.instant()))
            .map(key -> new Issued(key, issued.text()))
        : Optional.empty();
  }

  public Page<ApiKey> list(Tenant tenant, PageRequest page) {
    return store.keys(tenant, page);
  }

  public Optional<ApiKey> find(Tenant tenant, ApiKeyId id) {
    return store.key(id).filter(key -> key.tenant().equals(tenant));
  }

  /// Gives a key a new text; the earlier ones end with the grace, if not before.
  public Changed rotate(Caller caller, ApiKeyId id, Duration grace, Cause cause) {
    var found = find(caller.tenant(), id);
    if (found.isEmpty()) {
      return new Changed.Absent();
    }
    var key = found.get();
    var beyond = beyond(caller, key.scopes());
    if (beyond.isPresent()) {
      return new Changed.BeyondCaller(beyond.get());
    }
    var text = ApiKeyText.next(key.tenant().environment(), id, random);
    if (key.isCurrent(text)) {
      // The first try of this work stored it.
      return new Changed.Done(new Issued(key, text));
    }
    var hashes = new ArrayList<ApiKey.Hash>();
    hashes.add(new ApiKey.Hash(text.sha256Hex(), Optional.empty()));
    hashes.addAll(ending(key.hashes(), clock.instant(), grace));
    var rotated =
        new ApiKey(
            key.tenant(),
            id,
            key.name(),
            key.role(),
            key.scopes(),
            hashes,
            key.createdAt(),
            key.expiresAt(),
            key.version() + 1);
    return hashes.size() <= MOST_HASHES && store.save(rotated, mark(ROTATED, cause))
        ? new Changed.Done(new Issued(rotated, text))
        : new Changed.Busy();
  }

  /// Takes a key back: the next request that carries it is refused.
  public Changed revoke(Caller caller, ApiKeyId id, Cause cause) {
    var key = find(caller.tenant(), id);
    if (key.isEmpty()) {
      return new Changed.Absent();
    }
    var beyond = beyond(caller, key.get().scopes());
    if (beyond.isPresent()) {
      return new Changed.BeyondCaller(beyond.get());
    }
    return store.delete(key.get(), mark(REVOKED, cause))
        ? new Changed.Revoked()
        : new Changed.Absent();
  }

  /// Makes a key without storing it.
  Issued issue(Tenant tenant, Wish wish) {
    var now = clock.instant();
    var id = ApiKeyId.next(now, random);
    var text = ApiKeyText.next(tenant.environment(), id, random);
    return new Issued(
        new ApiKey(
            tenant,
            id,
            wish.name(),
            wish.role(),
            wish.scopes(),
            List.of(new ApiKey.Hash(text.sha256Hex(), Optional.empty())),
            now,
            wish.expiresAt(),
            1),
        text);
  }

  private ChangeMark mark(String kind, Cause cause) {
    return ChangeMark.next(kind, clock.instant(), cause, random);
  }

  private static List<ApiKey.Hash> ending(List<ApiKey.Hash> hashes, Instant now, Duration grace) {
    var end = now.plus(grace);
    return hashes.stream()
        .map(hash ->
            new ApiKey.Hash(
                hash.sha256Hex(),
                Optional.of(hash.until().filter(until -> until.isBefore(end)).orElse(end))))
        .filter(hash -> hash.isGoodAt(now))
        .toList();
  }
}
