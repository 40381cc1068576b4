package wasl.function.duescan;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.time.InstantSource;
import wasl.aws.AwsClients;
import wasl.aws.Log;

/// Enqueues, once a minute, what is due soon.
public final class Handler implements RequestStreamHandler {
  // What is begun must end before the function does.
  private static final Duration RESERVE = Duration.ofSeconds(10);

  private final Scanning scanning;
  private final Log log;

  public Handler() {
    this(Log.ofFunction("due-scan"));
  }

  private Handler(Log log) {
    this(
        Scanning.on(new AwsClients(System.getenv()), System.getenv(), InstantSource.system(), log),
        log);
  }

  public Handler(Scanning scanning, Log log) {
    this.scanning = scanning;
    this.log = log;
  }

  @Override
  public void handleRequest(InputStream in, OutputStream out, Context context) {
    var time = Duration.ofMillis(context.getRemainingTimeInMillis()).minus(RESERVE);
    int enqueued = scanning.run(time);
    log.forRequest(context.getAwsRequestId()).info("due scan").with("enqueued", enqueued).write();
  }
}
