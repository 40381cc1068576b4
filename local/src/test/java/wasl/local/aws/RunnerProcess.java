package wasl.local.aws;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// The embedded AWS as a process of its own, for tests that kill it.
///
/// Arguments: the data folder, the port. Prints `ready URL MILLISECONDS` when all services answer.
final class RunnerProcess {
  private RunnerProcess() {}

  static final List<DeclaredQueue> QUEUES =
      List.of(
          new DeclaredQueue("dead", Map.of()),
          new DeclaredQueue("routed", Map.of()),
          new DeclaredQueue(
              "work",
              Map.of(
                  "VisibilityTimeout",
                  "2",
                  "RedrivePolicy",
                  "{\"deadLetterTargetArn\":\"arn:aws:sqs:us-east-1:000000000000:dead\","
                      + "\"maxReceiveCount\":2}")));

  public static void main(String[] arguments) throws InterruptedException {
    long begin = System.nanoTime();
    EmbeddedAws aws =
        EmbeddedAws.start(
            EmbeddedAwsConfig.ephemeral(Path.of(System.getProperty("wasl.dynamodb.lib")))
                .withData(Path.of(arguments[0]))
                .withPort(Integer.parseInt(arguments[1]))
                .withQueues(QUEUES)
                .withProgress(System.out::println));
    Runtime.getRuntime().addShutdownHook(new Thread(aws::close));
    System.out.println("ready " + aws.endpoint() + " " + (System.nanoTime() - begin) / 1_000_000);
    Thread.currentThread().join();
  }
}
