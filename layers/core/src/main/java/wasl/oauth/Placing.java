package wasl.oauth;

import java.util.Optional;
import wasl.access.Cause;
import wasl.access.Tenant;
import wasl.connection.Connection;
import wasl.connection.ConnectionId;
import wasl.connection.ConnectionStatus;
import wasl.connection.ConnectionStore;
import wasl.connection.Connections;
import wasl.connection.Integration;
import wasl.connection.Integrations;
import wasl.connection.Token;
import wasl.oauth.CodeExchange.Granted;
import wasl.vault.Secret;
import wasl.vault.Vault;

/// Keeps what a consent gave: as a new connection, or in the one that stands for the same account
/// already, whose id, and all that belongs to it, stay.
public final class Placing {
  private static final String ALIAS_TAKEN = "alias_taken";
  private static final String ACCOUNT_MISMATCH = "account_mismatch";
  private static final String CONNECTION_GONE = "connection_gone";
  private static final String SESSION_OVER = "session_over";
  private static final String CHANGED_MEANWHILE = "changed_meanwhile";

  private static final int MOST_ROUNDS = 10;

  private final ConnectionStore store;
  private final Connections connections;
  private final CodeExchange exchange;
  private final TokenRevocation revocation;

  /// @param connections over the same store
  public Placing(
      ConnectionStore store,
      Connections connections,
      CodeExchange exchange,
      TokenRevocation revocation) {
    this.store = store;
    this.connections = connections;
    this.exchange = exchange;
    this.revocation = revocation;
  }

  /// A grant that is to be kept, and the session that it is for.
  record Wish(
      ConnectSession session,
      OauthState state,
      Integration integration,
      CodeModes.Ready mode,
      Granted granted) {
    Tenant tenant() {
      return session.tenant();
    }
  }

  /// What became of it.
  sealed interface Placed {
    record Kept(ConnectionId connection) implements Placed {}

    record NotKept(String error, Optional<String> description) implements Placed {}

    static NotKept refused(String error) {
      return new NotKept(error, Optional.empty());
    }
  }

  /// Where a grant belongs.
  private sealed interface Place {
    record Fresh() implements Place {}

    record Standing(Connection connection) implements Place {}

    record None(String error) implements Place {}
  }

  /// Ends the session, if it keeps the grant; else its link may be tried again.
  Placed place(Wish wish, Cause cause) {
    for (int round = 0; round < MOST_ROUNDS; round++) {
      var place = place(wish);
      if (place instanceof Place.None(var error)) {
        return givenBack(wish, error);
      }
      var kept =
          place instanceof Place.Standing(var was)
              ? connections.reconnect(was, wish(renewable(wish, was), wish), cause)
              : connections.create(wish.tenant(), wish(wish.granted(), wish), cause);
      switch (kept.written()) {
        case DONE -> {
          return new Placed.Kept(kept.connection().id());
        }
        // Of two callbacks of one session one connects. The other's grant is most likely the same
        // person's, so it is left alone.
        case SESSION_OVER -> {
          return Placed.refused(SESSION_OVER);
        }
        case INTEGRATION_CHANGED -> {
          return givenBack(wish, Integrations.INTEGRATION_CHANGED);
        }
        case ALIAS_TAKEN, ACCOUNT_TAKEN, CHANGED_MEANWHILE, HAS_INBOUND_WEBHOOKS -> {
          // Somebody came between: look again where it belongs now.
        }
      }
    }
    return givenBack(wish, CHANGED_MEANWHILE);
  }

  private Place place(Wish wish) {
    var place = wish.session().connection().isPresent() ? demanded(wish) : fitting(wish);
    return isAliasAnothers(wish, place) ? new Place.None(ALIAS_TAKEN) : place;
  }

  /// The connection that the session names; its account, where both are known, must be the same.
  private Place demanded(Wish wish) {
    var found = store.find(wish.tenant(), wish.session().connection().orElseThrow());
    if (found.isEmpty()) {
      return new Place.None(CONNECTION_GONE);
    }
    var account = wish.granted().account();
    var was = found.get().externalAccountId();
    boolean other = account.isPresent() && was.isPresent() && !account.equals(was);
    boolean anothers =
        account
            .flatMap(name -> byAccount(wish, name))
            .filter(owner -> !owner.id().equals(found.get().id()))
            .isPresent();
    return other || anothers ? new Place.None(ACCOUNT_MISMATCH) : new Place.Standing(found.get());
  }

  /// The connection of the account; else the one of the alias, unless that is another account's.
  private Place fitting(Wish wish) {
    var ofAccount = wish.granted().account().flatMap(name -> byAccount(wish, name));
    if (ofAccount.isPresent()) {
      return new Place.Standing(ofAccount.get());
    }
    return wish.session()
        .alias()
        .flatMap(alias -> byAlias(wish, alias))
        .filter(found -> found.externalAccountId().isEmpty())
        .<Place>map(Place.Standing::new)
        .orElseGet(Place.Fresh::new);
  }

  private boolean isAliasAnothers(Wish wish, Place place) {
    var owner = wish.session().alias().flatMap(alias -> byAlias(wish, alias)).map(Connection::id);
    return switch (place) {
      case Place.None _ -> false;
      case Place.Fresh _ -> owner.isPresent();
      case Place.Standing(var connection) ->
          owner.filter(id -> !id.equals(connection.id())).isPresent();
    };
  }

  private Optional<Connection> byAccount(Wish wish, String account) {
    return store.findByAccount(wish.tenant(), wish.integration().id(), account);
  }

  private Optional<Connection> byAlias(Wish wish, String alias) {
    return store.findByAlias(wish.tenant(), wish.integration().id(), alias);
  }

  private static Connections.Wish wish(Granted granted, Wish wish) {
    return new Connections.Wish(
        new ConnectionStore.Grounds(
            wish.integration(),
            Optional.of(
                new ConnectionStore.Ending(wish.session().id().value(), wish.state().hash()))),
        wish.session().alias(),
        granted.account(),
        wish.session().tags(),
        granted.authorized());
  }

  // Some providers give a refresh token at the first consent only; the one from then stays good.
  private Granted renewable(Wish wish, Connection was) {
    var granted = wish.granted();
    var token = granted.authorized().credentials().token().orElseThrow();
    boolean sameAccount =
        granted.account().isPresent() && granted.account().equals(was.externalAccountId());
    if (token.refreshToken().isPresent()
        || !sameAccount
        || was.status() != ConnectionStatus.ACTIVE) {
      return granted;
    }
    return refreshToken(was, token.obtainedFrom())
        .map(standing -> exchange.renewableBy(wish.mode(), granted, standing))
        .orElse(granted);
  }

  private Optional<Secret> refreshToken(Connection was, String obtainedFrom) {
    try {
      return connections
          .credentials(was)
          .token()
          .filter(token -> token.obtainedFrom().equals(obtainedFrom))
          .flatMap(Token::refreshToken);
    } catch (Vault.CannotOpen spoilt) {
      // The connection is mended by what is new.
      return Optional.empty();
    }
  }

  /// Refuses a grant, and revokes it: nobody here will use it. Unless the account has a connection,
  /// or may have one, since many providers end all grants of an account together.
  private Placed.NotKept givenBack(Wish wish, String error) {
    var granted = wish.granted();
    if (granted.account().filter(name -> byAccount(wish, name).isEmpty()).isPresent()) {
      revocation.revoke(
          wish.integration(),
          wish.integration().mode(),
          wish.mode().mode().name(),
          granted.authorized().credentials(),
          granted.account());
    }
    return Placed.refused(error);
  }
}
