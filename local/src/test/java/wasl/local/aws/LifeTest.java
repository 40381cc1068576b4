package wasl.local.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.crt.AwsCrtHttpClient;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.sqs.SqsClient;

@ExtendWith(AwsStack.Shared.class)
@Timeout(60)
@Tag("own-stack")
class LifeTest {
  @Test
  void an_ephemeral_stack_works_and_ends_at_once_though_somebody_polls() throws Exception {
    try (SdkHttpClient http = AwsCrtHttpClient.create()) {
      EmbeddedAws aws =
          EmbeddedAws.start(
              EmbeddedAwsConfig.ephemeral(AwsStack.dynamoDbJars())
                  .withQueues(List.of(new DeclaredQueue("q", Map.of()))));
      URI endpoint = aws.endpoint();
      String queue = endpoint + "/000000000000/q";
      SqsClient sqs = AwsStack.client(SqsClient.builder(), http, endpoint);
      sqs.sendMessage(send -> send.queueUrl(queue).messageBody("x"));
      assertThat(sqs.receiveMessage(receive -> receive.queueUrl(queue)).messages()).hasSize(1);
      KmsClient kms = AwsStack.client(KmsClient.builder(), http, endpoint);
      assertThat(kms.createKey().keyMetadata().keyId()).isNotEmpty();
      CompletableFuture<Void> poll =
          CompletableFuture.runAsync(
              () -> sqs.receiveMessage(receive -> receive.queueUrl(queue).waitTimeSeconds(20)),
              Thread::startVirtualThread);
      long children = ProcessHandle.current().children().count();

      long begin = System.nanoTime();
      aws.close();

      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(6));
      assertThat(ProcessHandle.current().children().count()).isEqualTo(children - 1);
      assertThat(poll).failsWithin(Duration.ofSeconds(15));
    }
  }

  @Test
  void a_queue_whose_store_failed_is_not_answered_for_until_it_has_started_over(AwsStack stack)
      throws Exception {
    SqsClient sqs = stack.sqs();
    String queue = sqs.createQueue(create -> create.queueName("broken")).queueUrl();
    String sound = stack.endpoint() + "/000000000000/declared-dead";
    sqs.sendMessage(send -> send.queueUrl(sound).messageBody("kept"));
    try (Connection connection =
            DriverManager.getConnection(new ElasticMqTables(stack.folder().resolve("sqs")).uri());
        Statement statement = connection.createStatement()) {
      statement.execute("drop table message_broken_" + Integer.toHexString("broken".hashCode()));
    }

    int status =
        stack
            .send(
                HttpRequest.newBuilder(URI.create(queue))
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(
                        BodyPublishers.ofString(
                            "Action=SendMessage&Version=2012-11-05&MessageBody=lost"))
                    .build())
            .statusCode();
    assertThat(status).isGreaterThanOrEqualTo(500);
    awaitUp(stack);

    sqs.sendMessage(send -> send.queueUrl(queue).messageBody("after"));
    assertThat(sqs.receiveMessage(receive -> receive.queueUrl(queue)).messages())
        .singleElement()
        .satisfies(message -> assertThat(message.body()).isEqualTo("after"));
    assertThat(sqs.receiveMessage(receive -> receive.queueUrl(sound)).messages())
        .anySatisfy(message -> assertThat(message.body()).isEqualTo("kept"));
  }

  private static void awaitUp(AwsStack stack) throws Exception {
    HttpRequest health = HttpRequest.newBuilder(stack.endpoint().resolve("/_wasl/health")).build();
    while (stack.send(health).statusCode() != 200) {
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }
}
