package wasl.receipt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import wasl.access.Cause;
import wasl.access.ChangeMark;
import wasl.access.Environment;
import wasl.access.ProjectId;
import wasl.access.Tenant;
import wasl.aws.AwsClients;
import wasl.aws.DynamoIntegrationStore;
import wasl.aws.DynamoTable;
import wasl.aws.InboundWebhookItem;
import wasl.aws.IntegrationItem;
import wasl.aws.Item;
import wasl.aws.ItemKeys;
import wasl.aws.KmsDataKeys;
import wasl.aws.S3BodyArchive;
import wasl.aws.SqsInboundQueue;
import wasl.aws.crt.AwsCallFailed;
import wasl.aws.crt.CallBudget;
import wasl.aws.crt.CrtAws;
import wasl.aws.crt.CrtDataKeys;
import wasl.aws.crt.CrtInboundDirectory;
import wasl.aws.crt.CrtInboundQueue;
import wasl.aws.crt.CrtLargeBodies;
import wasl.aws.crt.CrtSettings;
import wasl.connection.Integration;
import wasl.connection.IntegrationId;
import wasl.connection.Integrations;
import wasl.connection.Mode;
import wasl.event.ArchivedBody;
import wasl.event.BodyCodec;
import wasl.event.EventId;
import wasl.id.Ids;
import wasl.inbound.InboundMessage;
import wasl.inbound.InboundMessages;
import wasl.inbound.InboundQueue;
import wasl.inbound.InboundWebhook;
import wasl.inbound.InboundWebhookId;
import wasl.local.aws.DeclaredQueue;
import wasl.local.aws.EmbeddedAws;
import wasl.local.aws.EmbeddedAwsConfig;
import wasl.vault.DataKeys;
import wasl.vault.KeyId;
import wasl.vault.Sealed;
import wasl.vault.Vault;
import wasl.web.Headers;

/// What the receipt does over aws-crt is what every other function does over the SDK: one suite for
/// both.
@Tag("own-stack")
class ReceiptPortsTest {
  private static final Instant NOW = Instant.parse("2026-11-20T12:00:00.123Z");
  private static final InstantSource CLOCK = InstantSource.fixed(NOW);
  private static EmbeddedAws aws;
  private static AwsClients clients;
  private static DynamoDbClient dynamoDb;
  private static SqsClient sqs;
  private static S3Client s3;
  private static KmsDataKeys kmsDataKeys;
  private static CrtAws crt;
  private static String queueUrl;

  /// Both sides of a port.
  ///
  /// @param get reads an item of the table `connections`
  record Side(
      String name, InboundQueue queue, DataKeys keys, Function<String, Optional<Item>> get) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Side> sides() {
    return Stream.of(
        new Side(
            "SDK",
            new SqsInboundQueue(sqs, queueUrl),
            kmsDataKeys,
            new DynamoTable(dynamoDb, "connections")::get),
        new Side(
            "aws-crt",
            new CrtInboundQueue(crt, queueUrl),
            new CrtDataKeys(crt, "keys"),
            pk -> crt.getItem("connections", pk)));
  }

  @BeforeAll
  static void start() {
    var jars = Path.of(System.getProperty("wasl.dynamodb.lib", "dynamodb/target/lib"));
    aws =
        EmbeddedAws.start(
            EmbeddedAwsConfig.ephemeral(jars)
                .withQueues(List.of(new DeclaredQueue("inbound", Map.of()))));
    clients = new AwsClients(environment(aws.endpoint()));
    dynamoDb = clients.dynamoDb();
    sqs = clients.sqs();
    s3 = clients.s3();
    createTable("connections");
    createTable("keys");
    s3.createBucket(r -> r.bucket("bodies"));
    queueUrl = sqs.getQueueUrl(r -> r.queueName("inbound")).queueUrl();
    kmsDataKeys =
        new KmsDataKeys(
            clients.kms(),
            clients.kms().createKey().keyMetadata().arn(),
            new DynamoTable(dynamoDb, "keys"),
            CLOCK,
            new SecureRandom());
    crt = crt(aws.endpoint());
  }

  @AfterAll
  static void stop() {
    crt.close();
    clients.close();
    aws.close();
  }

  @ParameterizedTest
  @MethodSource("sides")
  void reads_every_kind_of_attribute_as_it_was_written(Side side) {
    var item =
        Item.with("every-kind-" + side)
            .text("text", "é \" \\ \n 😀")
            .text("empty", "")
            .number("number", Long.MAX_VALUE)
            .flag("yes", true)
            .flag("no", false)
            .bytes("bytes", new byte[] {0, -1, 127})
            .texts("texts", List.of("a", "b"))
            .texts("none", List.of())
            .items("items", List.of(Item.builder().number("n", -1).bytes("b", new byte[1]).build()))
            .build();
    new DynamoTable(dynamoDb, "connections").put(new DynamoTable.Write.Put(item));

    var read = side.get().apply(item.pk()).orElseThrow();

    assertThat(read.values()).usingRecursiveComparison().isEqualTo(item.values());
  }

  @ParameterizedTest
  @MethodSource("sides")
  void finds_nothing_under_a_key_that_no_item_has(Side side) {
    assertThat(side.get().apply("-#-#nothing#-")).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("sides")
  void queues_the_text_of_a_message_in_its_tenants_group(Side side) {
    var tenant = tenant(1);
    var message = new InboundMessage.Replay(tenant, new EventId("e-1"), 2);

    side.queue().put(message);

    var received =
        sqs.receiveMessage(r ->
                r.queueUrl(queueUrl)
                    .waitTimeSeconds(5)
                    .messageSystemAttributeNames(MessageSystemAttributeName.MESSAGE_GROUP_ID))
            .messages()
            .getFirst();
    sqs.deleteMessage(r -> r.queueUrl(queueUrl).receiptHandle(received.receiptHandle()));
    assertThat(InboundMessages.read(received.body())).isEqualTo(message);
    assertThat(received.attributes())
        .containsEntry(MessageSystemAttributeName.MESSAGE_GROUP_ID, tenant.toString());
  }

  @ParameterizedTest
  @MethodSource("sides")
  void unwraps_the_current_data_key_and_one_by_its_id(Side side) {
    var tenant = tenant(2);
    var made = kmsDataKeys.current(tenant);

    assertThat(side.keys().current(tenant)).isEqualTo(made);
    assertThat(side.keys().byId(tenant, made.id())).isEqualTo(made);
  }

  @ParameterizedTest
  @MethodSource("sides")
  void says_that_a_data_key_is_gone(Side side) {
    assertThatThrownBy(() -> side.keys().byId(tenant(3), new KeyId(new byte[16])))
        .isInstanceOf(DataKeys.KeyGone.class);
  }

  @ParameterizedTest
  @MethodSource("sides")
  void does_not_unwrap_another_tenants_key(Side side) {
    var mine = kmsDataKeys.current(tenant(4));
    var table = new DynamoTable(dynamoDb, "keys");
    var stolen =
        new HashMap<>(table.get(ItemKeys.dataKey(tenant(4), mine.id())).orElseThrow().values());
    stolen.put("pk", ItemKeys.dataKey(tenant(5), mine.id()));
    table.put(new DynamoTable.Write.Put(new Item(stolen)));

    assertThatThrownBy(() -> side.keys().byId(tenant(5), mine.id()))
        .isInstanceOf(RuntimeException.class)
        .isNotInstanceOf(DataKeys.KeyGone.class);
  }

  @Test
  void finds_a_webhook_by_its_token_and_its_integration() {
    var directory = new CrtInboundDirectory(crt, "connections");
    var table = new DynamoTable(dynamoDb, "connections");
    var webhook = webhook(tenant(6));
    var integration = integration(tenant(6));
    table.put(
        new DynamoTable.Write.Put(InboundWebhookItem.copy(webhook, webhook.tokens().getFirst())));
    table.put(new DynamoTable.Write.Put(IntegrationItem.write(integration)));

    assertThat(directory.byToken("00ff")).contains(webhook);
    assertThat(directory.byToken("00fe")).isEmpty();
    assertThat(directory.integration(tenant(6), integration.id())).contains(integration);
    assertThat(directory.integration(tenant(7), integration.id())).isEmpty();
  }

  @Test
  void does_not_take_what_a_deletion_left_for_an_integration() {
    var directory = new CrtInboundDirectory(crt, "connections");
    var table = new DynamoTable(dynamoDb, "connections");
    var integration = integration(tenant(8));
    var store = new DynamoIntegrationStore(table);
    var cause = new Cause("key_test", "request");
    store.create(integration, mark(Integrations.CREATED, cause));
    assertThat(directory.integration(tenant(8), integration.id())).isPresent();

    store.delete(integration, mark(Integrations.DELETED, cause));

    assertThat(directory.integration(tenant(8), integration.id())).isEmpty();
  }

  private static ChangeMark mark(String kind, Cause cause) {
    return ChangeMark.next(kind, Instant.EPOCH, cause, new Random(kind.hashCode()));
  }

  @Test
  void archives_a_large_body_where_the_archive_reads_it() {
    var body =
        new ArchivedBody(
            "POST", "", new Headers(Map.of("a", "b")), "x".repeat(300_000).getBytes(UTF_8), NOW);
    var vault = new Vault(kmsDataKeys, new SecureRandom());
    var archive =
        new S3BodyArchive(
            s3, "bodies", new BodyCodec(vault), Duration.ofDays(14), CLOCK, new SecureRandom());

    var ref = new CrtLargeBodies(crt, "bodies", vault).put(tenant(8), "JKJaXmPLvHcESHA=", body);

    assertThat(archive.get(tenant(8), ref)).contains(body);
  }

  @Test
  void names_the_call_and_the_error_where_aws_refuses() {
    assertThatThrownBy(() -> crt.getItem("no-such-table", "pk"))
        .isInstanceOfSatisfying(
            AwsCallFailed.Refused.class,
            refused -> assertThat(refused.code()).isEqualTo("ResourceNotFoundException"))
        .hasMessage("dynamodb GetItem: 400 ResourceNotFoundException");
  }

  @Test
  void gives_up_when_nobody_listens() {
    try (var nowhere = crt(URI.create("http://127.0.0.1:1"))) {
      assertThatThrownBy(() -> nowhere.getItem("connections", "pk"))
          .isInstanceOf(AwsCallFailed.Unreachable.class);
    }
  }

  @Test
  void works_again_after_it_was_closed() {
    crt.close();
    crt.connect();

    assertThat(crt.getItem("connections", "-#-#nothing#-")).isEmpty();
  }

  private static Map<String, String> environment(URI endpoint) {
    return Map.of(
        "AWS_REGION", "eu-central-1",
        "AWS_ACCESS_KEY_ID", "any",
        "AWS_SECRET_ACCESS_KEY", "any",
        "AWS_SESSION_TOKEN", "any",
        "AWS_ENDPOINT_URL", endpoint.toString());
  }

  private static CrtAws crt(URI endpoint) {
    return new CrtAws(
        CrtSettings.of(environment(endpoint)),
        new CallBudget(Duration.ofMinutes(5)),
        InstantSource.system());
  }

  private static void createTable(String name) {
    dynamoDb.createTable(r ->
        r.tableName(name)
            .billingMode(BillingMode.PAY_PER_REQUEST)
            .attributeDefinitions(
                AttributeDefinition.builder()
                    .attributeName("pk")
                    .attributeType(ScalarAttributeType.S)
                    .build())
            .keySchema(
                KeySchemaElement.builder().attributeName("pk").keyType(KeyType.HASH).build()));
  }

  private static Tenant tenant(int which) {
    var bytes = new byte[16];
    bytes[0] = (byte) which;
    return new Tenant(
        new ProjectId(Ids.of(ProjectId.PREFIX, Instant.EPOCH, bytes)), Environment.STAGING);
  }

  private static InboundWebhook webhook(Tenant tenant) {
    return new InboundWebhook(
        tenant,
        new InboundWebhookId(Ids.of(InboundWebhookId.PREFIX, NOW, new byte[16])),
        "stripe",
        new IntegrationId("shop"),
        Optional.empty(),
        sealed(),
        List.of(
            new InboundWebhook.Token("00ff", Optional.empty()),
            new InboundWebhook.Token("00ee", Optional.of(NOW))),
        List.of(
            new InboundWebhook.Graced(sealed(), Optional.empty()),
            new InboundWebhook.Graced(sealed(), Optional.of(NOW))),
        true,
        NOW,
        NOW,
        7);
  }

  private static Integration integration(Tenant tenant) {
    return new Integration(
        tenant,
        new IntegrationId("shop"),
        "stripe",
        Mode.LIVE,
        Optional.of("client"),
        Optional.of(sealed()),
        Optional.empty(),
        List.of(new Integration.Graced(sealed(), NOW)),
        List.of("read", "write"),
        List.of(),
        Optional.of("{\"a\":1}"),
        NOW,
        NOW,
        2);
  }

  private static Sealed sealed() {
    var bytes = new byte[200];
    bytes[0] = Sealed.VERSION;
    return new Sealed(bytes);
  }
}
