package wasl.aws;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import wasl.access.ChangeMark;
import wasl.aws.DynamoTable.Write;
import wasl.oauth.ConnectFlow;
import wasl.oauth.ConnectSession;
import wasl.oauth.ConnectSessionId;
import wasl.oauth.OauthState;

/// Keeps connect sessions and OAuth states in the table `Connections`.
///
/// Each condition lets its own writer pass again: the SDK sends a write once more whose answer was
/// lost.
public final class DynamoConnectFlow implements ConnectFlow {
  private final DynamoTable table;

  public DynamoConnectFlow(DynamoTable connections) {
    this.table = connections;
  }

  @Override
  public void create(ConnectSession session, ChangeMark change) {
    put(ChangeMarks.marked(ConnectFlowItems.write(session), change));
  }

  @Override
  public Optional<ConnectSession> session(ConnectSessionId id) {
    return table.get(ItemKeys.connectSession(id.value())).map(ConnectFlowItems::session);
  }

  // Settles which of several browsers that open a session at the same time has it.
  @Override
  public boolean bind(ConnectSession session, String browser, Instant now) {
    return isDone(
        new Write.Update(
            ConnectFlowItems.key(session),
            "SET #browser = :browser REMOVE #change",
            "#until > :now AND attribute_not_exists(#endedBy)"
                + " AND (attribute_not_exists(#browser) OR #browser = :browser)",
            Map.of("browser", browser, "now", now.toEpochMilli())));
  }

  @Override
  public void create(OauthState state) {
    put(ConnectFlowItems.write(state));
  }

  @Override
  public Optional<OauthState> state(String hash) {
    return table.get(ItemKeys.oauthState(hash)).map(ConnectFlowItems::state);
  }

  // Settles which of several callbacks with one state goes on to the token call.
  @Override
  public boolean consume(OauthState state, String owner, Instant now) {
    return isDone(
        new Write.Update(
            ConnectFlowItems.key(state),
            "SET #consumedBy = :owner",
            "#until > :now AND (attribute_not_exists(#consumedBy) OR #consumedBy = :owner)",
            Map.of("owner", owner, "now", now.toEpochMilli())));
  }

  private void put(Item item) {
    if (table.put(Write.Put.ifAbsent(item)) instanceof DynamoTable.Written.Refused) {
      throw new IllegalStateException("an id was made twice");
    }
  }

  private boolean isDone(Write.Update update) {
    return table.update(update) instanceof DynamoTable.Written.Done;
  }
}
