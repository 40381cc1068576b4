package wasl.local.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketAlreadyOwnedByYouException;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.Delete;
import software.amazon.awssdk.services.s3.model.ExpirationStatus;
import software.amazon.awssdk.services.s3.model.LifecycleRule;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.MetadataDirective;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

@ExtendWith(AwsStack.Shared.class)
@Tag("aws-stack")
class S3Test {
  private static final String ODD_KEY = "a b/ü+&<\">%2F'?#.json";

  private final AwsStack stack;
  private final S3Client s3;
  private final String bucket = "bucket-" + UUID.randomUUID();

  S3Test(AwsStack stack) {
    this.stack = stack;
    this.s3 = stack.s3();
    s3.createBucket(create -> create.bucket(bucket));
  }

  @Test
  void a_bucket_is_made_once_listed_and_removed_when_empty() {
    assertThat(s3.listBuckets().buckets()).anyMatch(listed -> listed.name().equals(bucket));
    s3.headBucket(head -> head.bucket(bucket));
    assertThatThrownBy(() -> s3.createBucket(create -> create.bucket(bucket)))
        .isInstanceOf(BucketAlreadyOwnedByYouException.class);
    put("k", "v");
    assertThatThrownBy(() -> s3.deleteBucket(delete -> delete.bucket(bucket)))
        .hasMessageContaining("not empty");
    s3.deleteObject(delete -> delete.bucket(bucket).key("k"));

    s3.deleteBucket(delete -> delete.bucket(bucket));

    assertThatThrownBy(() -> put("k", "v")).isInstanceOf(NoSuchBucketException.class);
  }

  @Test
  void an_object_comes_back_with_its_metadata() {
    byte[] content = new byte[300_000];
    new Random(1).nextBytes(content);
    String etag =
        s3.putObject(
                put ->
                    put.bucket(bucket)
                        .key(ODD_KEY)
                        .contentType("application/json")
                        .metadata(Map.of("tenant", "prj_1")),
                RequestBody.fromBytes(content))
            .eTag();

    var got = s3.getObjectAsBytes(get -> get.bucket(bucket).key(ODD_KEY));

    assertThat(got.asByteArray()).isEqualTo(content);
    assertThat(got.response().contentType()).isEqualTo("application/json");
    assertThat(got.response().metadata()).isEqualTo(Map.of("tenant", "prj_1"));
    assertThat(got.response().eTag()).isEqualTo(etag).hasSize(34);
    assertThat(got.response().contentEncoding()).isNull();
    assertThat(s3.headObject(head -> head.bucket(bucket).key(ODD_KEY)).contentLength())
        .isEqualTo(300_000);
  }

  @Test
  void an_empty_object_is_an_object() {
    put("empty", "");

    assertThat(read("empty")).isEmpty();
  }

  @Test
  void a_streamed_upload_loses_its_framing_whatever_its_checksum() {
    byte[] content = "streamed ".repeat(20_000).getBytes(StandardCharsets.UTF_8);
    for (ChecksumAlgorithm algorithm :
        List.of(ChecksumAlgorithm.CRC32, ChecksumAlgorithm.CRC32_C, ChecksumAlgorithm.SHA256)) {
      s3.putObject(
          put -> put.bucket(bucket).key("streamed").checksumAlgorithm(algorithm),
          RequestBody.fromInputStream(new ByteArrayInputStream(content), content.length));

      assertThat(s3.getObjectAsBytes(get -> get.bucket(bucket).key("streamed")).asByteArray())
          .isEqualTo(content);
    }
  }

  @Test
  void a_chunked_body_with_a_wrong_checksum_is_refused_and_not_stored() throws Exception {
    var refused =
        stack.send(
            HttpRequest.newBuilder(uri("chunked"))
                .header("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER")
                .header("Content-Encoding", "aws-chunked")
                .header("x-amz-trailer", "x-amz-checksum-crc32")
                .PUT(
                    BodyPublishers.ofString(
                        "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n"))
                .build());

    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body()).contains("<Code>BadDigest</Code>");
    assertThatThrownBy(() -> read("chunked")).isInstanceOf(NoSuchKeyException.class);
  }

  @Test
  void a_chunked_body_that_breaks_off_is_not_stored() throws Exception {
    var refused =
        stack.send(
            HttpRequest.newBuilder(uri("chunked"))
                .header("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER")
                .PUT(BodyPublishers.ofString("ff\r\nhello"))
                .build());

    assertThat(refused.statusCode()).isGreaterThanOrEqualTo(400);
    assertThatThrownBy(() -> read("chunked")).isInstanceOf(NoSuchKeyException.class);
  }

  @Test
  void parts_of_an_object_are_read_by_range() {
    put("digits", "0123456789");

    assertThat(range("bytes=2-4")).isEqualTo("234");
    assertThat(range("bytes=7-")).isEqualTo("789");
    assertThat(range("bytes=-2")).isEqualTo("89");
    assertThat(range("bytes=8-99")).isEqualTo("89");
    assertThatThrownBy(() -> range("bytes=10-12"))
        .isInstanceOfSatisfying(
            S3Exception.class, fault -> assertThat(fault.statusCode()).isEqualTo(416));
  }

  @Test
  void of_parallel_writers_that_want_to_be_first_one_is() throws Exception {
    List<Callable<Boolean>> writers = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      String value = "v" + i;
      writers.add(() -> {
        try {
          s3.putObject(
              put -> put.bucket(bucket).key("once").ifNoneMatch("*"),
              RequestBody.fromString(value));
          return true;
        } catch (S3Exception e) {
          assertThat(e.statusCode()).isEqualTo(412);
          return false;
        }
      });
    }
    int won = 0;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var result : threads.invokeAll(writers)) {
        won += result.get() ? 1 : 0;
      }
    }
    assertThat(won).isEqualTo(1);
  }

  @Test
  void an_etag_guards_against_writing_over_a_newer_object() {
    String first = s3.putObject(p -> p.bucket(bucket).key("k"), RequestBody.fromString("1")).eTag();
    s3.putObject(p -> p.bucket(bucket).key("k").ifMatch(first), RequestBody.fromString("2"));

    assertThatThrownBy(() ->
            s3.putObject(
                p -> p.bucket(bucket).key("k").ifMatch(first), RequestBody.fromString("3")))
        .hasMessageContaining("pre-conditions");
    assertThat(read("k")).isEqualTo("2");
  }

  @Test
  void a_copy_keeps_or_replaces_the_metadata() {
    s3.putObject(
        put -> put.bucket(bucket).key(ODD_KEY).metadata(Map.of("a", "1")),
        RequestBody.fromString("content"));

    s3.copyObject(copy ->
        copy.sourceBucket(bucket)
            .sourceKey(ODD_KEY)
            .destinationBucket(bucket)
            .destinationKey("kept"));
    s3.copyObject(copy ->
        copy.sourceBucket(bucket)
            .sourceKey(ODD_KEY)
            .destinationBucket(bucket)
            .destinationKey("replaced")
            .metadataDirective(MetadataDirective.REPLACE)
            .metadata(Map.of("b", "2")));

    assertThat(read("kept")).isEqualTo("content");
    assertThat(s3.headObject(head -> head.bucket(bucket).key("kept")).metadata())
        .isEqualTo(Map.of("a", "1"));
    assertThat(s3.headObject(head -> head.bucket(bucket).key("replaced")).metadata())
        .isEqualTo(Map.of("b", "2"));
  }

  @Test
  void listing_goes_by_prefix_delimiter_and_pages() {
    for (String key : List.of("a/1", "a/2", "b/1", "b/2", "b/c/3", "d", ODD_KEY)) {
      put(key, key);
    }

    assertThat(s3.listObjectsV2(list -> list.bucket(bucket)).contents())
        .extracting(S3Object::key)
        .containsExactly(ODD_KEY, "a/1", "a/2", "b/1", "b/2", "b/c/3", "d");
    ListObjectsV2Response folders = s3.listObjectsV2(l -> l.bucket(bucket).delimiter("/"));
    assertThat(folders.commonPrefixes())
        .extracting(CommonPrefix::prefix)
        .containsExactly("a b/", "a/", "b/");
    assertThat(folders.contents()).extracting(S3Object::key).containsExactly("d");
    assertThat(s3.listObjectsV2(l -> l.bucket(bucket).prefix("b/").delimiter("/")).contents())
        .extracting(S3Object::key)
        .containsExactly("b/1", "b/2");
    List<String> paged = new ArrayList<>();
    s3.listObjectsV2Paginator(l -> l.bucket(bucket).maxKeys(2).delimiter("/"))
        .forEach(page -> {
          page.contents().forEach(object -> paged.add(object.key()));
          page.commonPrefixes().forEach(prefix -> paged.add(prefix.prefix()));
        });
    assertThat(paged).containsExactlyInAnyOrder("a b/", "a/", "b/", "d");
  }

  @Test
  void several_objects_are_deleted_at_once() {
    put("1", "");
    put(ODD_KEY, "");
    put("3", "");

    s3.deleteObjects(delete ->
        delete
            .bucket(bucket)
            .delete(
                Delete.builder()
                    .objects(
                        ObjectIdentifier.builder().key("1").build(),
                        ObjectIdentifier.builder().key(ODD_KEY).build(),
                        ObjectIdentifier.builder().key("absent").build())
                    .build()));

    assertThat(s3.listObjectsV2(list -> list.bucket(bucket)).contents())
        .extracting(S3Object::key)
        .containsExactly("3");
  }

  @Test
  void a_presigned_url_works_until_it_expires() throws Exception {
    put("signed", "content");
    try (S3Presigner presigner =
        S3Presigner.builder()
            .endpointOverride(stack.endpoint())
            .region(Region.EU_WEST_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("a", "b")))
            .build()) {
      String url =
          presigner
              .presignGetObject(sign ->
                  sign.signatureDuration(Duration.ofMinutes(5))
                      .getObjectRequest(get -> get.bucket(bucket).key("signed")))
              .url()
              .toString();

      assertThat(stack.send(HttpRequest.newBuilder(URI.create(url)).build()).body())
          .isEqualTo("content");
      String old = url.replaceAll("X-Amz-Date=[0-9TZ]+", "X-Amz-Date=20200101T000000Z");
      assertThat(stack.send(HttpRequest.newBuilder(URI.create(old)).build()).statusCode())
          .isEqualTo(403);
    }
  }

  @Test
  void a_lifecycle_is_given_back_as_it_was_put() {
    s3.putBucketLifecycleConfiguration(put ->
        put.bucket(bucket)
            .lifecycleConfiguration(rules ->
                rules.rules(
                    LifecycleRule.builder()
                        .id("bodies")
                        .status(ExpirationStatus.ENABLED)
                        .filter(filter -> filter.prefix("bodies/"))
                        .expiration(expiration -> expiration.days(14))
                        .build())));

    assertThat(
            s3.getBucketLifecycleConfiguration(get -> get.bucket(bucket))
                .rules()
                .getFirst()
                .expiration()
                .days())
        .isEqualTo(14);
  }

  @Test
  void an_expired_object_is_not_served(@TempDir Path folder) throws Exception {
    MovedClock clock = new MovedClock(Instant.parse("2026-11-20T10:00:00Z"));
    S3Bucket expiring = S3Bucket.open(folder.resolve("expiring"), clock);
    expiring.putLifecycle(
        """
        <LifecycleConfiguration><Rule><Status>Enabled</Status>
        <Filter><Prefix>bodies/</Prefix></Filter><Expiration><Days>14</Days></Expiration>
        </Rule></LifecycleConfiguration>\
        """
            .getBytes(StandardCharsets.UTF_8));
    putInto(expiring, "bodies/1");
    putInto(expiring, "other");

    clock.moveTo("2026-12-04T23:59:59Z");
    assertThat(expiring.find("bodies/1")).isPresent();
    clock.moveTo("2026-12-05T00:00:00Z");
    assertThat(expiring.find("bodies/1")).isEmpty();
    assertThat(expiring.find("other")).isPresent();
    assertThat(expiring.objectsFrom("", true)).hasSize(1);
    assertThat(S3Bucket.open(folder.resolve("expiring"), clock).find("other")).isPresent();
  }

  @Test
  void what_a_crash_left_half_written_is_swept_out(@TempDir Path folder) throws Exception {
    S3Bucket crashed = S3Bucket.open(folder.resolve("crashed"), InstantSource.system());
    putInto(crashed, "whole");
    Path half = folder.resolve("crashed/objects/.new-123");
    Files.writeString(half, "half");

    S3Bucket reopened = S3Bucket.open(folder.resolve("crashed"), InstantSource.system());

    assertThat(half).doesNotExist();
    assertThat(reopened.objectsFrom("", true)).hasSize(1);
  }

  @Test
  void faults_are_named_as_s3_names_them() throws Exception {
    var noBucket =
        stack.send(HttpRequest.newBuilder(stack.endpoint().resolve("/none-such/k")).build());
    var notThere =
        stack.send(
            HttpRequest.newBuilder(stack.endpoint().resolve("/" + bucket + "?policy")).build());

    assertThat(noBucket.statusCode()).isEqualTo(404);
    assertThat(noBucket.body()).contains("<Code>NoSuchBucket</Code>");
    assertThat(notThere.statusCode()).isEqualTo(501);
    assertThat(notThere.body()).contains("<Code>NotImplemented</Code>").contains("policy");
    assertThatThrownBy(() -> s3.headObject(head -> head.bucket(bucket).key("none")))
        .isInstanceOf(NoSuchKeyException.class);
  }

  private static void putInto(S3Bucket bucket, String key) throws Exception {
    bucket.put(
        new S3Bucket.Incoming(
            key,
            new ByteArrayInputStream(new byte[] {1}),
            new HashMap<>(),
            Map::of,
            null,
            (Optional<wasl.local.aws.S3Object> there) -> {}));
  }

  private URI uri(String key) {
    return stack.endpoint().resolve("/" + bucket + "/" + key);
  }

  private void put(String key, String content) {
    s3.putObject(put -> put.bucket(bucket).key(key), RequestBody.fromString(content));
  }

  private String read(String key) {
    return s3.getObjectAsBytes(get -> get.bucket(bucket).key(key)).asUtf8String();
  }

  private String range(String range) {
    var bytes = s3.getObjectAsBytes(get -> get.bucket(bucket).key("digits").range(range));
    assertThat(bytes.response().contentRange()).startsWith("bytes ").endsWith("/10");
    return bytes.asUtf8String();
  }

  /// A clock that stands until it is moved.
  private static final class MovedClock implements InstantSource {
    private Instant now;

    MovedClock(Instant now) {
      this.now = now;
    }

    void moveTo(String time) {
      now = Instant.parse(time);
    }

    @Override
    public Instant instant() {
      return now;
    }
  }
}
