package wasl.local.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import wasl.local.intercept.AwsAnswer;
import wasl.local.intercept.AwsCall;
import wasl.local.intercept.Interceptor;

/// Stands between queues and their pollers: holds messages back until there are enough for full
/// batches, then lets one batch through at a time, so that batches do not slow each other down on
/// few processors.
final class Turnstile implements Interceptor {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration HELD = Duration.ofMillis(500);
  // A batch of which nothing was deleted is over when its function is.
  private static final Duration LONGEST_BATCH = Duration.ofSeconds(30);

  /// What went through a queue's turnstile.
  ///
  /// @param messages received, each time that they were
  record Passed(long batches, long messages, long deleted) {}

  private static final class Gate {
    private boolean open = true;
    private boolean one;
    private long begun = Long.MIN_VALUE;
    private Passed passed = new Passed(0, 0, 0);
  }

  private final Map<String, Gate> gates = new ConcurrentHashMap<>();

  /// Holds back what comes from now on, and lets it through one batch at a time from the next
  /// opening on. A poll that is under way may still bring something.
  void close(List<String> queues) {
    for (var queue : queues) {
      var gate = gate(queue);
      synchronized (gate) {
        gate.open = false;
        gate.one = true;
      }
    }
  }

  /// Lets a queue's messages through, batch by batch.
  void open(String queue) {
    var gate = gate(queue);
    synchronized (gate) {
      gate.open = true;
      gate.notifyAll();
    }
  }

  Passed passed(String queue) {
    var gate = gate(queue);
    synchronized (gate) {
      return gate.passed;
    }
  }

  /// Waits until so many messages of a queue were done with since another moment.
  void await(String queue, Passed before, long deleted, Duration atMost)
      throws InterruptedException {
    var gate = gate(queue);
    long until = System.nanoTime() + atMost.toNanos();
    synchronized (gate) {
      while (gate.passed.deleted() - before.deleted() < deleted) {
        long left = until - System.nanoTime();
        if (left <= 0) {
          throw new IllegalStateException(
              "of %d messages of %s only %d were done with"
                  .formatted(deleted, queue, gate.passed.deleted() - before.deleted()));
        }
        gate.wait(left / 1_000_000 + 1);
      }
    }
  }

  @Override
  public AwsAnswer answer(AwsCall call, Next next) throws IOException {
    if (!call.service().equals("sqs") || !call.accessKey().equals("runner")) {
      return next.pass(call);
    }
    return switch (call.operation()) {
      case "ReceiveMessage" -> receive(call, next);
      case "DeleteMessageBatch" -> delete(call, next);
      default -> next.pass(call);
    };
  }

  private AwsAnswer receive(AwsCall call, Next next) throws IOException {
    var gate = gate(call);
    if (!mayPass(gate)) {
      return new AwsAnswer(
          200,
          Map.of("content-type", List.of("application/x-amz-json-1.0")),
          "{}".getBytes(StandardCharsets.UTF_8));
    }
    var answer = next.pass(call);
    int messages = JSON.readTree(answer.body()).path("Messages").size();
    if (messages > 0) {
      synchronized (gate) {
        gate.begun = System.nanoTime();
        gate.passed =
            new Passed(
                gate.passed.batches() + 1,
                gate.passed.messages() + messages,
                gate.passed.deleted());
      }
    }
    return answer;
  }

  private AwsAnswer delete(AwsCall call, Next next) throws IOException {
    var gate = gate(call);
    var answer = next.pass(call);
    int deleted = JSON.readTree(call.body()).path("Entries").size();
    synchronized (gate) {
      gate.begun = Long.MIN_VALUE;
      gate.passed =
          new Passed(
              gate.passed.batches(), gate.passed.messages(), gate.passed.deleted() + deleted);
      gate.notifyAll();
    }
    return answer;
  }

  private static boolean mayPass(Gate gate) throws IOException {
    long until = System.nanoTime() + HELD.toNanos();
    synchronized (gate) {
      while (!gate.open || isBusy(gate)) {
        long left = until - System.nanoTime();
        if (left <= 0) {
          return false;
        }
        try {
          gate.wait(left / 1_000_000 + 1);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IOException("interrupted at the turnstile", e);
        }
      }
      return true;
    }
  }

  private static boolean isBusy(Gate gate) {
    return gate.one
        && gate.begun != Long.MIN_VALUE
        && System.nanoTime() - gate.begun < LONGEST_BATCH.toNanos();
  }

  private Gate gate(AwsCall call) throws IOException {
    var url = JSON.readTree(call.body()).path("QueueUrl").asText();
    return gate(url.substring(url.lastIndexOf('/') + 1));
  }

  private Gate gate(String queue) {
    return gates.computeIfAbsent(queue, name -> new Gate());
  }
}
