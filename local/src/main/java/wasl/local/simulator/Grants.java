package wasl.local.simulator;

import static wasl.signing.Digests.sha256;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import wasl.id.Base62;
import wasl.local.simulator.Tokens.Terms;
import wasl.local.simulator.World.AccessToken;
import wasl.local.simulator.World.Code;
import wasl.local.simulator.World.RefreshToken;

/// Gives codes and tokens, takes them back, and remembers which was used.
final class Grants {
  private static final String CODE = "simcode_";
  private static final String ACCESS = "simat_";
  private static final String REFRESH = "simrt_";
  private static final Duration CODE_LIFE = Duration.ofMinutes(10);
  private static final int SECRET_BYTES = 32;

  private final Memory memory;
  private final InstantSource clock;
  private final RandomGenerator random;

  Grants(Memory memory, InstantSource clock, RandomGenerator random) {
    this.memory = memory;
    this.clock = clock;
    this.random = random;
  }

  /// What became of a code or a refresh token.
  sealed interface Redeemed {}

  record Given(Tokens tokens) implements Redeemed {}

  /// @param why for a person
  record Refused(String why) implements Redeemed {}

  /// Whose an access token is.
  sealed interface Holder {}

  record HeldBy(Grant grant) implements Holder {}

  /// It is one of the simulator's, or looks like one, and opens nothing.
  record OfNobody() implements Holder {}

  /// It is none of the simulator's.
  record Foreign() implements Holder {}

  /// A grant that nobody has yet.
  Grant grant(AuthMode mode, String client, String account, List<String> scopes) {
    return new Grant(secret("grant_"), mode.part().id(), mode.key(), client, account, scopes);
  }

  /// @param challenge of RFC 7636, S256
  String code(Grant grant, String redirectUri, Optional<String> challenge) {
    String code = secret(CODE);
    Code kept = new Code(grant, redirectUri, challenge, clock.instant().plus(CODE_LIFE), false);
    memory.change(world -> world.codes().put(Digests.of(code), kept));
    return code;
  }

  /// The grant that a code stands for, used or not.
  Optional<Grant> ofCode(String code) {
    return memory
        .read(world -> Optional.ofNullable(world.codes().get(Digests.of(code))))
        .map(Code::grant);
  }

  /// The grant that a refresh token belongs to, used or not.
  Optional<Grant> ofRefreshToken(String token) {
    return memory.read(world ->
        Optional.ofNullable(world.refreshTokens().get(Digests.of(token)))
            .map(kept -> world.grants().get(kept.grant())));
  }

  /// Gives tokens for a code, once.
  ///
  /// @param isConfidential whether the client has proved itself; one that cannot needs a proof key
  Redeemed redeem(
      String code,
      String client,
      boolean isConfidential,
      Optional<String> redirectUri,
      Optional<String> verifier,
      Terms terms) {
    Instant now = clock.instant();
    return memory.change(world -> {
      Code kept = world.codes().get(Digests.of(code));
      if (kept == null || (!kept.used() && !kept.endsAt().isAfter(now))) {
        return new Refused("the code is unknown or older than ten minutes");
      }
      if (kept.used()) {
        // RFC 6749, section 4.1.2: whoever has it a second time may have stolen it.
        world.end(kept.grant().id());
        return new Refused("the code was used before; its tokens are revoked");
      }
      if (!kept.grant().client().equals(client)) {
        return new Refused("the code is another client's");
      }
      if (!redirectUri.equals(Optional.of(kept.redirectUri()))) {
        return new Refused("redirect_uri is not that of the authorization request");
      }
      if (kept.challenge().isEmpty() && !isConfidential) {
        return new Refused("a client without a secret needs a code_challenge");
      }
      if (!kept.challenge().equals(verifier.map(Grants::challenge))) {
        return new Refused("code_verifier does not fit the code_challenge");
      }
      world.codes().put(Digests.of(code), kept.afterUse());
      return new Given(give(world, kept.grant(), terms, firstRefreshToken(terms)));
    });
  }

  /// Gives tokens to a grant that needed no code.
  Tokens give(Grant grant, Terms terms) {
    return memory.change(world -> give(world, grant, terms, firstRefreshToken(terms)));
  }

  /// Takes in a refresh token that another issued: what is imported works.
  void adopt(String token, Grant grant) {
    memory.change(world -> {
      world.grants().put(grant.id(), grant);
      return world
          .refreshTokens()
          .putIfAbsent(
              Digests.of(token), new RefreshToken(grant.id(), Optional.empty(), Optional.empty()));
    });
  }

  /// Whether a text has the form of something that the simulator issues.
  static boolean isOrWasToken(String text) {
    return text.startsWith(ACCESS) || text.startsWith(REFRESH) || text.startsWith(CODE);
  }

  /// Whether a text has the form of a refresh token of the simulator's.
  static boolean looksLikeRefreshToken(String token) {
    return token.startsWith(REFRESH);
  }

  Redeemed refresh(String token, String client, List<String> scopes, Terms terms) {
    Instant now = clock.instant();
    return memory.change(world -> {
      RefreshToken kept = world.refreshTokens().get(Digests.of(token));
      Grant grant = kept == null ? null : world.grants().get(kept.grant());
      if (kept == null || grant == null || kept.isOver(now)) {
        return new Refused("the refresh token is unknown, expired or revoked");
      }
      if (!grant.client().equals(client)) {
        return new Refused("the refresh token is another client's");
      }
      if (kept.usedAt().filter(at -> !now.isBefore(at.plus(terms.grace()))).isPresent()) {
        // RFC 9700, section 4.14.2: thief and owner cannot be told apart, so nobody keeps it.
        world.end(grant.id());
        return new Refused("the refresh token was used before; all of its family are revoked");
      }
      if (!grant.scopes().containsAll(scopes)) {
        return new Refused("more scopes than were granted");
      }
      boolean rotates = terms.refreshing() == Behavior.Refreshing.ROTATE;
      if (rotates) {
        world.refreshTokens().put(Digests.of(token), kept.afterUse(now));
      }
      Optional<String> next = rotates ? Optional.of(secret(REFRESH)) : Optional.empty();
      return new Given(give(world, grant, terms, next));
    });
  }

  Holder holder(String accessToken) {
    if (!accessToken.startsWith(ACCESS)) {
      return new Foreign();
    }
    Instant now = clock.instant();
    return memory.read(world -> {
      AccessToken kept = world.accessTokens().get(Digests.of(accessToken));
      Grant grant = kept == null || kept.isOver(now) ? null : world.grants().get(kept.grant());
      return grant == null ? new OfNobody() : new HeldBy(grant);
    });
  }

  /// The grant that a token of either kind belongs to.
  Optional<Grant> ofToken(String token) {
    String digest = Digests.of(token);
    return memory.read(world -> {
      AccessToken access = world.accessTokens().get(digest);
      RefreshToken refresh = world.refreshTokens().get(digest);
      String grant = access != null ? access.grant() : refresh != null ? refresh.grant() : "";
      return Optional.ofNullable(world.grants().get(grant));
    });
  }

  /// The grants of an account to a client, both of which stand among these texts.
  List<Grant> ofAccountAndClient(Part part, Collection<String> texts) {
    return memory.read(world ->
        world.grants().values().stream()
            .filter(grant -> grant.part().equals(part.id()))
            .filter(grant -> texts.contains(grant.account()) && texts.contains(grant.client()))
            .toList());
  }

  /// Takes back an access token alone, or a refresh token with all that came of it (RFC 7009,
  /// section 2.1).
  void revoke(String token) {
    String digest = Digests.of(token);
    memory.change(world -> {
      RefreshToken refresh = world.refreshTokens().get(digest);
      if (refresh != null) {
        world.end(refresh.grant());
      }
      return world.accessTokens().remove(digest) != null;
    });
  }

  /// Ends a grant with all its tokens.
  void end(Grant grant) {
    memory.change(world -> {
      world.end(grant.id());
      return true;
    });
  }

  /// Ends every grant of an account.
  ///
  /// @return how many
  int endAll(Part part, String account) {
    return memory.change(world -> {
      List<String> ended =
          world.grants().values().stream()
              .filter(grant -> grant.part().equals(part.id()) && grant.account().equals(account))
              .map(Grant::id)
              .toList();
      ended.forEach(world::end);
      return ended.size();
    });
  }

  private Optional<String> firstRefreshToken(Terms terms) {
    return terms.refreshing() == Behavior.Refreshing.OMIT
        ? Optional.empty()
        : Optional.of(secret(REFRESH));
  }

  private Tokens give(World world, Grant grant, Terms terms, Optional<String> refresh) {
    Instant now = clock.instant();
    StringBuilder access = new StringBuilder(secret(ACCESS));
    while (access.length() < terms.length()) {
      access.append(secret(""));
    }
    world.grants().put(grant.id(), grant);
    world
        .accessTokens()
        .put(Digests.of(access.toString()), new AccessToken(grant.id(), terms.accessEnd(now)));
    refresh.ifPresent(token ->
        world
            .refreshTokens()
            .put(
                Digests.of(token),
                new RefreshToken(
                    grant.id(), terms.refreshLife().map(now::plus), Optional.empty())));
    return new Tokens(grant, access.toString(), terms.accessLife(), refresh);
  }

  private String secret(String prefix) {
    byte[] bytes = new byte[SECRET_BYTES];
    random.nextBytes(bytes);
    return prefix + Base62.encode(bytes);
  }

  // RFC 7636, section 4.2.
  private static String challenge(String verifier) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(sha256(verifier.getBytes(StandardCharsets.US_ASCII)));
  }
}
