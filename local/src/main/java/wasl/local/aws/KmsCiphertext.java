package wasl.local.aws;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// What KMS gives out for a plaintext: `version | key id (36) | material (4) | nonce (12) |
/// sealed`.
///
/// AES-256-GCM; the encryption context, whatever its order, is authenticated and not stored.
final class KmsCiphertext {
  static final int NONCE_BYTES = 12;
  private static final byte VERSION = 1;
  private static final int KEY_ID_BYTES = 36;
  private static final int HEADER_BYTES = 1 + KEY_ID_BYTES + 4 + NONCE_BYTES;
  private static final int TAG_BITS = 128;

  private final String keyId;
  private final int material;
  private final byte[] nonce;
  private final byte[] sealed;

  private KmsCiphertext(String keyId, int material, byte[] nonce, byte[] sealed) {
    this.keyId = keyId;
    this.material = material;
    this.nonce = nonce;
    this.sealed = sealed;
  }

  String keyId() {
    return keyId;
  }

  static KmsCiphertext seal(
      KmsKey key, byte[] nonce, byte[] plaintext, Map<String, String> context) {
    int material = key.materials().size() - 1;
    try {
      byte[] sealed =
          cipher(Cipher.ENCRYPT_MODE, key.materials().get(material), nonce, context)
              .doFinal(plaintext);
      return new KmsCiphertext(key.id(), material, nonce, sealed);
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK has AES/GCM", e);
    }
  }

  byte[] open(KmsKey key, Map<String, String> context) {
    if (material >= key.materials().size()) {
      throw invalid();
    }
    try {
      return cipher(Cipher.DECRYPT_MODE, key.materials().get(material), nonce, context)
          .doFinal(sealed);
    } catch (AEADBadTagException e) {
      throw invalid();
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK has AES/GCM", e);
    }
  }

  byte[] bytes() {
    return ByteBuffer.allocate(HEADER_BYTES + sealed.length)
        .put(VERSION)
        .put(keyId.getBytes(StandardCharsets.US_ASCII))
        .putInt(material)
        .put(nonce)
        .put(sealed)
        .array();
  }

  static KmsCiphertext parse(byte[] blob) {
    if (blob.length < HEADER_BYTES + TAG_BITS / 8 || blob[0] != VERSION) {
      throw invalid();
    }
    ByteBuffer buffer = ByteBuffer.wrap(blob, 1, blob.length - 1);
    byte[] keyId = new byte[KEY_ID_BYTES];
    byte[] nonce = new byte[NONCE_BYTES];
    buffer.get(keyId);
    int material = buffer.getInt();
    buffer.get(nonce);
    if (material < 0) {
      throw invalid();
    }
    return new KmsCiphertext(
        new String(keyId, StandardCharsets.US_ASCII),
        material,
        nonce,
        Arrays.copyOfRange(blob, HEADER_BYTES, blob.length));
  }

  static AwsFault invalid() {
    return AwsFault.of("InvalidCiphertextException", "The ciphertext is invalid.");
  }

  private static Cipher cipher(int mode, byte[] material, byte[] nonce, Map<String, String> context)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, new SecretKeySpec(material, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
    new TreeMap<>(context)
        .forEach((name, value) -> {
          cipher.updateAAD(lengthAndBytes(name));
          cipher.updateAAD(lengthAndBytes(value));
        });
    return cipher;
  }

  /// The length goes before, so that no two contexts have the same bytes.
  private static byte[] lengthAndBytes(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(4 + bytes.length).putInt(bytes.length).put(bytes).array();
  }
}
