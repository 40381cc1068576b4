package wasl.signing;

import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// The digests that providers sign with; fixed by the manifest, never read from a request.
public enum HashAlgorithm {
  /// Only ever inside `hash`, for the providers that know no better.
  MD5("MD5", "HmacMD5"),
  SHA1("SHA-1", "HmacSHA1"),
  SHA256("SHA-256", "HmacSHA256"),
  SHA384("SHA-384", "HmacSHA384"),
  SHA512("SHA-512", "HmacSHA512");

  private final String digest;
  private final String mac;

  HashAlgorithm(String digest, String mac) {
    this.digest = digest;
    this.mac = mac;
  }

  MessageDigest digest() {
    try {
      return MessageDigest.getInstance(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has ".concat(digest), e);
    }
  }

  /// @param key not empty
  Mac mac(byte[] key) {
    try {
      var keyed = Mac.getInstance(mac);
      keyed.init(new SecretKeySpec(key, mac));
      return keyed;
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new AssertionError("every JDK has ".concat(mac).concat(", with keys of any length"), e);
    }
  }
}
