package wasl.aws;

import java.time.Duration;
import java.util.Map;
import wasl.aws.DynamoTable.Write;
import wasl.connection.ConnectionId;
import wasl.connection.ConnectionStore;
import wasl.connection.IntegrationId;
import wasl.oauth.ConnectSession;
import wasl.oauth.ConnectSessionId;
import wasl.oauth.OauthState;
import wasl.vault.Sealed;

/// The items of connect sessions and OAuth states: the one class that knows their attributes.
///
/// Both are deleted by DynamoDB some time after they are over; `until` says when that is.
public final class ConnectFlowItems {
  static final int FORM = 1;
  static final String UNTIL = "until";
  static final String BROWSER = "browser";
  static final String ENDED_BY = "endedBy";
  static final String CONSUMED_BY = "consumedBy";

  // A state that was made in a session's last minute finds it still there.
  private static final Duration SESSION_KEPT = OauthState.LIFE.plusMinutes(5);

  private ConnectFlowItems() {}

  static String key(ConnectSession session) {
    return ItemKeys.connectSession(session.id().value());
  }

  static String key(OauthState state) {
    return ItemKeys.oauthState(state.hash());
  }

  public static Item write(ConnectSession session) {
    var item =
        Item.with(key(session))
            .number(ItemKeys.FORM, FORM)
            .text("id", session.id().value())
            // Whoever has the session's id may connect an account: no audit record names it.
            .text(ChangeItem.SUBJECT, session.integration().value())
            .text("integration", session.integration().value())
            .text("connection", session.connection().map(ConnectionId::value))
            .text("alias", session.alias())
            .text("redirectUrl", session.redirectUrl())
            .texts("tags", session.tags())
            .time("createdAt", session.createdAt())
            .time(UNTIL, session.expiresAt())
            .number(ItemKeys.EXPIRES_AT, session.expiresAt().plus(SESSION_KEPT).getEpochSecond());
    TenantAttributes.write(item, session.tenant());
    return item.build();
  }

  static ConnectSession session(Item item) {
    Forms.demand(item, FORM);
    return new ConnectSession(
        TenantAttributes.read(item),
        new ConnectSessionId(item.text("id")),
        new IntegrationId(item.text("integration")),
        item.optionalText("connection").map(ConnectionId::new),
        item.optionalText("alias"),
        item.optionalText("redirectUrl"),
        item.texts("tags"),
        item.time("createdAt"),
        item.time(UNTIL),
        item.optionalText(BROWSER),
        item.has(ENDED_BY));
  }

  // Lets its own writer pass again: whoever repeats the write that made a connection finds it made.
  static Write.Update end(ConnectionStore.Ending ending) {
    return new Write.Update(
        ItemKeys.connectSession(ending.session()),
        "SET #endedBy = :by REMOVE #change",
        "attribute_exists(#pk) AND (attribute_not_exists(#endedBy) OR #endedBy = :by)",
        Map.of("by", ending.by()));
  }

  static Item write(OauthState state) {
    var item =
        Item.with(key(state))
            .number(ItemKeys.FORM, FORM)
            .text("hash", state.hash())
            .text("session", state.session().value())
            .text(BROWSER, state.browser())
            .text("auth", state.auth())
            .text("client", state.client())
            .texts("scopes", state.scopes())
            .text("redirectUri", state.redirectUri())
            .time(UNTIL, state.expiresAt())
            .number(ItemKeys.EXPIRES_AT, state.expiresAt().getEpochSecond());
    TenantAttributes.write(item, state.tenant());
    state.verifier().ifPresent(sealed -> item.bytes("verifier", sealed.bytes()));
    return item.build();
  }

  static OauthState state(Item item) {
    Forms.demand(item, FORM);
    return new OauthState(
        TenantAttributes.read(item),
        item.text("hash"),
        new ConnectSessionId(item.text("session")),
        item.text(BROWSER),
        item.text("auth"),
        item.text("client"),
        item.texts("scopes"),
        item.text("redirectUri"),
        item.optionalBytes("verifier").map(Sealed::new),
        item.time(UNTIL),
        item.has(CONSUMED_BY));
  }
}
