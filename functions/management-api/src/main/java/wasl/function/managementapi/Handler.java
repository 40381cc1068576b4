package wasl.function.managementapi;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.SecureRandom;
import java.time.InstantSource;
import wasl.aws.AwsClients;
import wasl.aws.HttpEdge;
import wasl.aws.Log;

/// Answers `/v1`, and the one command that is not HTTP: the bootstrap.
public final class Handler implements RequestStreamHandler {
  private final ManagementApi api;
  private final Log log;

  public Handler() {
    this(
        ManagementApi.on(
            new AwsClients(System.getenv()),
            System.getenv(),
            InstantSource.system(),
            new SecureRandom()),
        Log.ofThisFunction());
  }

  public Handler(ManagementApi api, Log log) {
    this.api = api;
    this.log = log;
  }

  @Override
  public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
    HttpEdge.handle(in, out, context, log, api::answer, api::invoke);
  }
}
