package wasl.local.simulator;

import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// All that the simulator must not forget. Texts that open something stand here as digests alone.
///
/// @param codes by the code's digest
/// @param grants by id
/// @param accessTokens by the token's digest
/// @param refreshTokens by the token's digest
/// @param behaviors by the part's id
/// @param keys by the digest of part and key: whether it is good, whatever it looks like
record World(
    Map<String, Code> codes,
    Map<String, Grant> grants,
    Map<String, AccessToken> accessTokens,
    Map<String, RefreshToken> refreshTokens,
    Map<String, Behavior> behaviors,
    Map<String, Boolean> keys) {

  /// A code of the consent page.
  ///
  /// @param grant what it stands for, under an id that nothing has before the code is used
  /// @param challenge of RFC 7636
  /// @param used whether tokens were given for it
  record Code(
      Grant grant, String redirectUri, Optional<String> challenge, Instant endsAt, boolean used) {
    Code afterUse() {
      return new Code(grant, redirectUri, challenge, endsAt, true);
    }
  }

  /// @param endsAt empty for one that never ends
  record AccessToken(String grant, Optional<Instant> endsAt) {
    boolean isOver(Instant now) {
      return endsAt.filter(end -> !end.isAfter(now)).isPresent();
    }
  }

  /// @param endsAt empty for one that never ends
  /// @param usedAt when another one took its place
  record RefreshToken(String grant, Optional<Instant> endsAt, Optional<Instant> usedAt) {
    boolean isOver(Instant now) {
      return endsAt.filter(end -> !end.isAfter(now)).isPresent();
    }

    RefreshToken afterUse(Instant at) {
      return new RefreshToken(grant, endsAt, usedAt.or(() -> Optional.of(at)));
    }
  }

  static World empty() {
    return new World(
        new HashMap<>(),
        new HashMap<>(),
        new HashMap<>(),
        new HashMap<>(),
        new HashMap<>(),
        new HashMap<>());
  }

  Behavior behavior(Part part) {
    return behaviors.getOrDefault(part.id(), Behavior.USUAL);
  }

  /// Ends a grant with all its tokens.
  void end(String grant) {
    grants.remove(grant);
    accessTokens.values().removeIf(token -> token.grant().equals(grant));
    refreshTokens.values().removeIf(token -> token.grant().equals(grant));
  }

  /// Forgets what is over; to a caller, over and unknown are the same.
  void forget(Instant now) {
    accessTokens.values().removeIf(token -> token.isOver(now));
    refreshTokens.values().removeIf(token -> token.isOver(now));
    Set<String> alive = new HashSet<>();
    accessTokens.values().forEach(token -> alive.add(token.grant()));
    refreshTokens.values().forEach(token -> alive.add(token.grant()));
    grants.keySet().retainAll(alive);
    codes
        .values()
        .removeIf(code -> !code.endsAt().isAfter(now) && !alive.contains(code.grant().id()));
  }
}
