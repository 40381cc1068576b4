package wasl.function.eventrouter;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.SecureRandom;
import java.time.InstantSource;
import wasl.aws.AwsClients;
import wasl.aws.Log;

/// Takes accepted messages from the inbound queue and puts their events on the bus.
public final class Handler implements RequestStreamHandler {
  private final Routing routing;

  public Handler() {
    this(
        Routing.on(
            new AwsClients(System.getenv()),
            System.getenv(),
            InstantSource.system(),
            new SecureRandom(),
            Log.ofFunction("event-router")));
  }

  public Handler(Routing routing) {
    this.routing = routing;
  }

  @Override
  public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
    var requestId = context.getAwsRequestId();
    routing.edge().handle(in, out, requestId, messages -> routing.route(requestId, messages));
  }
}
