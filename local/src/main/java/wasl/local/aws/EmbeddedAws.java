package wasl.local.aws;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/// Stands in for AWS on this machine: DynamoDB, SQS, KMS, S3 and EventBridge behind one endpoint.
///
/// What it acknowledged survives the death of this process and of DynamoDB Local's, if it was given
/// a folder to keep its data in.
public final class EmbeddedAws implements AutoCloseable {
  private final Endpoint endpoint;
  private final Deque<AutoCloseable> opened;

  private EmbeddedAws(Endpoint endpoint, Deque<AutoCloseable> opened) {
    this.endpoint = endpoint;
    this.opened = opened;
  }

  /// Starts everything; returns once every service answers and every declared queue is there.
  public static EmbeddedAws start(EmbeddedAwsConfig config) {
    Deque<AutoCloseable> opened = new ArrayDeque<>();
    try {
      return start(config, opened);
    } catch (IOException | RuntimeException e) {
      closeAll(opened);
      throw e instanceof RuntimeException already
          ? already
          : new IllegalStateException("the embedded AWS did not start: " + e.getMessage(), e);
    }
  }

  private static EmbeddedAws start(EmbeddedAwsConfig config, Deque<AutoCloseable> opened)
      throws IOException {
    Endpoint endpoint = Endpoint.bind(config.port(), config.progress());
    opened.push(endpoint);
    Path data = dataFolder(config, opened);
    HttpClient client = backEndClient();
    opened.push(client::shutdownNow);
    Optional<Path> queueData = config.data().map(folder -> createFolder(folder.resolve("sqs")));
    Optional<Path> tableData =
        config.data().map(folder -> createFolder(folder.resolve("dynamodb")));
    try (ExecutorService starters = Executors.newThreadPerTaskExecutor(Thread::new)) {
      Future<DynamoDbLocal> dynamoDb =
          starters.submit(
              opening(
                  opened,
                  () ->
                      DynamoDbLocal.start(
                          config.java(),
                          config.dynamoDbJars(),
                          tableData,
                          client,
                          config.progress())));
      Future<ElasticMq> elasticMq =
          starters.submit(
              opening(
                  opened, () -> ElasticMq.start(config, endpoint.address(), queueData, client)));
      Service kms = KmsOperations.service(KeyRing.open(data.resolve("kms.json"), config));
      Service s3 = S3Service.open(createFolder(data.resolve("s3")), config.clock());
      Future<EventBuses> buses =
          starters.submit(() -> EventBuses.open(data.resolve("events.json"), config));
      ElasticMq queues = await(elasticMq);
      DynamoDbLocal tables = await(dynamoDb);
      EventRouting routing = new EventRouting(await(buses), queues, config);
      endpoint.serve(
          Map.of(
              "dynamodb", new Endpoint.Part(tables, tables::isUp),
              "sqs", new Endpoint.Part(queues, queues::isUp),
              "kms", new Endpoint.Part(kms, () -> true),
              "s3", new Endpoint.Part(s3, () -> true),
              "events", new Endpoint.Part(EventOperations.service(routing), () -> true)));
    }
    return new EmbeddedAws(endpoint, opened);
  }

  /// What `AWS_ENDPOINT_URL` must say: `http://127.0.0.1:PORT`.
  public URI endpoint() {
    return endpoint.address();
  }

  @Override
  public void close() {
    closeAll(opened);
  }

  private static <T extends AutoCloseable> Callable<T> opening(
      Deque<AutoCloseable> opened, Callable<T> open) {
    return () -> {
      T part = open.call();
      synchronized (opened) {
        opened.push(part);
      }
      return part;
    };
  }

  private static <T> T await(Future<T> starting) {
    try {
      return starting.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          "the embedded AWS did not start: " + e.getCause(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while starting the embedded AWS", e);
    }
  }

  private static void closeAll(Deque<AutoCloseable> opened) {
    synchronized (opened) {
      while (!opened.isEmpty()) {
        try {
          opened.pop().close();
        } catch (Exception e) {
          // The rest must be closed all the same.
          Thread.currentThread()
              .getUncaughtExceptionHandler()
              .uncaughtException(Thread.currentThread(), e);
        }
      }
    }
  }

  private static Path dataFolder(EmbeddedAwsConfig config, Deque<AutoCloseable> opened)
      throws IOException {
    if (config.data().isPresent()) {
      return createFolder(config.data().orElseThrow());
    }
    Path folder = Files.createTempDirectory("wasl-aws");
    opened.push(() -> deleteTree(folder));
    return folder;
  }

  private static Path createFolder(Path folder) {
    try {
      return Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("could not create " + folder, e);
    }
  }

  private static void deleteTree(Path folder) throws IOException {
    List<Path> paths;
    try (Stream<Path> tree = Files.walk(folder)) {
      paths = tree.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : paths) {
      Files.deleteIfExists(path);
    }
  }

  private static HttpClient backEndClient() {
    // DynamoDB Local closes idle connections after 30 s; a request must never meet that moment.
    System.setProperty("jdk.httpclient.keepalive.timeout", "10");
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .executor(Executors.newVirtualThreadPerTaskExecutor())
        .build();
  }
}
