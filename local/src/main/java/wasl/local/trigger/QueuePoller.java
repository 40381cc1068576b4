package wasl.local.trigger;

import static wasl.local.endpoint.AwsService.SQS;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import wasl.local.endpoint.AwsEndpoint;
import wasl.local.endpoint.AwsFault;
import wasl.local.function.Invoker;
import wasl.local.host.InvocationResult;
import wasl.local.template.QueueMapping;

/// Brings a queue's messages to its function, as Lambda's event source mapping does.
public final class QueuePoller implements AutoCloseable {
  // Lambda waits 20 s; ElasticMQ does not stop before the last poll has ended.
  private static final Duration LONG_POLL = Duration.ofSeconds(2);
  private static final Duration AFTER_TROUBLE = Duration.ofSeconds(1);
  private static final int DELETE_ROUNDS = 3;
  // SQS's own limit for one call.
  private static final int MESSAGES_PER_CALL = 10;

  private final QueueMapping mapping;
  private final AwsEndpoint aws;
  private final Invoker functions;
  private final Consumer<String> log;
  private final Turns turns;
  private final Thread receiver;
  private volatile boolean closed;

  private QueuePoller(
      QueueMapping mapping, AwsEndpoint aws, Invoker functions, Consumer<String> log) {
    this.mapping = mapping;
    this.aws = aws;
    this.functions = functions;
    this.log = log;
    this.turns = new Turns(mapping.concurrency());
    this.receiver =
        Thread.ofVirtual().name("poller of " + mapping.function()).unstarted(this::poll);
  }

  /// @param log gets what goes wrong between queue and function
  public static QueuePoller start(
      QueueMapping mapping, AwsEndpoint aws, Invoker functions, Consumer<String> log) {
    QueuePoller poller = new QueuePoller(mapping, aws, functions, log);
    poller.receiver.start();
    return poller;
  }

  /// Stops receiving; batches in work end by themselves.
  @Override
  public void close() {
    closed = true;
    receiver.interrupt();
  }

  private void poll() {
    while (!closed) {
      try {
        // Taken before receiving: a message in hand while nobody is free would lose its
        // visibility time to waiting.
        turns.take();
        List<JsonNode> batch = List.of();
        try {
          batch = nextBatch();
        } finally {
          if (batch.isEmpty()) {
            turns.giveBackIdle();
          }
        }
        if (!batch.isEmpty()) {
          work(batch);
        }
      } catch (InterruptedException e) {
        return;
      } catch (AwsFault | UncheckedIOException e) {
        if (!closed) {
          log.accept("poller of " + mapping.function() + ": " + e.getMessage());
          waitAfterTrouble();
        }
      }
    }
  }

  private void work(List<JsonNode> batch) {
    Thread.startVirtualThread(() -> {
      try {
        handle(batch);
      } catch (AwsFault | UncheckedIOException e) {
        // Not deleted, so it comes again: at least once, never lost.
        log.accept("poller of " + mapping.function() + ": " + e.getMessage());
      } finally {
        turns.giveBack();
      }
    });
  }

  private List<JsonNode> nextBatch() throws InterruptedException {
    List<JsonNode> batch =
        new ArrayList<>(receive(Math.min(mapping.batchSize(), MESSAGES_PER_CALL), LONG_POLL));
    long windowEnds = System.nanoTime() + mapping.batchingWindow().toNanos();
    while (!batch.isEmpty() && batch.size() < mapping.batchSize()) {
      long left = windowEnds - System.nanoTime();
      if (left <= 0) {
        break;
      }
      int missing = Math.min(mapping.batchSize() - batch.size(), MESSAGES_PER_CALL);
      Duration wait = Duration.ofNanos(Math.min(left, LONG_POLL.toNanos()));
      if (wait.toSeconds() == 0) {
        // SQS waits whole seconds only.
        Thread.sleep(Duration.ofMillis(Math.min(wait.toMillis(), 100)));
      }
      try {
        batch.addAll(receive(missing, Duration.ofSeconds(wait.toSeconds())));
      } catch (AwsFault | UncheckedIOException e) {
        // What is in hand already is not to wait until its visibility ends.
        log.accept("poller of " + mapping.function() + ": " + e.getMessage());
        break;
      }
    }
    return batch;
  }

  private List<JsonNode> receive(int messages, Duration wait) {
    ObjectNode input =
        aws.input()
            .put("QueueUrl", mapping.queueUrl())
            .put("MaxNumberOfMessages", messages)
            .put("WaitTimeSeconds", wait.toSeconds());
    // The older name too: not every emulator knows the newer one.
    input.putArray("AttributeNames").add("All");
    input.putArray("MessageSystemAttributeNames").add("All");
    input.putArray("MessageAttributeNames").add("All");
    return aws.call(SQS, "ReceiveMessage", input).path("Messages").valueStream().toList();
  }

  private void handle(List<JsonNode> batch) {
    byte[] event = SqsEvent.of(batch, mapping).toString().getBytes(StandardCharsets.UTF_8);
    InvocationResult result = functions.invoke(mapping.function(), event);
    Set<String> ids =
        batch.stream().map(m -> m.path("MessageId").asText()).collect(Collectors.toSet());
    Set<String> done = BatchVerdict.done(ids, mapping.partialFailures(), result);
    if (done.size() < ids.size()) {
      log.accept(
          mapping.function()
              + ": "
              + (ids.size() - done.size())
              + " of "
              + ids.size()
              + " messages failed and will come again");
    }
    delete(batch.stream().filter(m -> done.contains(m.path("MessageId").asText())).toList());
  }

  private void delete(List<JsonNode> messages) {
    for (int from = 0; from < messages.size(); from += MESSAGES_PER_CALL) {
      List<JsonNode> part =
          messages.subList(from, Math.min(messages.size(), from + MESSAGES_PER_CALL));
      ObjectNode input = aws.input().put("QueueUrl", mapping.queueUrl());
      ArrayNode entries = input.putArray("Entries");
      for (JsonNode message : part) {
        entries
            .addObject()
            .put("Id", Integer.toString(entries.size()))
            .put("ReceiptHandle", message.path("ReceiptHandle").asText());
      }
      deleted(input);
    }
  }

  // What cannot be deleted comes again: at least once. But it counts as received then, and often
  // enough it would be set aside though it was handled, so a deletion is tried again first.
  private void deleted(ObjectNode input) {
    for (int round = 1; ; round++) {
      try {
        List<JsonNode> failed =
            aws.call(SQS, "DeleteMessageBatch", input)
                .path("Failed")
                .valueStream()
                // A handle that is known no more: an earlier round deleted it, and its answer was
                // lost.
                .filter(entry -> !entry.path("SenderFault").asBoolean())
                .toList();
        if (failed.isEmpty()) {
          return;
        }
        log.accept("poller of " + mapping.function() + ": not deleted: " + failed);
      } catch (AwsFault | UncheckedIOException e) {
        log.accept("poller of " + mapping.function() + ": " + e.getMessage());
      }
      if (round == DELETE_ROUNDS || closed) {
        return;
      }
      waitAfterTrouble();
    }
  }

  private static void waitAfterTrouble() {
    try {
      Thread.sleep(AFTER_TROUBLE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
