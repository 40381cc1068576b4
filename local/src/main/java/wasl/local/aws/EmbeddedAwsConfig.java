package wasl.local.aws;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// What the embedded AWS needs to know.
///
/// @param data where everything is kept; empty for a stack that forgets all when it is closed
/// @param port of the one endpoint, on 127.0.0.1; 0 takes any free one
/// @param region that stands in ARNs and events
/// @param dynamoDbJars the folder that holds DynamoDB Local and what it needs
/// @param java the `java` executable for child processes
/// @param clock for key states, object ages and event times
/// @param progress gets one readable line per step, and every trouble
public record EmbeddedAwsConfig(
    Optional<Path> data,
    int port,
    String region,
    Path dynamoDbJars,
    Path java,
    List<DeclaredQueue> queues,
    InstantSource clock,
    Consumer<String> progress) {
  /// The account in every ARN and queue URL.
  public static final String ACCOUNT = "000000000000";

  public EmbeddedAwsConfig {
    queues = List.copyOf(queues);
  }

  /// An ephemeral stack on a free port, run by this JVM's own `java`, in silence.
  public static EmbeddedAwsConfig ephemeral(Path dynamoDbJars) {
    return new EmbeddedAwsConfig(
        Optional.empty(),
        0,
        "us-east-1",
        dynamoDbJars,
        Path.of(System.getProperty("java.home"), "bin", "java"),
        List.of(),
        InstantSource.system(),
        line -> {});
  }

  public EmbeddedAwsConfig withData(Path folder) {
    return new EmbeddedAwsConfig(
        Optional.of(folder), port, region, dynamoDbJars, java, queues, clock, progress);
  }

  public EmbeddedAwsConfig withPort(int newPort) {
    return new EmbeddedAwsConfig(
        data, newPort, region, dynamoDbJars, java, queues, clock, progress);
  }

  public EmbeddedAwsConfig withQueues(List<DeclaredQueue> newQueues) {
    return new EmbeddedAwsConfig(
        data, port, region, dynamoDbJars, java, newQueues, clock, progress);
  }

  public EmbeddedAwsConfig withProgress(Consumer<String> newProgress) {
    return new EmbeddedAwsConfig(
        data, port, region, dynamoDbJars, java, queues, clock, newProgress);
  }

  String arn(String service, String resource) {
    return "arn:aws:" + service + ":" + region + ":" + ACCOUNT + ":" + resource;
  }
}
