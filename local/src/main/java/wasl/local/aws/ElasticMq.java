package wasl.local.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.pekko.actor.Terminated;
import org.elasticmq.server.ElasticMQServer;
import org.elasticmq.server.config.ElasticMQServerConfig;
import org.jspecify.annotations.Nullable;
import scala.Function0;

/// SQS by ElasticMQ, in this process, on SQLite.
///
/// Its store and its log are singletons of their libraries: only one that keeps data may run in a
/// JVM at a time, and the last one started hears of all their failures.
final class ElasticMq implements Service, AutoCloseable {
  private static final Duration TO_GET_READY = Duration.ofSeconds(30);
  private static final Duration TO_STOP = Duration.ofSeconds(2);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final EmbeddedAwsConfig config;
  private final URI endpoint;
  private final Optional<ElasticMqTables> tables;
  private final int port = FreePort.find();
  private final BackEnd backEnd;
  private final ReentrantLock starting = new ReentrantLock();
  private volatile boolean up;
  private volatile boolean closed;
  private @Nullable Function0<Terminated> shutdown;

  private ElasticMq(
      EmbeddedAwsConfig config, URI endpoint, Optional<ElasticMqTables> tables, HttpClient client) {
    this.config = config;
    this.endpoint = endpoint;
    this.tables = tables;
    this.backEnd = new BackEnd(client, URI.create("http://127.0.0.1:" + port));
  }

  /// Returns once every queue is there.
  ///
  /// @param endpoint that queue URLs begin with
  /// @param data the folder of its database; empty keeps messages in memory
  static ElasticMq start(
      EmbeddedAwsConfig config, URI endpoint, Optional<Path> data, HttpClient client) {
    configurePekko();
    ElasticMq started = new ElasticMq(config, endpoint, data.map(ElasticMqTables::new), client);
    ElasticMqLog.listen(config.progress(), started::startOver);
    started.startServer();
    return started;
  }

  @Override
  public void answer(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    if (!up) {
      throw new IOException("ElasticMQ is not up");
    }
    tables.ifPresent(
        prepared -> createdQueue(exchange, body).ifPresent(queue -> prepared.prepare(queue)));
    backEnd.pass(exchange, body, Map.of());
  }

  /// Puts one message on a queue; returns once it is stored.
  void send(String queue, Map<String, String> parameters, String message) throws IOException {
    ObjectNode input = JSON.createObjectNode();
    input.put("QueueUrl", endpoint + "/" + EmbeddedAwsConfig.ACCOUNT + "/" + queue);
    input.put("MessageBody", message);
    parameters.forEach(input::put);
    if (!up) {
      throw new IOException("ElasticMQ is not up");
    }
    HttpResponse<byte[]> answer =
        backEnd.call("AmazonSQS.SendMessage", JSON.writeValueAsBytes(input), Map.of());
    if (answer.statusCode() != 200) {
      throw new IOException(
          "queue " + queue + ": " + new String(answer.body(), StandardCharsets.UTF_8));
    }
  }

  boolean isUp() {
    return up;
  }

  @Override
  public void close() {
    closed = true;
    starting.lock();
    try {
      stopServer();
    } finally {
      starting.unlock();
    }
  }

  private void startServer() {
    starting.lock();
    try {
      if (closed) {
        return;
      }
      tables.ifPresent(prepared -> prepared.prepare(config.queues()));
      shutdown = new ElasticMQServer(new ElasticMQServerConfig(serverConfig())).start();
      awaitQueues();
      up = true;
    } finally {
      starting.unlock();
    }
  }

  private void stopServer() {
    up = false;
    @Nullable Function0<Terminated> running = shutdown;
    shutdown = null;
    if (running == null) {
      return;
    }
    // It lets go of its port at once, and then waits for every long poll, as long as it takes. What
    // was acknowledged is in the database already.
    Thread stopping = Thread.ofPlatform().daemon().start(running::apply);
    try {
      stopping.join(TO_STOP);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// After a failure of its persistence nothing that it acknowledges is stored: better no answer
  /// than that one. It starts over from what is in the database.
  private void startOver() {
    if (!up) {
      return;
    }
    up = false;
    config.progress().accept("ElasticMQ's persistence failed; starting it over from its database");
    Thread.startVirtualThread(() -> {
      starting.lock();
      try {
        stopServer();
        startServer();
      } catch (RuntimeException e) {
        config.progress().accept("ElasticMQ does not start any more: " + e);
      } finally {
        starting.unlock();
      }
    });
  }

  /// Restoring goes on after start() has returned, so every queue is asked for.
  private void awaitQueues() {
    Set<String> missing = new HashSet<>();
    config.queues().forEach(queue -> missing.add(queue.name()));
    long deadline = System.nanoTime() + TO_GET_READY.toNanos();
    while (System.nanoTime() < deadline) {
      missing.removeIf(this::exists);
      if (missing.isEmpty()) {
        return;
      }
      try {
        TimeUnit.MILLISECONDS.sleep(20);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
    }
    throw new IllegalStateException("ElasticMQ did not bring up the queues " + missing);
  }

  private boolean exists(String queue) {
    ObjectNode input = JSON.createObjectNode();
    input.put("QueueName", queue);
    try {
      byte[] body = JSON.writeValueAsBytes(input);
      return backEnd.call("AmazonSQS.GetQueueUrl", body, Map.of()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  private Config serverConfig() {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("generate-node-address", false);
    values.put(
        "node-address",
        Map.of(
            "protocol",
            "http",
            "host",
            endpoint.getHost(),
            "port",
            endpoint.getPort(),
            "context-path",
            ""));
    values.put(
        "rest-sqs",
        Map.of(
            "enabled",
            true,
            "bind-port",
            port,
            "bind-hostname",
            "127.0.0.1",
            "sqs-limits",
            "strict"));
    values.put("rest-stats", Map.of("enabled", false));
    values.put("aws", Map.of("region", config.region(), "accountId", EmbeddedAwsConfig.ACCOUNT));
    values.put("queues-storage", Map.of("enabled", false, "path", ""));
    values.put(
        "messages-storage",
        Map.of(
            "enabled",
            tables.isPresent(),
            "driver-class",
            "org.sqlite.JDBC",
            "uri",
            tables.map(ElasticMqTables::uri).orElse(""),
            "username",
            "",
            "password",
            "",
            "prune-data-on-init",
            false));
    Map<String, Object> queues = new LinkedHashMap<>();
    config.queues().forEach(queue -> queues.put(queue.name(), queueConfig(queue.attributes())));
    values.put("queues", queues);
    return ConfigValueFactory.fromMap(values).toConfig();
  }

  private static Map<String, Object> queueConfig(Map<String, String> attributes) {
    Map<String, Object> queue = new LinkedHashMap<>();
    copySeconds(attributes, "VisibilityTimeout", queue, "defaultVisibilityTimeout");
    copySeconds(attributes, "DelaySeconds", queue, "delay");
    copySeconds(attributes, "ReceiveMessageWaitTimeSeconds", queue, "receiveMessageWait");
    copyFlag(attributes, "FifoQueue", queue, "fifo");
    copyFlag(attributes, "ContentBasedDeduplication", queue, "contentBasedDeduplication");
    @Nullable String redrive = attributes.get("RedrivePolicy");
    if (redrive != null) {
      queue.put("deadLettersQueue", deadLetters(redrive));
    }
    return queue;
  }

  private static Map<String, Object> deadLetters(String redrivePolicy) {
    try {
      JsonNode policy = JSON.readTree(redrivePolicy);
      String arn = policy.path("deadLetterTargetArn").asText();
      return Map.of(
          "name",
          arn.substring(arn.lastIndexOf(':') + 1),
          "maxReceiveCount",
          policy.path("maxReceiveCount").asInt());
    } catch (IOException e) {
      throw new IllegalArgumentException("RedrivePolicy is no JSON: " + redrivePolicy, e);
    }
  }

  private static void copySeconds(
      Map<String, String> attributes, String name, Map<String, Object> queue, String key) {
    @Nullable String seconds = attributes.get(name);
    if (seconds != null) {
      queue.put(key, seconds + " seconds");
    }
  }

  private static void copyFlag(
      Map<String, String> attributes, String name, Map<String, Object> queue, String key) {
    @Nullable String flag = attributes.get(name);
    if (flag != null) {
      queue.put(key, Boolean.parseBoolean(flag));
    }
  }

  /// The queue that this request creates, if that is what it does.
  private static Optional<String> createdQueue(HttpExchange exchange, byte[] body) {
    @Nullable String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
    if (target != null) {
      return target.endsWith(".CreateQueue") ? jsonQueueName(body) : Optional.empty();
    }
    String form = new String(body, StandardCharsets.UTF_8);
    if (!form.contains("Action=CreateQueue")) {
      return Optional.empty();
    }
    for (String parameter : form.split("&", -1)) {
      if (parameter.startsWith("QueueName=")) {
        return validName(
            URLDecoder.decode(parameter.substring("QueueName=".length()), StandardCharsets.UTF_8));
      }
    }
    return Optional.empty();
  }

  private static Optional<String> jsonQueueName(byte[] body) {
    try {
      return validName(JSON.readTree(body).path("QueueName").asText());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /// A name that ElasticMQ will refuse must not reach an SQL statement.
  private static Optional<String> validName(String name) {
    return Optional.of(name).filter(text -> text.matches("[A-Za-z0-9_-]{1,80}(\\.fifo)?"));
  }

  /// ElasticMQ creates its actor system from system properties and files of its own jars; only the
  /// first can be told anything.
  private static void configurePekko() {
    Map<String, String> settings =
        Map.of(
            "pekko.loglevel", "WARNING",
            "pekko.daemonic", "on",
            "pekko.jvm-shutdown-hooks", "off",
            "pekko.actor.default-dispatcher.fork-join-executor.parallelism-min", "2",
            "pekko.actor.default-dispatcher.fork-join-executor.parallelism-max", "4",
            "pekko.http.server.request-timeout", "30 s",
            "pekko.http.server.max-connections", "8192",
            "pekko.http.server.backlog", "1024",
            "pekko.http.server.transparent-head-requests", "off");
    settings.forEach(System::setProperty);
    ConfigFactory.invalidateCaches();
  }
}
