package wasl.road;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import wasl.aws.Log;
import wasl.aws.QueueEdge;
import wasl.queue.Outcome;
import wasl.queue.QueueMessage;

@ExtendWith(EmbeddedStack.Shared.class)
class QueueEdgeTest {
  private final List<QueueMessage> seen = new ArrayList<>();
  private EmbeddedStack stack;
  private String queueUrl;
  private QueueEdge edge;

  @BeforeEach
  void start(EmbeddedStack shared) {
    stack = shared;
    queueUrl =
        stack
            .clients()
            .sqs()
            .createQueue(r ->
                r.queueName("edge-" + UUID.randomUUID())
                    // Whatever failed is visible at once.
                    .attributes(Map.of(QueueAttributeName.VISIBILITY_TIMEOUT, "0")))
            .queueUrl();
    edge =
        new QueueEdge(
            stack.clients().sqs(),
            queueUrl,
            new Log(
                "test",
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
                InstantSource.system()));
  }

  @AfterEach
  void stop() {
    stack.clients().sqs().deleteQueue(r -> r.queueUrl(queueUrl));
  }

  @Test
  void each_outcome_of_a_batch_counts_for_itself() {
    send("good", "bad", "good");

    drive(message -> message.body().equals("bad") ? new Outcome.GiveUp("it is bad") : Outcome.DONE);

    assertThat(left()).isEqualTo(Map.of("visible", 1, "put off", 0));
    drive(message -> Outcome.DONE);
    assertThat(seen.getLast().body()).isEqualTo("bad");
    assertThat(seen.getLast().receiveCount()).isEqualTo(2);
  }

  @Test
  void a_worker_that_throws_fails_the_whole_batch() {
    send("one", "two");

    drive(message -> {
      throw new IllegalStateException("broken");
    });

    assertThat(left()).isEqualTo(Map.of("visible", 2, "put off", 0));
  }

  @Test
  void a_message_is_put_off_in_place_at_first_and_keeps_its_id() {
    send("later");

    drive(message -> new Outcome.RetryAfter(Duration.ofSeconds(600), "not now"));

    assertThat(left()).isEqualTo(Map.of("visible", 0, "put off", 1));
  }

  @Test
  void a_message_that_is_put_off_again_and_again_never_comes_near_the_dead_letter_queue() {
    send("later");

    for (int time = 0; time < 20; time++) {
      drive(message -> new Outcome.RetryAfter(Duration.ZERO, "not now"));
    }

    assertThat(seen).hasSize(20);
    assertThat(seen).allMatch(message -> message.receiveCount() < QueueMessage.LAST_RECEIVE);
    assertThat(seen).allMatch(message -> message.body().equals("later"));
    assertThat(left()).isEqualTo(Map.of("visible", 1, "put off", 0));
  }

  @Test
  void failures_between_are_counted_as_they_are() {
    send("bad");

    for (int time = 0; time < 5; time++) {
      drive(message -> new Outcome.GiveUp("it is bad"));
    }

    assertThat(seen.getLast().isLastReceive()).isTrue();
  }

  private void send(String... bodies) {
    for (var body : bodies) {
      stack
          .clients()
          .sqs()
          .sendMessage(r -> r.queueUrl(queueUrl).messageBody(body).messageGroupId("a-tenant"));
    }
  }

  private void drive(Function<QueueMessage, Outcome> worker) {
    stack.driveQueue(
        queueUrl,
        (in, out, context) ->
            edge.handle(
                in,
                out,
                context.getAwsRequestId(),
                messages -> {
                  seen.addAll(messages);
                  return messages.stream().map(worker).toList();
                }));
  }

  private Map<String, Integer> left() {
    var attributes =
        stack
            .clients()
            .sqs()
            .getQueueAttributes(r ->
                r.queueUrl(queueUrl)
                    .attributeNames(
                        QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES,
                        QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE))
            .attributes();
    return Map.of(
        "visible",
            Integer.valueOf(
                attributes.getOrDefault(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES, "0")),
        "put off",
            Integer.valueOf(
                attributes.getOrDefault(
                    QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE, "0")));
  }
}
