package wasl.local.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import wasl.access.Environment;
import wasl.access.ProjectId;
import wasl.access.Tenant;
import wasl.aws.AwsClients;
import wasl.aws.ConnectionItem;
import wasl.aws.DynamoConnectionStore;
import wasl.aws.DynamoTable;
import wasl.aws.ItemKeys;
import wasl.aws.SqsRefreshQueue;
import wasl.connection.Connection;
import wasl.connection.ConnectionId;
import wasl.connection.ConnectionStatus;
import wasl.connection.Health;
import wasl.connection.IntegrationId;
import wasl.connection.Mode;
import wasl.connection.Upkeep;
import wasl.id.Ids;
import wasl.local.aws.DeclaredQueue;
import wasl.local.aws.EmbeddedAws;
import wasl.local.aws.EmbeddedAwsConfig;
import wasl.local.endpoint.AwsEndpoint;
import wasl.local.endpoint.AwsService;
import wasl.local.intercept.InterceptedEndpoint;
import wasl.local.ledger.Ledger;
import wasl.local.ledger.Meter;
import wasl.local.ledger.Tally;
import wasl.local.template.Bundle;
import wasl.local.template.Deployment;
import wasl.queue.DueScan;
import wasl.refresh.DueRefreshes;
import wasl.vault.Sealed;

/// Shows that what a scan for due tokens costs depends on how many are due, and not on how many
/// connections there are: fills a table with more and more of them, and counts the units that
/// DynamoDB says each scan took.
public final class ScanBench {
  private static final String REGION = "us-east-1";
  private static final List<Integer> USUAL = List.of(1_000, 100_000);
  private static final int MOST = 10_000_000;
  private static final int IN_BATCH = 25;
  private static final int WRITERS = 4;
  private static final int WARM_UP = 20;
  // What a token of a common size comes to when it is sealed.
  private static final int SEALED_BYTES = 500;
  private static final Duration OTHERS_DUE_FROM = Duration.ofDays(1);
  private static final Duration OTHERS_DUE_WITHIN = Duration.ofDays(7);
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /// What `./wasl bench scan` was told.
  ///
  /// @param connections how many there are to be at each scan, the fewest first
  /// @param due how many of them are due
  public record Options(List<Integer> connections, int due) {
    public Options {
      connections = List.copyOf(new TreeSet<>(connections));
    }

    /// Throws `IllegalArgumentException`, with what is wrong, for a command line that it does not
    /// understand.
    public static Options parse(List<String> arguments) {
      var rest = new ArrayDeque<>(arguments);
      var connections = new ArrayList<Integer>();
      int due = 50;
      while (!rest.isEmpty()) {
        var option = rest.pop();
        switch (option) {
          case "--connections" -> connections.add(number(option, rest.poll()));
          case "--due" -> due = number(option, rest.poll());
          default -> throw new IllegalArgumentException("unknown option " + option);
        }
      }
      return new Options(connections.isEmpty() ? USUAL : connections, due);
    }

    private static int number(String option, @Nullable String value) {
      try {
        int number = Integer.parseInt(value == null ? "" : value);
        if (number >= 1 && number <= MOST) {
          return number;
        }
      } catch (NumberFormatException e) {
        // Told below, with what is out of range.
      }
      throw new IllegalArgumentException(option + " needs a number from 1 to " + MOST);
    }
  }

  private static final Tenant TENANT =
      new Tenant(
          new ProjectId(Ids.of(ProjectId.PREFIX, Instant.EPOCH, new byte[16])), Environment.PROD);

  private final PrintStream out;
  private final AwsEndpoint filling;
  private final DueScan<Connection> scan;
  private final Ledger ledger;
  private final InstantSource clock;
  private final String table;
  private final ObjectNode model;
  private final Random random = new Random(7);
  private int written;

  private ScanBench(
      PrintStream out,
      AwsEndpoint filling,
      AwsClients counted,
      Ledger ledger,
      Deployment deployment,
      InstantSource clock) {
    this.out = out;
    this.filling = filling;
    this.ledger = ledger;
    this.clock = clock;
    var environment =
        deployment.functions().stream()
            .filter(function -> function.name().equals("due-scan"))
            .findFirst()
            .orElseThrow()
            .environment();
    table = named(environment, "WASL_CONNECTIONS_TABLE");
    var connections = new DynamoTable(counted.dynamoDb(), table);
    model = model(connections);
    scan =
        new DueScan<>(
            new DueRefreshes(
                new DynamoConnectionStore(connections),
                new SqsRefreshQueue(counted.sqs(), named(environment, "WASL_REFRESH_QUEUE_URL"))),
            clock);
  }

  private static String named(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name)).orElseThrow();
  }

  /// Runs it on an embedded AWS of its own, which forgets everything at the end.
  ///
  /// @param dynamoDbJars the folder that holds DynamoDB Local
  /// @return the exit code
  public static int run(Path root, Path dynamoDbJars, Options options, PrintStream out) {
    var bundle = Bundle.read(root.resolve("template.yaml"), Map.of(), Map.of());
    var queues = new ArrayList<DeclaredQueue>();
    bundle
        .queues(REGION)
        .forEach((name, attributes) -> queues.add(new DeclaredQueue(name, attributes)));
    var ledger = new Ledger();
    try (var aws = EmbeddedAws.start(EmbeddedAwsConfig.ephemeral(dynamoDbJars).withQueues(queues));
        var filling = new AwsEndpoint(aws.endpoint(), REGION);
        var between = InterceptedEndpoint.start(aws.endpoint(), List.of(ledger));
        var counted =
            new AwsClients(
                Map.of(
                    "AWS_ENDPOINT_URL",
                    between.uri().toString(),
                    "AWS_REGION",
                    REGION,
                    "AWS_ACCESS_KEY_ID",
                    "bench",
                    "AWS_SECRET_ACCESS_KEY",
                    "bench"))) {
      var bench =
          new ScanBench(
              out, filling, counted, ledger, bundle.deploy(filling), InstantSource.system());
      return bench.run(options);
    } catch (IOException e) {
      throw new UncheckedIOException("the bench cannot count", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 1;
    }
  }

  private int run(Options options) throws InterruptedException {
    // What is slow the first time is not to be taken for what is due.
    fill(WARM_UP, Optional.of(clock.instant()));
    scan.run(clock.instant().plus(PATIENCE));
    out.printf(
        Locale.ROOT,
        "%12s %8s %10s %12s %12s %12s %10s%n",
        "connections",
        "due",
        "enqueued",
        "read units",
        "write units",
        "SQS requests",
        "ms");
    boolean good = true;
    for (int connections : options.connections()) {
      fill(connections - written - options.due(), Optional.empty());
      // Nobody refreshes what was enqueued before, so it has come due again while others were
      // written.
      scan.run(clock.instant().plus(PATIENCE));
      good &= scanned(connections, 0) == 0;
      fill(options.due(), Optional.of(clock.instant()));
      good &= scanned(connections, options.due()) == options.due();
    }
    out.println(good ? "" : "Not every connection that was due was enqueued, or others were.");
    return good ? 0 : 1;
  }

  /// One scan; answers how many it enqueued.
  private int scanned(int connections, int due) {
    var before = ledger.tally();
    long begun = System.nanoTime();
    int enqueued = scan.run(clock.instant().plus(PATIENCE));
    long millis = Duration.ofNanos(System.nanoTime() - begun).toMillis();
    Tally took = ledger.tally().since(before);
    out.printf(
        Locale.ROOT,
        "%,12d %,8d %,10d %,12.1f %,12.1f %,12.0f %,10d%n",
        connections,
        due,
        enqueued,
        took.amount(Meter.DYNAMODB_READ_UNIT),
        took.amount(Meter.DYNAMODB_WRITE_UNIT),
        took.amount(Meter.SQS_REQUEST),
        millis);
    return enqueued;
  }

  /// Writes so many more; the times of others are spread over days to come.
  private void fill(int many, Optional<Instant> dueAt) throws InterruptedException {
    int batches = Math.max(0, (many + IN_BATCH - 1) / IN_BATCH);
    var next = new AtomicInteger();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var writers = new ConcurrentLinkedQueue<Future<?>>();
      for (int writer = 0; writer < WRITERS; writer++) {
        writers.add(
            threads.submit(() -> {
              for (int batch = next.getAndIncrement();
                  batch < batches;
                  batch = next.getAndIncrement()) {
                int size = Math.min(IN_BATCH, many - batch * IN_BATCH);
                put(IntStream.range(0, size).mapToObj(each -> item(dueAt)).toList());
              }
            }));
      }
      for (var writer : writers) {
        writer.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("the table cannot be filled", e.getCause());
    }
    written += Math.max(0, many);
  }

  // Puts are the same twice: whatever is left over is sent again.
  private void put(List<JsonNode> items) {
    var input = filling.input();
    var batch = input.putObject("RequestItems").putArray(table);
    items.forEach(item -> batch.addObject().putObject("PutRequest").set("Item", item));
    var left = filling.call(AwsService.DYNAMODB, "BatchWriteItem", input).path("UnprocessedItems");
    while (!left.isEmpty()) {
      var again = filling.input();
      again.set("RequestItems", left);
      left = filling.call(AwsService.DYNAMODB, "BatchWriteItem", again).path("UnprocessedItems");
    }
  }

  private JsonNode item(Optional<Instant> dueAt) {
    var now = clock.instant();
    String id;
    long later;
    synchronized (random) {
      id = Ids.next(ConnectionId.PREFIX, now, random);
      later = random.nextLong(OTHERS_DUE_WITHIN.toMillis());
    }
    var due = dueAt.orElseGet(() -> now.plus(OTHERS_DUE_FROM).plusMillis(later));
    var item = model.deepCopy();
    set(item, ItemKeys.PK, "S", ItemKeys.connection(TENANT, new ConnectionId(id)));
    set(item, "id", "S", id);
    set(item, ItemKeys.LIST_SORT, "S", ItemKeys.listSort(now, id));
    set(item, ItemKeys.DUE_KEY, "S", ItemKeys.due("refresh", id));
    set(item, ItemKeys.DUE_AT, "N", Long.toString(due.toEpochMilli()));
    return item;
  }

  private static void set(ObjectNode item, String name, String type, String value) {
    item.putObject(name).put(type, value);
  }

  /// What all of them look like: one that was written as every other is, and read back.
  private ObjectNode model(DynamoTable connections) {
    var now = clock.instant();
    var id = new ConnectionId(Ids.next(ConnectionId.PREFIX, now, random));
    var sealed = new byte[SEALED_BYTES];
    sealed[0] = Sealed.VERSION;
    var connection =
        new Connection(
            TENANT,
            id,
            new IntegrationId("bench"),
            "oauth2",
            Mode.LIVE,
            "oauth2_authorization_code",
            Optional.empty(),
            Optional.empty(),
            ConnectionStatus.ACTIVE,
            Optional.empty(),
            List.of("read"),
            List.of(),
            new Sealed(sealed),
            1,
            Health.HEALTHY,
            now,
            Optional.of(now.plus(OTHERS_DUE_WITHIN)),
            Optional.of(now),
            Optional.empty(),
            Upkeep.due(Optional.of(now.plus(OTHERS_DUE_WITHIN))),
            now,
            now,
            1);
    connections.put(new DynamoTable.Write.Put(ConnectionItem.write(connection)));
    written = 1;
    var input = filling.input().put("TableName", table);
    set(input.putObject("Key"), ItemKeys.PK, "S", ConnectionItem.key(TENANT, id));
    return (ObjectNode) filling.call(AwsService.DYNAMODB, "GetItem", input).path("Item");
  }
}
