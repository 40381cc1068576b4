package wasl.aws;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.ContainerCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.core.SdkClient;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.retry.RetryMode;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.crt.AwsCrtHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sqs.SqsClient;

/// Builds the SDK's clients, each at its first use, over one shared HTTP client.
///
/// They are told where they run by the standard variables alone: `AWS_REGION` (or
/// `AWS_DEFAULT_REGION`), `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`, and
/// `AWS_ENDPOINT_URL` where something else stands for AWS. Without the key variables (Lambda leaves
/// them out under SnapStart) credentials come from the container's endpoint.
///
/// [#close()] ends all connections; whoever asks afterwards gets new clients. So close before a
/// snapshot is taken, and ask again after it: a client kept from before is dead.
public final class AwsClients implements AutoCloseable {
  // Within a region a call takes milliseconds. What takes longer is better tried again, and all
  // tries must end well before the function's own timeout, so that a failure is still reported.
  private static final Duration ONE_TRY = Duration.ofSeconds(3);
  private static final Duration ALL_TRIES = Duration.ofSeconds(8);
  private static final int MOST_CONNECTIONS = 100;

  private final AwsCredentialsProvider credentials;
  private final Region region;
  private final Optional<URI> endpoint;

  private @Nullable SdkHttpClient http;
  private @Nullable DynamoDbClient dynamoDb;
  private @Nullable DynamoDbStreamsClient dynamoDbStreams;
  private @Nullable SqsClient sqs;
  private @Nullable KmsClient kms;
  private @Nullable EventBridgeClient eventBridge;
  private @Nullable S3Client s3;

  /// @param environment the process's environment variables
  public AwsClients(Map<String, String> environment) {
    credentials = credentials(environment);
    region =
        Region.of(
            environment.getOrDefault(
                "AWS_REGION", environment.getOrDefault("AWS_DEFAULT_REGION", "us-east-1")));
    endpoint = present(environment, "AWS_ENDPOINT_URL").map(URI::create);
  }

  public synchronized DynamoDbClient dynamoDb() {
    if (dynamoDb == null) {
      dynamoDb = built(DynamoDbClient.builder());
    }
    return dynamoDb;
  }

  public synchronized DynamoDbStreamsClient dynamoDbStreams() {
    if (dynamoDbStreams == null) {
      dynamoDbStreams = built(DynamoDbStreamsClient.builder());
    }
    return dynamoDbStreams;
  }

  public synchronized SqsClient sqs() {
    if (sqs == null) {
      sqs = built(SqsClient.builder());
    }
    return sqs;
  }

  public synchronized KmsClient kms() {
    if (kms == null) {
      kms = built(KmsClient.builder());
    }
    return kms;
  }

  public synchronized EventBridgeClient eventBridge() {
    if (eventBridge == null) {
      eventBridge = built(EventBridgeClient.builder());
    }
    return eventBridge;
  }

  public synchronized S3Client s3() {
    if (s3 == null) {
      // Whatever we store there is sealed and so proves itself; a second checksum buys nothing.
      s3 =
          built(
              S3Client.builder()
                  .forcePathStyle(endpoint.isPresent())
                  .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                  .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED));
    }
    return s3;
  }

  @Override
  public synchronized void close() {
    closed(dynamoDb);
    closed(dynamoDbStreams);
    closed(sqs);
    closed(kms);
    closed(eventBridge);
    closed(s3);
    if (http != null) {
      http.close();
    }
    dynamoDb = null;
    dynamoDbStreams = null;
    sqs = null;
    kms = null;
    eventBridge = null;
    s3 = null;
    http = null;
  }

  private static void closed(@Nullable SdkClient client) {
    if (client != null) {
      client.close();
    }
  }

  private <B extends AwsSyncClientBuilder<B, C> & AwsClientBuilder<B, C>, C> C built(B builder) {
    builder
        .httpClient(http())
        .region(region)
        .credentialsProvider(credentials)
        .overrideConfiguration(
            ClientOverrideConfiguration.builder()
                .apiCallTimeout(ALL_TRIES)
                .apiCallAttemptTimeout(ONE_TRY)
                .retryStrategy(RetryMode.STANDARD)
                .build());
    endpoint.ifPresent(builder::endpointOverride);
    return builder.build();
  }

  private SdkHttpClient http() {
    if (http == null) {
      http =
          AwsCrtHttpClient.builder()
              .maxConcurrency(MOST_CONNECTIONS)
              .connectionTimeout(Duration.ofSeconds(2))
              .connectionAcquisitionTimeout(ONE_TRY)
              .build();
    }
    return http;
  }

  private static AwsCredentialsProvider credentials(Map<String, String> environment) {
    var id = environment.getOrDefault("AWS_ACCESS_KEY_ID", "");
    var secret = environment.getOrDefault("AWS_SECRET_ACCESS_KEY", "");
    if (id.isEmpty() || secret.isEmpty()) {
      return ContainerCredentialsProvider.builder().build();
    }
    return StaticCredentialsProvider.create(
        present(environment, "AWS_SESSION_TOKEN")
            .<AwsCredentials>map(token -> AwsSessionCredentials.create(id, secret, token))
            .orElseGet(() -> AwsBasicCredentials.create(id, secret)));
  }

  private static Optional<String> present(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
  }
}
