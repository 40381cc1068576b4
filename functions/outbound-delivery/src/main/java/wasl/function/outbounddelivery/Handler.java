package wasl.function.outbounddelivery;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.SecureRandom;
import java.time.InstantSource;
import wasl.aws.AwsClients;
import wasl.aws.Log;

/// Takes deliveries from their queue and sends them to users' URLs.
public final class Handler implements RequestStreamHandler {
  private final Delivering delivering;

  public Handler() {
    this(
        Delivering.on(
            new AwsClients(System.getenv()),
            System.getenv(),
            InstantSource.system(),
            new SecureRandom(),
            Log.ofFunction("outbound-delivery")));
  }

  public Handler(Delivering delivering) {
    this.delivering = delivering;
  }

  @Override
  public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
    var requestId = context.getAwsRequestId();
    delivering.edge().handle(in, out, requestId, messages -> delivering.work(requestId, messages));
  }
}
