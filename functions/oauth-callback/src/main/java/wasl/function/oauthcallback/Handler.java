package wasl.function.oauthcallback;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.crac.Core;
import org.crac.Resource;
import wasl.aws.HttpEdge;
import wasl.aws.HttpEvent;
import wasl.aws.Log;
import wasl.oauth.Authorizations;
import wasl.oauth.Callbacks;
import wasl.web.Problem;
import wasl.web.Response;

/// Leads a browser to its provider at `/oauth/authorize`, and takes it back at `/oauth/callback`.
public final class Handler implements RequestStreamHandler, Resource {
  private final Log log;
  private final Snapshot snapshot;
  private volatile ConnectRoad road;

  public Handler() {
    var log = Log.ofFunction("oauth-callback");
    var snapshot = Snapshot.of(System.getenv(), log);
    this(snapshot.build(), log, snapshot);
    if (snapshot.isTaken()) {
      Core.getGlobalContext().register(this);
    }
  }

  public Handler(ConnectRoad road, Log log) {
    this(road, log, Snapshot.none(road));
  }

  private Handler(ConnectRoad road, Log log, Snapshot snapshot) {
    this.road = road;
    this.log = log;
    this.snapshot = snapshot;
  }

  @Override
  public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
    answer(in, out);
  }

  void answer(InputStream in, OutputStream out) throws IOException {
    HttpEdge.handle(in, out, log, this::answer, Handler::problem);
  }

  private Response answer(HttpEvent event, Log.Line line) {
    var pages = Pages.of(event.headers());
    return switch (event.rawPath()) {
      case "/oauth/authorize" -> authorize(event, pages, line);
      case "/oauth/callback" -> callback(event, pages, line);
      default -> pages.nothingHere();
    };
  }

  private static Response problem(HttpEvent event, Problem problem) {
    var pages = Pages.of(event.headers());
    return problem.status() < 500
        ? pages.nothingHere()
        : problem.withRetryAfter(pages.broken(problem.status(), event.requestId()));
  }

  private Response authorize(HttpEvent event, Pages pages, Log.Line line) {
    return switch (road.authorize(event)) {
      case Authorizations.Onward onward -> {
        line.with("verdict", "onward");
        yield pages.onward(onward);
      }
      case Authorizations.Refused refused -> {
        line.with("verdict", refused.name());
        yield pages.refused(refused);
      }
    };
  }

  private Response callback(HttpEvent event, Pages pages, Log.Line line) {
    return switch (road.callback(event)) {
      case Callbacks.Connected connected -> {
        line.with("verdict", "connected").with("connection", connected.connection().value());
        yield pages.connected(connected);
      }
      case Callbacks.Failed failed -> {
        line.with("verdict", "failed").with("error", failed.error());
        yield pages.failed(failed);
      }
      case Callbacks.Refused refused -> {
        line.with("verdict", refused.name());
        yield pages.refused(refused);
      }
    };
  }

  @Override
  public void beforeCheckpoint(org.crac.Context<? extends Resource> context) {
    snapshot.prepare();
  }

  @Override
  public void afterRestore(org.crac.Context<? extends Resource> context) {
    road = snapshot.build();
  }
}
