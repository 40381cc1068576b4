package wasl.local.aws;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;
import org.jspecify.annotations.Nullable;

/// Sums up an object's bytes while they come in, to compare with what the sender says.
final class S3Checksums {
  private final MessageDigest md5 = digest("MD5");
  private final MessageDigest sha1 = digest("SHA-1");
  private final MessageDigest sha256 = digest("SHA-256");
  private final Checksum crc32 = new CRC32();
  private final Checksum crc32c = new CRC32C();
  private final boolean all;

  /// @param all false sums up no more than the ETag needs
  S3Checksums(boolean all) {
    this.all = all;
  }

  void update(byte[] bytes, int length) {
    md5.update(bytes, 0, length);
    if (all) {
      sha1.update(bytes, 0, length);
      sha256.update(bytes, 0, length);
      crc32.update(bytes, 0, length);
      crc32c.update(bytes, 0, length);
    }
  }

  /// Compares with the sender's sums and returns the ones that were understood.
  ///
  /// @param md5Header the request's Content-MD5, if it has one
  Sums finish(Map<String, String> claimed, @Nullable String md5Header) {
    byte[] md5Bytes = md5.digest();
    if (md5Header != null && !md5Header.equals(base64(md5Bytes))) {
      throw AwsFault.of(
          "BadDigest", "The Content-MD5 you specified did not match what we received.");
    }
    Map<String, String> computed =
        Map.of(
            "x-amz-checksum-crc32", base64(crc32),
            "x-amz-checksum-crc32c", base64(crc32c),
            "x-amz-checksum-sha1", base64(sha1.digest()),
            "x-amz-checksum-sha256", base64(sha256.digest()));
    Map<String, String> kept = new HashMap<>();
    claimed.forEach((name, value) -> {
      @Nullable String ours = computed.get(name);
      if (ours != null && !ours.equals(value)) {
        throw AwsFault.of(
            "BadDigest", "The " + name + " you specified did not match what we received.");
      }
      // CRC64NVME, which the JDK lacks, is believed and given back.
      kept.put(name, value);
    });
    return new Sums(HexFormat.of().formatHex(md5Bytes), kept);
  }

  /// The ETag, and the checksums to keep.
  record Sums(String etag, Map<String, String> checksums) {}

  private static String base64(Checksum checksum) {
    return base64(ByteBuffer.allocate(4).putInt((int) checksum.getValue()).array());
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has " + algorithm, e);
    }
  }
}
