package wasl.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A key to the API, as it is kept: what it allows, and the hashes of its texts.
///
/// @param role the role that it was given, if its scopes came from one
/// @param hashes newest first; after a rotation the earlier texts are good for a while
/// @param expiresAt when it stops being good; absent for a key without end
/// @param version 1, then one more for each change: a save demands the version that it read
public record ApiKey(
    Tenant tenant,
    ApiKeyId id,
    String name,
    Optional<Role> role,
    Set<Scope> scopes,
    List<Hash> hashes,
    Instant createdAt,
    Optional<Instant> expiresAt,
    long version) {
  /// The SHA-256 of a text, and until when that text is good; the current one has no end.
  public record Hash(String sha256Hex, Optional<Instant> until) {
    boolean isGoodAt(Instant now) {
      return until.isEmpty() || now.isBefore(until.get());
    }
  }

  public ApiKey {
    scopes = Set.copyOf(scopes);
    hashes = List.copyOf(hashes);
  }

  /// Whether this is the newest of its texts.
  boolean isCurrent(ApiKeyText text) {
    return !hashes.isEmpty() && hashes.getFirst().sha256Hex().equals(text.sha256Hex());
  }

  /// Whether this text opens the key at that time.
  boolean opensWith(ApiKeyText text, Instant now) {
    if (expiresAt.isPresent() && !now.isBefore(expiresAt.get())) {
      return false;
    }
    var given = text.sha256Hex().getBytes(StandardCharsets.US_ASCII);
    return hashes.stream()
        .filter(hash -> hash.isGoodAt(now))
        .anyMatch(hash ->
            MessageDigest.isEqual(hash.sha256Hex().getBytes(StandardCharsets.US_ASCII), given));
  }
}
