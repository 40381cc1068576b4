package wasl.local.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.ShardIteratorType;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

@ExtendWith(AwsStack.Shared.class)
@Timeout(60)
@Tag("aws-stack")
class DynamoDbTest {
  private static final String SERVER = "software.amazon.dynamodb.services.local.main.ServerRunner";

  private final DynamoDbClient dynamoDb;
  private final DynamoDbStreamsClient streams;
  private final String table = "table-" + UUID.randomUUID();

  DynamoDbTest(AwsStack stack) {
    this.dynamoDb = stack.dynamoDb();
    this.streams = stack.streams();
    createTable(dynamoDb, table);
  }

  static void createTable(DynamoDbClient dynamoDb, String table) {
    dynamoDb.createTable(create ->
        create
            .tableName(table)
            .billingMode(BillingMode.PAY_PER_REQUEST)
            .attributeDefinitions(
                AttributeDefinition.builder()
                    .attributeName("pk")
                    .attributeType(ScalarAttributeType.S)
                    .build())
            .keySchema(KeySchemaElement.builder().attributeName("pk").keyType(KeyType.HASH).build())
            .streamSpecification(stream ->
                stream.streamEnabled(true).streamViewType(StreamViewType.NEW_AND_OLD_IMAGES)));
  }

  @Test
  void a_condition_is_kept_and_a_cancelled_transaction_says_why() {
    put("k");

    assertThatThrownBy(() ->
            dynamoDb.putItem(put ->
                put.tableName(table)
                    .item(item("k"))
                    .conditionExpression("attribute_not_exists(pk)")))
        .isInstanceOf(ConditionalCheckFailedException.class);
    assertThatThrownBy(() ->
            dynamoDb.transactWriteItems(write ->
                write.transactItems(
                    TransactWriteItem.builder()
                        .put(put ->
                            put.tableName(table)
                                .item(item("k"))
                                .conditionExpression("attribute_not_exists(pk)"))
                        .build(),
                    TransactWriteItem.builder()
                        .put(put -> put.tableName(table).item(item("other")))
                        .build())))
        .isInstanceOfSatisfying(
            TransactionCanceledException.class,
            cancelled ->
                assertThat(cancelled.cancellationReasons())
                    .extracting(CancellationReason::code)
                    .containsExactly("ConditionalCheckFailed", "None"));
    assertThat(exists("other")).isFalse();
  }

  @Test
  void a_table_s_stream_is_read_through_the_one_endpoint() {
    put("k");
    String arn =
        streams.listStreams(list -> list.tableName(table)).streams().getFirst().streamArn();
    String shard =
        streams
            .describeStream(describe -> describe.streamArn(arn))
            .streamDescription()
            .shards()
            .getFirst()
            .shardId();
    String iterator =
        streams
            .getShardIterator(get ->
                get.streamArn(arn).shardId(shard).shardIteratorType(ShardIteratorType.TRIM_HORIZON))
            .shardIterator();

    assertThat(streams.getRecords(get -> get.shardIterator(iterator)).records())
        .singleElement()
        .satisfies(record -> assertThat(record.dynamodb().newImage()).isEqualTo(item("k")));
  }

  @Test
  void it_runs_as_a_process_of_its_own_and_comes_back_with_its_data_when_killed() {
    put("before");
    List<ProcessHandle> servers =
        ProcessHandle.current()
            .children()
            .filter(child -> child.info().commandLine().orElse("").contains(SERVER))
            .toList();
    assertThat(servers).hasSize(1);

    servers.getFirst().destroyForcibly();

    servers.getFirst().onExit().join();
    assertThat(exists("before")).isTrue();
    put("after");
    assertThat(exists("after")).isTrue();
  }

  private void put(String key) {
    dynamoDb.putItem(put -> put.tableName(table).item(item(key)));
  }

  private boolean exists(String key) {
    return dynamoDb
        .getItem(get -> get.tableName(table).key(item(key)).consistentRead(true))
        .hasItem();
  }

  private static Map<String, AttributeValue> item(String key) {
    return Map.of("pk", AttributeValue.fromS(key));
  }
}
