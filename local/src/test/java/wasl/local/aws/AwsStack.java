package wasl.local.aws;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.crt.AwsCrtHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sqs.SqsClient;

/// One embedded AWS for all test classes, on SQLite, and the real SDK's clients of it.
final class AwsStack implements AutoCloseable {
  private final Path folder;
  private final EmbeddedAws aws;
  private final SdkHttpClient http = AwsCrtHttpClient.builder().maxConcurrency(200).build();
  private final HttpClient raw = HttpClient.newHttpClient();

  private AwsStack() throws IOException {
    folder = Files.createTempDirectory("wasl-aws-test");
    aws =
        EmbeddedAws.start(
            EmbeddedAwsConfig.ephemeral(dynamoDbJars())
                .withData(folder)
                .withProgress(System.out::println)
                .withQueues(
                    List.of(
                        new DeclaredQueue("declared-dead", Map.of()),
                        new DeclaredQueue(
                            "declared",
                            Map.of(
                                "VisibilityTimeout",
                                "1",
                                "RedrivePolicy",
                                "{\"deadLetterTargetArn\":\"arn:aws:sqs:us-east-1:000000000000:declared-dead\","
                                    + "\"maxReceiveCount\":\"2\"}")))));
  }

  static Path dynamoDbJars() {
    return Path.of(System.getProperty("wasl.dynamodb.lib", "dynamodb/target/lib"));
  }

  URI endpoint() {
    return aws.endpoint();
  }

  Path folder() {
    return folder;
  }

  SqsClient sqs() {
    return client(SqsClient.builder());
  }

  DynamoDbClient dynamoDb() {
    return client(DynamoDbClient.builder());
  }

  DynamoDbStreamsClient streams() {
    return client(DynamoDbStreamsClient.builder());
  }

  KmsClient kms() {
    return client(KmsClient.builder());
  }

  EventBridgeClient events() {
    return client(EventBridgeClient.builder());
  }

  S3Client s3() {
    return client(S3Client.builder());
  }

  HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
    return raw.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private <B extends AwsSyncClientBuilder<B, C> & AwsClientBuilder<B, C>, C> C client(B builder) {
    return client(builder, http, endpoint());
  }

  /// Credentials that are none, and a region that nobody asked for: both must do.
  static <B extends AwsSyncClientBuilder<B, C> & AwsClientBuilder<B, C>, C> C client(
      B builder, SdkHttpClient http, URI endpoint) {
    return builder
        .httpClient(http)
        .endpointOverride(endpoint)
        .region(Region.EU_WEST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("any-one_at/all", "any")))
        .build();
  }

  @Override
  public void close() {
    raw.close();
    http.close();
    aws.close();
  }

  /// Gives test classes the one stack, started with the first and closed after the last.
  static final class Shared implements ParameterResolver {
    private static final ExtensionContext.Namespace NAMESPACE =
        ExtensionContext.Namespace.create(AwsStack.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == AwsStack.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return context
          .getStore(ExtensionContext.StoreScope.LAUNCHER_SESSION, NAMESPACE)
          .getOrComputeIfAbsent(AwsStack.class, ignored -> start(), AwsStack.class);
    }

    private static AwsStack start() {
      try {
        return new AwsStack();
      } catch (IOException e) {
        throw new IllegalStateException("no temporary folder", e);
      }
    }
  }
}
