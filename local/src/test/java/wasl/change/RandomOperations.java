package wasl.change;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import wasl.access.Cause;
import wasl.access.ChangeMark;
import wasl.access.Tenant;
import wasl.connection.Connection;
import wasl.connection.ConnectionId;
import wasl.connection.ConnectionStatus;
import wasl.connection.ConnectionStore;
import wasl.connection.Connections;
import wasl.queue.Batch;

/// What users and Wasl itself do to a project's records, at random: by the API, and by the domain
/// where no route leads there.
final class RandomOperations {
  private static final List<String> SLUGS = List.of("pay", "shop", "team");
  private static final List<String> ALIASES = List.of("main", "other", "third");

  private final Api admin;
  private final Api bootstrap;
  private final Tenant tenant;
  private final Connections connections;
  private final ConnectionStore store;
  private final InstantSource clock;
  private final RandomGenerator ids;
  private final String prefix;
  private final AtomicInteger count = new AtomicInteger();

  private final List<String> keys = new CopyOnWriteArrayList<>();
  private final List<String> made = new CopyOnWriteArrayList<>();
  private final List<String> inbound = new CopyOnWriteArrayList<>();
  private final List<String> outbound = new CopyOnWriteArrayList<>();
  private final Queue<String> secrets = new ConcurrentLinkedQueue<>();

  /// @param prefix of the ids of all requests
  RandomOperations(
      Api admin,
      Api bootstrap,
      Tenant tenant,
      ConnectionStore store,
      Connections connections,
      InstantSource clock,
      RandomGenerator ids,
      String prefix) {
    this.admin = admin;
    this.bootstrap = bootstrap;
    this.tenant = tenant;
    this.store = store;
    this.connections = connections;
    this.clock = clock;
    this.ids = ids;
    this.prefix = prefix;
  }

  /// What became of an operation, as its caller was told.
  enum Answer {
    DONE,
    /// Done, and perhaps there was nothing to be done.
    DONE_OR_NOTHING,
    REFUSED,
    /// It failed on the way, and may have been carried out.
    UNKNOWN
  }

  /// One operation.
  ///
  /// @param kinds the marks, one of which a write by it carries
  record Operation(String request, List<String> kinds, Answer answer) {}

  /// Does so many, in so many threads.
  List<Operation> run(int many, int threads, long seed) {
    var lanes = new ArrayList<Random>();
    for (int lane = 0; lane < threads; lane++) {
      lanes.add(new Random(seed + lane));
    }
    var operations = new ArrayList<Operation>();
    for (var lane :
        Batch.each(
            lanes,
            random -> {
              var own = new ArrayList<Operation>();
              for (int at = 0; at < many / threads; at++) {
                own.add(next(random));
              }
              return own;
            })) {
      operations.addAll(
          lane.orElse(why -> {
            throw why;
          }));
    }
    return operations;
  }

  /// Whatever was secret in a request or an answer.
  List<String> secrets() {
    return List.copyOf(secrets);
  }

  private Operation next(Random random) {
    return switch (random.nextInt(30)) {
      case 0, 1 -> createKey();
      case 2 -> post("/v1/api-keys/%s/rotate", keys, random, "{}", 200, "api-key.rotated");
      case 3 -> delete("/v1/api-keys/%s", keys, random, "api-key.revoked");
      case 4, 5, 6 -> putIntegration(random);
      case 7 -> delete("/v1/integrations/%s", SLUGS, random, "integration.deleted");
      case 8, 9, 10, 11 -> connect(random);
      case 12 -> rename(random);
      case 13 -> delete("/v1/connections/%s", made, random, "connection.disconnected");
      // One that is suspended already stays as it is.
      case 14 -> perhaps(ofConnection(random, connections::suspend, Connections.SUSPENDED));
      case 15 ->
          ofConnection(
              random,
              (was, cause) -> connections.resume(was, now -> Optional.empty(), cause),
              Connections.RESUMED);
      case 16 -> bySelf(random, Connections.REFRESHED, ConnectionStatus.ACTIVE);
      case 17 -> bySelf(random, Connections.EXPIRED, ConnectionStatus.ERROR);
      case 18 -> bySelf(random, Connections.FAILED, ConnectionStatus.ERROR);
      case 19 -> bySelf(random, Connections.RECOVERED, ConnectionStatus.ACTIVE);
      case 20 -> quietly(random);
      case 21, 22 -> receive(random);
      case 23 ->
          post(
              "/v1/inbound-webhooks/%s/rotate",
              inbound, random, "{\"url\":true,\"graceSeconds\":0}", 200, "inbound-webhook.rotated");
      case 24 ->
          call(
              "PATCH",
              "/v1/inbound-webhooks/%s".formatted(any(inbound, random)),
              "{\"active\":" + random.nextBoolean() + "}",
              200,
              "inbound-webhook.updated");
      case 25 -> delete("/v1/inbound-webhooks/%s", inbound, random, "inbound-webhook.deleted");
      case 26 -> deliver();
      case 27 -> changeOutbound(random);
      case 28 -> delete("/v1/outbound-webhooks/%s", outbound, random, "outbound-webhook.deleted");
      default -> createProject(random);
    };
  }

  private Operation createKey() {
    var body = "{\"name\":\"k\",\"role\":\"viewer\"}";
    return call("POST", "/v1/api-keys", body, 201, "api-key.created", keys);
  }

  private Operation putIntegration(Random random) {
    var secret = secret("whsec_" + random.nextLong(Long.MAX_VALUE));
    return call(
        "PUT",
        "/v1/integrations/" + any(SLUGS, random),
        "{\"provider\":\"stripe\",\"webhookSecret\":\"" + secret + "\"}",
        200,
        "integration.created",
        "integration.updated");
  }

  private Operation connect(Random random) {
    var key = secret("sk_test_" + (1_000_000_000_000_000_000L + random.nextLong(1L << 58)));
    return call(
        "POST",
        "/v1/connections",
        """
        {"integration":"%s","alias":"%s","credentials":{"type":"api_key","apiKey":"%s"}}\
        """
            .formatted(any(SLUGS, random), any(ALIASES, random), key),
        201,
        "connection.connected",
        made);
  }

  private Operation rename(Random random) {
    return call(
        "PATCH",
        "/v1/connections/" + any(made, random),
        "{\"alias\":\"" + any(ALIASES, random) + "\",\"tags\":[\"a\"]}",
        200,
        "connection.updated");
  }

  private Operation receive(Random random) {
    var owner =
        random.nextBoolean()
            ? "\"integration\":\"" + any(SLUGS, random) + "\""
            : "\"connection\":\"" + any(made, random) + "\"";
    return call(
        "POST", "/v1/inbound-webhooks", "{" + owner + "}", 201, "inbound-webhook.created", inbound);
  }

  private Operation deliver() {
    return call(
        "POST",
        "/v1/outbound-webhooks",
        "{\"url\":\"http://127.0.0.1:9/hook\"}",
        201,
        "outbound-webhook.created",
        outbound);
  }

  private Operation changeOutbound(Random random) {
    var path = "/v1/outbound-webhooks/" + any(outbound, random);
    return switch (random.nextInt(5)) {
      case 0 -> call("PATCH", path, "{\"description\":\"d\"}", 200, "outbound-webhook.updated");
      case 1 -> call("POST", path + "/rotate-secret", "", 200, "outbound-webhook.secret-rotated");
      case 2 -> perhaps(call("POST", path + "/pause", "", 200, "outbound-webhook.paused"));
      case 3 -> call("POST", path + "/resume", "", 200, "outbound-webhook.resumed");
      default -> perhaps(call("POST", path + "/enable", "", 200, "outbound-webhook.enabled"));
    };
  }

  private static Operation perhaps(Operation operation) {
    return operation.answer() == Answer.DONE
        ? new Operation(operation.request(), operation.kinds(), Answer.DONE_OR_NOTHING)
        : operation;
  }

  private Operation createProject(Random random) {
    // Few: each is four records in as many tenants.
    if (random.nextInt(4) > 0) {
      return createKey();
    }
    var request = request();
    var answer = bootstrap.call(request, "POST", "/v1/projects", "{\"name\":\"another\"}");
    answer.json().path("apiKeys").forEach(key -> secret(key.asText()));
    return new Operation(request, List.of("project.created"), answer(answer.status()));
  }

  private interface Deed {
    Optional<Connections.Kept> on(Connection connection, Cause cause);
  }

  private Operation ofConnection(Random random, Deed deed, String kind) {
    return directly(
        random,
        kind,
        request ->
            connection ->
                deed.on(connection, Cause.wasl(request))
                    .map(Connections.Kept::written)
                    .orElse(ConnectionStore.Written.CHANGED_MEANWHILE));
  }

  // As a refresh saves, or a check.
  private Operation bySelf(Random random, String kind, ConnectionStatus status) {
    return directly(
        random,
        kind,
        request ->
            connection -> {
              var now = clock.instant();
              var next = connection.next(now).status(status, Optional.of("reason")).build();
              return store.save(
                  connection, next, ChangeMark.next(kind, now, Cause.wasl(request), ids));
            });
  }

  // Nobody is told of any of these.
  private Operation quietly(Random random) {
    return directly(
        random,
        "",
        request ->
            connection -> {
              var now = clock.instant();
              store.used(connection, now, Optional.of(now.plus(Duration.ofHours(1))));
              store.moveDue(connection, now);
              return store.saveQuietly(connection, connection.next(now).build());
            });
  }

  private Operation directly(
      Random random,
      String kind,
      Function<String, Function<Connection, ConnectionStore.Written>> deed) {
    var request = request();
    var kinds = kind.isEmpty() ? List.<String>of() : List.of(kind);
    try {
      var answer =
          id(any(made, random))
              .flatMap(id -> store.find(tenant, id))
              .map(connection ->
                  deed.apply(request).apply(connection) == ConnectionStore.Written.DONE
                      ? Answer.DONE
                      : Answer.REFUSED)
              .orElse(Answer.REFUSED);
      return new Operation(request, kinds, kind.isEmpty() ? Answer.UNKNOWN : answer);
    } catch (RuntimeException struck) {
      return new Operation(request, kinds, Answer.UNKNOWN);
    }
  }

  private static Optional<ConnectionId> id(String text) {
    return text.startsWith(ConnectionId.PREFIX)
        ? Optional.of(new ConnectionId(text))
        : Optional.empty();
  }

  private Operation post(
      String path, List<String> of, Random random, String body, int status, String kind) {
    return call("POST", path.formatted(any(of, random)), body, status, kind);
  }

  private Operation delete(String path, List<String> of, Random random, String kind) {
    return call("DELETE", path.formatted(any(of, random)), "", 204, kind);
  }

  private Operation call(
      String method, String path, String body, int status, String kind, List<String> into) {
    var request = request();
    var answer = admin.call(request, method, path, body);
    remember(answer);
    if (answer.status() == status) {
      into.add(answer.text("/id"));
    }
    return new Operation(request, List.of(kind), answer(answer.status()));
  }

  private Operation call(String method, String path, String body, int status, String... kinds) {
    var request = request();
    var answer = admin.call(request, method, path, body);
    remember(answer);
    if (answer.isDone() && answer.status() != status && answer.status() != 201) {
      throw new AssertionError(method + " " + path + ": " + answer.status());
    }
    return new Operation(request, List.of(kinds), answer(answer.status()));
  }

  private void remember(Api.Answer answer) {
    for (var name : List.of("key", "secret")) {
      if (!answer.text("/" + name).isEmpty()) {
        secret(answer.text("/" + name));
      }
    }
    var url = answer.text("/url");
    if (url.contains("/webhooks/")) {
      secret(url.substring(url.lastIndexOf('/') + 1));
    }
  }

  private static Answer answer(int status) {
    if (status >= 500) {
      return Answer.UNKNOWN;
    }
    return status >= 200 && status < 300 ? Answer.DONE : Answer.REFUSED;
  }

  private String secret(String secret) {
    secrets.add(secret);
    return secret;
  }

  private String request() {
    return prefix + count.incrementAndGet();
  }

  private static String any(List<String> of, Random random) {
    // A copy: another thread may add to it in between.
    var all = List.copyOf(of);
    return all.isEmpty() ? "none" : all.get(random.nextInt(all.size()));
  }
}
