package wasl.function.changepublisher;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import wasl.aws.AwsClients;
import wasl.aws.Log;

/// Tells of what was changed in the table `Connections`: events on the bus, records in the audit
/// trail. Its second trigger brings what it failed to tell before.
public final class Handler implements RequestStreamHandler {
  // What is begun must end before the function does.
  private static final Duration RESERVE = Duration.ofSeconds(10);

  private final Publishing publishing;

  public Handler() {
    this(
        Publishing.on(
            new AwsClients(System.getenv()),
            System.getenv(),
            InstantSource.system(),
            new SecureRandom(),
            Log.ofFunction("change-publisher")));
  }

  public Handler(Publishing publishing) {
    this.publishing = publishing;
  }

  @Override
  public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
    var time = Duration.ofMillis(context.getRemainingTimeInMillis()).minus(RESERVE);
    publishing.handle(in.readAllBytes(), out, context.getAwsRequestId(), time);
  }
}
