package wasl.aws;

import java.time.Duration;
import wasl.access.Cause;
import wasl.connection.Connection;
import wasl.refresh.RefreshListener;
import wasl.refresh.Refreshed;

/// Writes a line for each token call: which connection, how long, and what became of it; never a
/// token.
public final class RefreshLog implements RefreshListener {
  private final Log log;

  public RefreshLog(Log log) {
    this.log = log;
  }

  @Override
  public void called(Refreshed outcome, Duration took, Cause cause) {
    line(outcome, cause).with("durationMs", took.toMillis()).write();
  }

  private Log.Line line(Refreshed outcome, Cause cause) {
    var in = log.forRequest(cause.request());
    return switch (outcome) {
      case Refreshed.Renewed(Connection connection) ->
          about(connection, in.info("token refreshed").count(Metric.TOKEN_REFRESHED));
      case Refreshed.Failed(Connection connection, String why, var notBefore) ->
          about(connection, failed(in)).with("why", why).with("notBefore", notBefore.toString());
      case Refreshed.Ended(Connection connection, String why) ->
          about(connection, failed(in)).with("why", why);
      case Refreshed.Held(Connection connection, var _) ->
          about(connection, failed(in)).with("why", "another took over");
      case Refreshed.PutOff _,
          Refreshed.NotDue _,
          Refreshed.Nothing _,
          Refreshed.NotActive _,
          Refreshed.Gone _ ->
          in.info("token not kept");
    };
  }

  private static Log.Line failed(Log log) {
    return log.warn("token not refreshed").count(Metric.REFRESH_FAILED);
  }

  private static Log.Line about(Connection connection, Log.Line line) {
    return line.with("connection", connection.id().value())
        .with("provider", connection.provider())
        .with("became", connection.status().wireName());
  }
}
