package wasl.function.changepublisher;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import wasl.audit.ChangeRoad;
import wasl.audit.Told;
import wasl.aws.AwsClients;
import wasl.aws.DynamoAuditTrail;
import wasl.aws.EventStorage;
import wasl.aws.FailedChanges;
import wasl.aws.Log;
import wasl.aws.QueueEdge;
import wasl.aws.Settings;
import wasl.aws.StreamEdge;
import wasl.queue.Outcome;

/// The road of changes put together, with the edges of its two triggers.
public final class Publishing {
  private final StreamEdge stream;
  private final QueueEdge queue;
  private final FailedChanges failed;
  private final ChangeRoad road;
  private final InstantSource clock;
  private final Log log;

  private Publishing(
      StreamEdge stream,
      QueueEdge queue,
      FailedChanges failed,
      ChangeRoad road,
      InstantSource clock,
      Log log) {
    this.stream = stream;
    this.queue = queue;
    this.failed = failed;
    this.road = road;
    this.clock = clock;
    this.log = log;
  }

  /// @param environment the function's environment variables; all that is wrong with them is thrown
  ///   at once
  public static Publishing on(
      AwsClients clients,
      Map<String, String> environment,
      InstantSource clock,
      RandomGenerator random,
      Log log) {
    var settings = new Settings(environment);
    var names = EventStorage.Names.read(settings);
    var bus = settings.text("WASL_BUS", "wasl-dev");
    var queueUrl =
        settings.text(
            "WASL_CHANGE_FAILED_QUEUE_URL",
            "https://sqs.me-south-1.amazonaws.com/111122223333/wasl-dev-ChangeFailed");
    boolean refreshes = settings.text("WASL_PUBLISH_REFRESHES", "false").equals("true");
    settings.done();

    var storage = names.on(clients, clock, random);
    return new Publishing(
        new StreamEdge(log),
        new QueueEdge(clients.sqs(), queueUrl, log),
        new FailedChanges(clients.dynamoDbStreams(), clock),
        new ChangeRoad(
            storage.publisher(bus), new DynamoAuditTrail(storage.table(), clock), refreshes, clock),
        clock,
        log);
  }

  /// @param time in which it must end
  void handle(byte[] event, OutputStream answer, String requestId, Duration time)
      throws IOException {
    var until = clock.instant().plus(time);
    if (StreamEdge.isOne(event)) {
      stream.handle(event, answer, requestId, told -> tell(told, until, requestId));
      return;
    }
    queue.handle(
        new ByteArrayInputStream(event),
        answer,
        requestId,
        messages -> failed.handle(messages, until, (told, end) -> tell(told, end, requestId)));
  }

  private List<Outcome> tell(List<Told> told, Instant until, String requestId) {
    var outcomes = road.tell(told, until);
    long done = outcomes.stream().filter(Outcome.Done.class::isInstance).count();
    log.forRequest(requestId).info("changes told").with("changes", done).write();
    return outcomes;
  }
}
