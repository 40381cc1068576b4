package wasl.function.outboundfanout;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.InstantSource;
import wasl.aws.AwsClients;
import wasl.aws.Log;

/// Takes events from the bus and makes their deliveries.
public final class Handler implements RequestStreamHandler {
  private final FanningOut fanningOut;

  public Handler() {
    this(
        FanningOut.on(
            new AwsClients(System.getenv()),
            System.getenv(),
            InstantSource.system(),
            Log.ofFunction("outbound-fanout")));
  }

  public Handler(FanningOut fanningOut) {
    this.fanningOut = fanningOut;
  }

  @Override
  public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
    fanningOut.edge().handle(in, out, context.getAwsRequestId(), fanningOut.fanout()::handle);
  }
}
