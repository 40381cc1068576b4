package wasl.local.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;
import software.amazon.awssdk.services.sqs.model.SqsException;

@ExtendWith(AwsStack.Shared.class)
@Timeout(60)
@Tag("aws-stack")
class SqsTest {
  private final AwsStack stack;
  private final SqsClient sqs;

  SqsTest(AwsStack stack) {
    this.stack = stack;
    this.sqs = stack.sqs();
  }

  @Test
  void queue_urls_point_at_the_endpoint() {
    assertThat(sqs.getQueueUrl(get -> get.queueName("declared")).queueUrl())
        .isEqualTo(stack.endpoint() + "/000000000000/declared");
    assertThat(sqs.listQueues().queueUrls())
        .contains(stack.endpoint() + "/000000000000/declared-dead");
  }

  @Test
  void a_declared_queue_has_its_attributes() {
    Map<QueueAttributeName, String> attributes =
        sqs.getQueueAttributes(get ->
                get.queueUrl(stack.endpoint() + "/000000000000/declared")
                    .attributeNames(QueueAttributeName.ALL))
            .attributes();

    assertThat(attributes)
        .containsEntry(QueueAttributeName.VISIBILITY_TIMEOUT, "1")
        .containsEntry(QueueAttributeName.QUEUE_ARN, "arn:aws:sqs:us-east-1:000000000000:declared");
    assertThat(attributes.get(QueueAttributeName.REDRIVE_POLICY)).contains("declared-dead");
  }

  @Test
  void a_message_comes_back_with_its_attributes_and_is_gone_when_deleted() {
    String queue = create(Map.of());
    Map<String, MessageAttributeValue> attributes =
        Map.of(
            "text",
            MessageAttributeValue.builder().dataType("String").stringValue("v").build(),
            "bytes",
            MessageAttributeValue.builder()
                .dataType("Binary")
                .binaryValue(SdkBytes.fromByteArray(new byte[] {0, -1}))
                .build());
    sqs.sendMessage(
        send -> send.queueUrl(queue).messageBody("<body> & \"ü\"").messageAttributes(attributes));

    Message message = receive(queue, 5);

    assertThat(message.body()).isEqualTo("<body> & \"ü\"");
    assertThat(message.messageAttributes()).isEqualTo(attributes);
    sqs.deleteMessage(delete -> delete.queueUrl(queue).receiptHandle(message.receiptHandle()));
    assertThat(counts(queue)).isEqualTo("0 visible, 0 in flight");
  }

  @Test
  void a_message_of_one_mebibyte_passes_and_a_larger_one_is_refused() {
    String queue = create(Map.of());
    String largest = "x".repeat(1024 * 1024);
    sqs.sendMessage(send -> send.queueUrl(queue).messageBody(largest));

    assertThat(receive(queue, 5).body()).isEqualTo(largest);
    assertThatThrownBy(
            () -> sqs.sendMessage(send -> send.queueUrl(queue).messageBody(largest + "x")))
        .isInstanceOf(SqsException.class);
  }

  @Test
  void a_standard_queue_takes_message_groups_and_does_not_hold_a_group_back() {
    String queue = create(Map.of());
    for (String body : List.of("1", "2", "3")) {
      sqs.sendMessage(send -> send.queueUrl(queue).messageBody(body).messageGroupId("project/dev"));
    }

    Set<String> bodies = new HashSet<>();
    for (int i = 0; i < 3; i++) {
      Message message = receive(queue, 5);
      bodies.add(message.body());
      assertThat(message.attributes())
          .containsEntry(MessageSystemAttributeName.MESSAGE_GROUP_ID, "project/dev");
    }
    assertThat(bodies).containsExactlyInAnyOrder("1", "2", "3");
  }

  @Test
  void a_delayed_message_comes_after_its_delay() {
    String queue = create(Map.of());
    long sent = System.nanoTime();
    sqs.sendMessage(send -> send.queueUrl(queue).messageBody("late").delaySeconds(1));

    assertThat(receive(queue, 10).body()).isEqualTo("late");
    assertThat(System.nanoTime() - sent).isGreaterThan(900_000_000L);
  }

  @Test
  void a_message_made_visible_again_is_received_again_and_then_moves_to_the_dead_letters() {
    String dead = create(Map.of());
    String queue =
        create(
            Map.of(
                QueueAttributeName.REDRIVE_POLICY,
                "{\"deadLetterTargetArn\":\"" + arn(dead) + "\",\"maxReceiveCount\":2}"));
    sqs.sendMessage(send -> send.queueUrl(queue).messageBody("poison"));

    for (int i = 0; i < 2; i++) {
      Message message = receive(queue, 5);
      sqs.changeMessageVisibility(change ->
          change.queueUrl(queue).receiptHandle(message.receiptHandle()).visibilityTimeout(0));
    }
    assertThat(sqs.receiveMessage(receive -> receive.queueUrl(queue).waitTimeSeconds(1)).messages())
        .isEmpty();

    assertThat(receive(dead, 1).body()).isEqualTo("poison");
  }

  @Test
  void dead_letters_are_moved_back_by_a_move_task() {
    String dead = create(Map.of());
    String queue =
        create(
            Map.of(
                QueueAttributeName.REDRIVE_POLICY,
                "{\"deadLetterTargetArn\":\"" + arn(dead) + "\",\"maxReceiveCount\":2}"));
    sqs.sendMessage(send -> send.queueUrl(dead).messageBody("again"));

    sqs.startMessageMoveTask(move -> move.sourceArn(arn(dead)).destinationArn(arn(queue)));

    assertThat(receive(queue, 10).body()).isEqualTo("again");
  }

  @Test
  void a_hundred_long_polls_wait_at_once_and_hinder_nobody() throws Exception {
    List<String> queues = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      queues.add(create(Map.of()));
    }
    try (ExecutorService pollers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> polls = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        String queue = queues.get(i % queues.size());
        polls.add(
            pollers.submit(() ->
                sqs.receiveMessage(receive -> receive.queueUrl(queue).waitTimeSeconds(20))
                    .messages()
                    .size()));
      }
      for (int i = 0; i < 100; i++) {
        String queue = queues.get(i % queues.size());
        sqs.sendMessage(send -> send.queueUrl(queue).messageBody("x"));
      }
      int received = 0;
      for (Future<Integer> poll : polls) {
        received += poll.get();
      }
      assertThat(received).isEqualTo(100);
    }
  }

  @Test
  void the_query_protocol_works_on_a_queue_url() throws Exception {
    String queue = create(Map.of());
    var sent =
        stack.send(
            HttpRequest.newBuilder(URI.create(queue))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        "Action=SendMessage&Version=2012-11-05&MessageBody=by+query"))
                .build());

    assertThat(sent.statusCode()).isEqualTo(200);
    assertThat(receive(queue, 5).body()).isEqualTo("by query");
  }

  @Test
  void an_unknown_queue_is_told_by_its_own_exception() {
    assertThatThrownBy(() -> sqs.getQueueUrl(get -> get.queueName("nobody-made-it")))
        .isInstanceOf(QueueDoesNotExistException.class);
  }

  private String create(Map<QueueAttributeName, String> attributes) {
    return sqs.createQueue(
            create -> create.queueName("q-" + UUID.randomUUID()).attributes(attributes))
        .queueUrl();
  }

  private Message receive(String queue, int seconds) {
    List<Message> messages =
        sqs.receiveMessage(receive ->
                receive
                    .queueUrl(queue)
                    .waitTimeSeconds(seconds)
                    .messageAttributeNames("All")
                    .messageSystemAttributeNames(MessageSystemAttributeName.ALL))
            .messages();
    assertThat(messages).hasSize(1);
    return messages.getFirst();
  }

  private String counts(String queue) {
    Map<QueueAttributeName, String> attributes =
        sqs.getQueueAttributes(get -> get.queueUrl(queue).attributeNames(QueueAttributeName.ALL))
            .attributes();
    return attributes.get(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES)
        + " visible, "
        + attributes.get(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE)
        + " in flight";
  }

  private static String arn(String queue) {
    return "arn:aws:sqs:us-east-1:000000000000:" + queue.substring(queue.lastIndexOf('/') + 1);
  }
}
