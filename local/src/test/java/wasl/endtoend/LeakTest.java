package wasl.endtoend;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.crt.AwsCrtHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.s3.S3Client;
import wasl.local.demo.Demo;

/// After the demo, nothing that was a secret stands anywhere in clear, and no payload in a table or
/// a log.
class LeakTest {
  private static final StaticCredentialsProvider ANY =
      StaticCredentialsProvider.create(AwsBasicCredentials.create("any", "any"));

  @Test
  void the_demo_passes_and_leaves_no_secret_and_no_payload_behind(@TempDir Path folder)
      throws Exception {
    try (var up = UpProcess.start(folder, "--set", "OutboundRetrySchedule=1,2,5")) {
      var story = new ByteArrayOutputStream();
      var told =
          Demo.run(
              up.api(), up.apiKey(), InstantSource.system(), new PrintStream(story, true, UTF_8));

      assertThat(told.exit()).as(story.toString(UTF_8)).isZero();
      var secrets = new LinkedHashMap<>(told.secrets());
      assertThat(secrets).hasSizeGreaterThanOrEqualTo(8);
      secrets.put("the project's API key", up.apiKey());
      var places = new LinkedHashMap<String, List<byte[]>>();
      places.put("tables", tables(up));
      places.put("bucket", bucket(up));
      // The launcher shows the API key once, by design, in the lines that it prints itself.
      places.put("answers that refuse", refusals(up, told));
      places.put("logs", List.of(logs(up).getBytes(UTF_8)));
      assertThat(places.get("tables")).hasSizeGreaterThan(20);
      assertThat(places.get("bucket")).isNotEmpty();
      assertThat(leaks(secrets, places)).isEmpty();
    }
  }

  /// Those of the demo, and those to requests that are wrong and hold a secret each.
  private static List<byte[]> refusals(UpProcess up, Demo.Told told) throws Exception {
    var refusals = new ArrayList<>(told.refusals());
    var key = told.secrets().get("the Stripe API key");
    var live = "sk_live_" + "wasldemo".repeat(3);
    for (var body :
        List.of(
            "{\"integration\":\"stripe\",\"credentials\":{\"type\":\"api_key\",\"apiKey\":\""
                + live
                + "\"}}",
            "{\"integration\":\"stripe\",\"credentials\":{\"type\":\"api_key\",\"key\":\""
                + key
                + "\"}}",
            "{\"integration\":\"stripe\",\"credentials\":\"" + key + "\"}",
            "{\"integration\":\"stripe\",\"credentials\":" + key + "}")) {
      var answer = up.call("POST", "/v1/connections", body);
      assertThat(answer.statusCode()).as(answer.body()).isIn(400, 422);
      assertThat(answer.body()).doesNotContain(live);
      refusals.add(answer.body());
    }
    return refusals.stream().map(body -> body.getBytes(UTF_8)).toList();
  }

  /// The output without the few lines in which `up` itself tells its user where everything is.
  private static String logs(UpProcess up) {
    return up.output().lines().filter(line -> !line.contains("API key")).toList().toString();
  }

  private static List<String> leaks(Map<String, String> secrets, Map<String, List<byte[]>> places) {
    var leaks = new ArrayList<String>();
    places.forEach((place, contents) ->
        contents.forEach(content -> {
          // One character for each byte, so that any byte sequence can be searched for.
          var text = new String(content, ISO_8859_1);
          secrets.forEach((name, secret) -> {
            for (var form : forms(secret)) {
              if (text.contains(form)) {
                leaks.add(name + " stands in the " + place);
              }
            }
          });
        }));
    return leaks;
  }

  private static List<String> forms(String secret) {
    var bytes = secret.getBytes(UTF_8);
    return List.of(
        secret,
        Base64.getEncoder().withoutPadding().encodeToString(bytes),
        HexFormat.of().formatHex(bytes));
  }

  private static List<byte[]> tables(UpProcess up) {
    try (var client =
        DynamoDbClient.builder()
            .endpointOverride(up.aws())
            .region(Region.US_EAST_1)
            .credentialsProvider(ANY)
            .httpClientBuilder(AwsCrtHttpClient.builder())
            .build()) {
      var contents = new ArrayList<byte[]>();
      for (var table : client.listTables().tableNames()) {
        client
            .scanPaginator(r -> r.tableName(table))
            .items()
            .forEach(item -> item.values().forEach(value -> add(contents, value)));
      }
      return contents;
    }
  }

  private static void add(List<byte[]> contents, AttributeValue value) {
    switch (value.type()) {
      case S -> contents.add(value.s().getBytes(UTF_8));
      case B -> contents.add(value.b().asByteArray());
      case L -> value.l().forEach(member -> add(contents, member));
      case M -> value.m().values().forEach(member -> add(contents, member));
      default -> contents.add(value.toString().getBytes(UTF_8));
    }
  }

  private static List<byte[]> bucket(UpProcess up) {
    try (var client =
        S3Client.builder()
            .endpointOverride(up.aws())
            .region(Region.US_EAST_1)
            .credentialsProvider(ANY)
            .forcePathStyle(true)
            .httpClientBuilder(AwsCrtHttpClient.builder())
            .build()) {
      var contents = new ArrayList<byte[]>();
      for (var bucket : client.listBuckets().buckets()) {
        for (var object : client.listObjectsV2Paginator(r -> r.bucket(bucket.name())).contents()) {
          contents.add(
              client
                  .getObject(
                      r -> r.bucket(bucket.name()).key(object.key()), ResponseTransformer.toBytes())
                  .asByteArray());
        }
      }
      return contents;
    }
  }
}
