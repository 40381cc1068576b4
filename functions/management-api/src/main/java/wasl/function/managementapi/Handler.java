package wasl.function.managementapi;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.crac.Core;
import org.crac.Resource;
import wasl.aws.HttpEdge;
import wasl.aws.Log;

/// Answers `/v1`, and the one command that is not HTTP: the bootstrap.
public final class Handler implements RequestStreamHandler, Resource {
  private final Log log;
  private final Snapshot snapshot;
  private volatile ManagementApi api;

  public Handler() {
    var snapshot = Snapshot.of(System.getenv());
    this(snapshot.build(), Log.ofFunction("management-api"), snapshot);
    Core.getGlobalContext().register(this);
  }

  public Handler(ManagementApi api, Log log) {
    this(api, log, Snapshot.none(api));
  }

  private Handler(ManagementApi api, Log log, Snapshot snapshot) {
    this.api = api;
    this.log = log;
    this.snapshot = snapshot;
  }

  @Override
  public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
    HttpEdge.handle(
        in, out, context, log, api::answer, event -> api.invoke(event, context.getAwsRequestId()));
  }

  @Override
  public void beforeCheckpoint(org.crac.Context<? extends Resource> context) {
    snapshot.prepare(api, log);
  }

  @Override
  public void afterRestore(org.crac.Context<? extends Resource> context) {
    api = snapshot.build();
  }
}
