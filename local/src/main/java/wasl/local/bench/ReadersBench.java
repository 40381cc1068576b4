package wasl.local.bench;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import wasl.access.Cause;
import wasl.access.Environment;
import wasl.access.ProjectId;
import wasl.access.Tenant;
import wasl.audit.Auditor;
import wasl.aws.AwsClients;
import wasl.aws.DynamoAuditTrail;
import wasl.aws.DynamoConnectionStore;
import wasl.aws.DynamoIntegrationStore;
import wasl.aws.DynamoTable;
import wasl.aws.EventStorage;
import wasl.aws.Refreshing;
import wasl.aws.Settings;
import wasl.connection.Connection;
import wasl.connection.ConnectionStore;
import wasl.connection.Connections;
import wasl.connection.Credentials;
import wasl.connection.Health;
import wasl.connection.Integration;
import wasl.connection.IntegrationId;
import wasl.connection.Integrations;
import wasl.connection.Mode;
import wasl.connection.Token;
import wasl.connection.Upkeep;
import wasl.id.Ids;
import wasl.local.aws.DeclaredQueue;
import wasl.local.aws.EmbeddedAws;
import wasl.local.aws.EmbeddedAwsConfig;
import wasl.local.endpoint.AwsEndpoint;
import wasl.local.template.Bundle;
import wasl.manifest.Catalog;
import wasl.refresh.UsableCredentials.Read;
import wasl.vault.Secret;
import wasl.web.Change;

/// Shows what a hundred readers of one ended token wait for beside its refresh: they read at the
/// same time, on one host and on two, from a provider that takes its time, as the API's route does
/// behind its gateway: the credentials, and a record of the look.
public final class ReadersBench {
  private static final String REGION = "us-east-1";
  private static final int MOST_READERS = 1000;
  private static final int LONGEST_CALL_MILLIS = 25_000;
  private static final Cause CAUSE = Cause.wasl("bench");

  /// What `./wasl bench readers` was told.
  ///
  /// @param call how long the provider takes for a token
  public record Options(int readers, Duration call) {
    /// Throws `IllegalArgumentException`, with what is wrong, for a command line that it does not
    /// understand.
    public static Options parse(List<String> arguments) {
      var rest = new ArrayDeque<>(arguments);
      int readers = 100;
      int millis = 2000;
      while (!rest.isEmpty()) {
        var option = rest.pop();
        switch (option) {
          case "--readers" -> readers = number(option, rest.poll(), MOST_READERS);
          case "--call-ms" -> millis = number(option, rest.poll(), LONGEST_CALL_MILLIS);
          default -> throw new IllegalArgumentException("unknown option " + option);
        }
      }
      return new Options(readers, Duration.ofMillis(millis));
    }

    private static int number(String option, @Nullable String value, int most) {
      try {
        int number = Integer.parseInt(value == null ? "" : value);
        if (number >= 1 && number <= most) {
          return number;
        }
      } catch (NumberFormatException e) {
        // Told below, with what is out of range.
      }
      throw new IllegalArgumentException(option + " needs a number from 1 to " + most);
    }
  }

  private final InstantSource clock = InstantSource.system();
  private final RandomGenerator random = new SecureRandom();
  private final PrintStream out;
  private final Options options;
  private final TokenEndpoint provider;
  private final List<Host> hosts;
  private final Tenant tenant;
  private final Integration integration;

  private ReadersBench(
      PrintStream out,
      Options options,
      TokenEndpoint provider,
      List<AwsClients> clients,
      Map<String, String> environment) {
    this.out = out;
    this.options = options;
    this.provider = provider;
    hosts = clients.stream().map(each -> new Host(each, environment)).toList();
    tenant =
        new Tenant(
            new ProjectId(Ids.next(ProjectId.PREFIX, clock.instant(), random)), Environment.DEV);
    integration = hosts.getFirst().integration();
  }

  /// Runs it on an embedded AWS of its own, which forgets everything at the end.
  ///
  /// @param dynamoDbJars the folder that holds DynamoDB Local
  /// @return the exit code
  public static int run(Path root, Path dynamoDbJars, Options options, PrintStream out) {
    var bundle =
        Bundle.read(root.resolve("template.yaml"), Map.of(), Map.of("EgressAllow", "127.0.0.0/8"));
    var queues = new ArrayList<DeclaredQueue>();
    bundle
        .queues(REGION)
        .forEach((name, attributes) -> queues.add(new DeclaredQueue(name, attributes)));
    try (var aws = EmbeddedAws.start(EmbeddedAwsConfig.ephemeral(dynamoDbJars).withQueues(queues));
        var deploying = new AwsEndpoint(aws.endpoint(), REGION);
        var provider = TokenEndpoint.start(options.call());
        var one = clients(aws);
        var other = clients(aws)) {
      var environment =
          bundle.deploy(deploying).functions().stream()
              .filter(function -> function.name().equals("management-api"))
              .findFirst()
              .orElseThrow()
              .environment();
      return new ReadersBench(out, options, provider, List.of(one, other), environment).run();
    } catch (IOException e) {
      throw new UncheckedIOException("the bench has no provider", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 1;
    }
  }

  private static AwsClients clients(EmbeddedAws aws) {
    return new AwsClients(
        Map.of(
            "AWS_ENDPOINT_URL",
            aws.endpoint().toString(),
            "AWS_REGION",
            REGION,
            "AWS_ACCESS_KEY_ID",
            "bench",
            "AWS_SECRET_ACCESS_KEY",
            "bench"));
  }

  private int run() throws InterruptedException {
    // What is slow the first time is not to be taken for the wait.
    read(hosts, options.readers());
    out.printf(
        Locale.ROOT,
        "%d readers of one ended token; its provider takes %d ms. Beyond that:%n",
        options.readers(),
        options.call().toMillis());
    boolean good = true;
    for (int many = 1; many <= hosts.size(); many++) {
      int before = provider.calls();
      var read = read(hosts.subList(0, many), options.readers());
      int calls = provider.calls() - before;
      out.printf(
          Locale.ROOT,
          "  %d host%s  calls %d   without a token %d   %s%n",
          many,
          many == 1 ? " " : "s",
          calls,
          read.without(),
          Spread.of(read.beyond()).text());
      good &= calls == 1 && read.without() == 0;
    }
    out.println(good ? "" : "More than one call was made, or a reader was left without a token.");
    return good ? 0 : 1;
  }

  /// @param beyond the call, in nanoseconds
  private record Reads(long[] beyond, int without) {}

  private Reads read(List<Host> by, int readers) throws InterruptedException {
    var connection = hosts.getFirst().connected();
    var start = new CountDownLatch(1);
    var without = new AtomicInteger();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var running = new ArrayList<Future<Long>>();
      for (int reader = 0; reader < readers; reader++) {
        var host = by.get(reader % by.size());
        running.add(
            threads.submit(() -> {
              start.await();
              long begun = System.nanoTime();
              if (!host.reads(connection)) {
                without.incrementAndGet();
              }
              return System.nanoTime() - begun - options.call().toNanos();
            }));
      }
      start.countDown();
      var beyond = new long[readers];
      for (int reader = 0; reader < readers; reader++) {
        beyond[reader] = Math.max(0, running.get(reader).get());
      }
      return new Reads(beyond, without.get());
    } catch (ExecutionException e) {
      throw new IllegalStateException("a reader failed", e.getCause());
    }
  }

  /// What one function host has for itself: clients, caches, connections.
  private final class Host {
    private final EventStorage storage;
    private final DynamoTable items;
    private final Refreshing refreshing;
    private final Auditor auditor;
    private final Connections connections;

    Host(AwsClients clients, Map<String, String> environment) {
      var settings = new Settings(environment);
      var table = settings.text("WASL_CONNECTIONS_TABLE", "wasl-dev-Connections-1ABC");
      var names = EventStorage.Names.read(settings);
      var manner = Refreshing.Manner.read(settings);
      settings.done();
      storage = names.on(clients, clock, random);
      items = new DynamoTable(clients.dynamoDb(), table);
      refreshing =
          manner.on(
              items, storage.vault(), new Catalog(), (outcome, took, cause) -> {}, clock, random);
      auditor = new Auditor(new DynamoAuditTrail(storage.table(), clock), clock, random);
      connections =
          new Connections(new DynamoConnectionStore(items), storage.vault(), clock, random);
    }

    Integration integration() {
      var integrations =
          new Integrations(
              new DynamoIntegrationStore(items),
              new DynamoConnectionStore(items),
              storage.vault(),
              clock,
              random);
      var wish =
          new Integrations.Wish(
              new IntegrationId("bench"),
              "oauth2-client-credentials",
              Mode.LIVE,
              Optional.of("the-client"),
              new Change.Set<>(Secret.of("the-clients-secret")),
              new Change.Keep<>(),
              List.of(),
              List.of(),
              Optional.of(
                  "{\"tokenUrl\":\"" + provider.origin() + "/token\",\"clientAuth\":\"basic\"}"),
              _ -> true,
              true);
      return switch (integrations.put(tenant, wish, CAUSE)) {
        case Integrations.Put.Created(Integration created) -> created;
        case Integrations.Put other -> throw new IllegalStateException("not put: " + other);
      };
    }

    /// A connection whose token has just ended.
    Connection connected() {
      var now = clock.instant();
      var token =
          new Token(
              Secret.of("ended"),
              Optional.empty(),
              Optional.of(now.minusSeconds(1)),
              now.minusSeconds(3601),
              provider.origin(),
              Optional.empty());
      var authorized =
          new Connections.Authorized(
              "oauth2_client_credentials",
              new Credentials("oauth2_client_credentials", Map.of(), Optional.of(token)),
              List.of(),
              Health.HEALTHY,
              Optional.empty(),
              Upkeep.NONE);
      return connections
          .create(
              tenant,
              new Connections.Wish(
                  new ConnectionStore.Grounds(integration, Optional.empty()),
                  Optional.empty(),
                  Optional.empty(),
                  List.of(),
                  authorized),
              CAUSE)
          .connection();
    }

    /// Whether it got a new token.
    boolean reads(Connection connection) {
      if (!(refreshing.credentials().read(tenant, connection.id(), CAUSE)
          instanceof Read.Usable usable)) {
        return false;
      }
      auditor.record(tenant, CAUSE, "credentials.read", connection.id().value());
      return usable
          .credentials()
          .token()
          .filter(token -> token.accessToken().reveal().startsWith("new-"))
          .isPresent();
    }
  }

  /// A provider that takes its time for each token.
  private static final class TokenEndpoint implements AutoCloseable {
    private final HttpServer server;
    private final AtomicInteger calls = new AtomicInteger();

    private TokenEndpoint(HttpServer server) {
      this.server = server;
    }

    static TokenEndpoint start(Duration call) throws IOException {
      var endpoint =
          new TokenEndpoint(
              HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
      endpoint.server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      endpoint.server.createContext(
          "/token",
          exchange -> {
            try (exchange) {
              exchange.getRequestBody().readAllBytes();
              int number = endpoint.calls.incrementAndGet();
              Thread.sleep(call);
              var answer =
                  "{\"access_token\":\"new-%d\",\"expires_in\":3600}"
                      .formatted(number)
                      .getBytes(StandardCharsets.UTF_8);
              exchange.getResponseHeaders().add("content-type", "application/json");
              exchange.sendResponseHeaders(200, answer.length);
              exchange.getResponseBody().write(answer);
            } catch (InterruptedException ended) {
              Thread.currentThread().interrupt();
            }
          });
      endpoint.server.start();
      return endpoint;
    }

    String origin() {
      return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    int calls() {
      return calls.get();
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }
}
