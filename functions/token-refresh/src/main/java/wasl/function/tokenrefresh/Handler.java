package wasl.function.tokenrefresh;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.SecureRandom;
import java.time.InstantSource;
import wasl.aws.AwsClients;
import wasl.aws.Log;

/// Takes connections whose tokens are due from their queue, and refreshes them.
public final class Handler implements RequestStreamHandler {
  private final Renewing renewing;

  public Handler() {
    this(
        Renewing.on(
            new AwsClients(System.getenv()),
            System.getenv(),
            InstantSource.system(),
            new SecureRandom(),
            Log.ofFunction("token-refresh")));
  }

  public Handler(Renewing renewing) {
    this.renewing = renewing;
  }

  @Override
  public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
    var requestId = context.getAwsRequestId();
    renewing
        .edge()
        .handle(in, out, requestId, messages -> renewing.worker().handle(messages, requestId));
  }
}
