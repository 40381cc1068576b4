package wasl.aws;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import wasl.access.Tenant;
import wasl.event.ArchivedBody;
import wasl.event.BodyArchive;
import wasl.event.BodyCodec;
import wasl.event.BodyRef;
import wasl.id.Base62;

/// The archive in S3: one object per batch, `bodies/<day>/<random>`, each body sealed for its own
/// place in it.
public final class S3BodyArchive implements BodyArchive {
  private static final String FOLDER = "bodies/";

  private final S3Client s3;
  private final String bucket;
  private final BodyCodec codec;
  private final Duration retention;
  private final InstantSource clock;
  private final RandomGenerator random;

  /// @param retention after which a body counts as gone, whether or not S3 has deleted it yet
  public S3BodyArchive(
      S3Client s3,
      String bucket,
      BodyCodec codec,
      Duration retention,
      InstantSource clock,
      RandomGenerator random) {
    this.s3 = s3;
    this.bucket = bucket;
    this.codec = codec;
    this.retention = retention;
    this.clock = clock;
    this.random = random;
  }

  @Override
  public List<BodyRef> put(List<Entry> entries) {
    var object = newObject();
    var content = new ByteArrayOutputStream();
    var refs = new ArrayList<BodyRef>();
    for (var entry : entries) {
      var sealed = codec.seal(entry.tenant(), object, content.size(), entry.body());
      refs.add(new BodyRef(object, content.size(), sealed.length));
      content.writeBytes(sealed);
    }
    s3.putObject(r -> r.bucket(bucket).key(object), RequestBody.fromBytes(content.toByteArray()));
    return refs;
  }

  @Override
  public Optional<ArchivedBody> get(Tenant tenant, BodyRef ref) {
    if (isPast(ref)) {
      return Optional.empty();
    }
    try {
      var stored =
          s3.getObjectAsBytes(r ->
              r.bucket(bucket)
                  .key(ref.object())
                  .range("bytes=" + ref.offset() + "-" + (ref.offset() + ref.length() - 1)));
      return Optional.of(codec.open(tenant, ref, stored.asByteArrayUnsafe()));
    } catch (NoSuchKeyException gone) {
      return Optional.empty();
    }
  }

  private String newObject() {
    var bytes = new byte[16];
    random.nextBytes(bytes);
    return FOLDER + ItemKeys.day(clock.instant()) + "/" + Base62.encode(bytes);
  }

  // S3 deletes some time after the day that the rule names; the promise is kept to the day.
  private boolean isPast(BodyRef ref) {
    var parts = ref.object().split("/", -1);
    if (parts.length < 2) {
      return false;
    }
    try {
      var day = LocalDate.parse(parts[1]).atStartOfDay(ZoneOffset.UTC).toInstant();
      return !clock.instant().isBefore(day.plus(retention).plus(Duration.ofDays(1)));
    } catch (DateTimeParseException e) {
      return false;
    }
  }
}
