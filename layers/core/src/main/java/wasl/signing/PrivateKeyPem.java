package wasl.signing;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import wasl.vault.Secret;

/// Reads private keys in PEM (RFC 7468), as services hand them out: PKCS#8 of any algorithm, and
/// PKCS#1 of RSA.
public final class PrivateKeyPem {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----(.*?)-----END \\1-----", Pattern.DOTALL);

  // AlgorithmIdentifier of rsaEncryption (RFC 8017, appendix C), and version 0 before it.
  private static final byte[] VERSION_AND_RSA = {
    0x02,
    0x01,
    0x00,
    0x30,
    0x0d,
    0x06,
    0x09,
    0x2a,
    (byte) 0x86,
    0x48,
    (byte) 0x86,
    (byte) 0xf7,
    0x0d,
    0x01,
    0x01,
    0x01,
    0x05,
    0x00
  };

  private PrivateKeyPem() {}

  /// What a text turned out to be.
  public sealed interface Read {
    record Key(PrivateKey key) implements Read {
      @Override
      public String toString() {
        return "Key(" + key.getAlgorithm() + " ***)";
      }
    }

    /// @param why completes "the key …", and tells nothing of it
    record Unusable(String why) implements Read {}
  }

  /// Reads the one key in a text. Lines may also be parted by the two characters `\n`, as they are
  /// where a key was copied out of a JSON file.
  public static Read read(Secret pem) {
    var text = pem.reveal().replace("\\n", "\n").strip();
    var found = BLOCK.matcher(text);
    if (!found.find()) {
      return new Read.Unusable("is not in PEM form, with its lines BEGIN and END");
    }
    var kind = found.group(1);
    var body = found.group(2);
    if (found.find()) {
      return new Read.Unusable("must stand alone, without certificates or other keys");
    }
    return switch (kind) {
      case "PRIVATE KEY" -> read(kind, body);
      case "RSA PRIVATE KEY" ->
          body.contains("ENCRYPTED") ? encrypted() : read("RSA PRIVATE KEY", body);
      case "ENCRYPTED PRIVATE KEY" -> encrypted();
      case "EC PRIVATE KEY", "OPENSSH PRIVATE KEY" ->
          new Read.Unusable(
              "is in the form \"" + kind + "\"; convert it to PKCS#8 (openssl pkcs8 -topk8)");
      default -> new Read.Unusable("is no private key, but a \"" + kind + "\"");
    };
  }

  private static Read encrypted() {
    return new Read.Unusable("is encrypted; give it without a passphrase");
  }

  private static Read read(String kind, String body) {
    byte[] der;
    try {
      der = Base64.getMimeDecoder().decode(body);
    } catch (IllegalArgumentException notBase64) {
      return new Read.Unusable("is cut short or damaged");
    }
    var pkcs8 = new PKCS8EncodedKeySpec(kind.equals("PRIVATE KEY") ? der : wrapped(der));
    for (var algorithm : List.of("RSA", "EC", "EdDSA")) {
      try {
        return new Read.Key(KeyFactory.getInstance(algorithm).generatePrivate(pkcs8));
      } catch (GeneralSecurityException ofAnotherKind) {
        // The next may read it. Not kept as a cause: a parser may quote what it read.
      }
    }
    return new Read.Unusable("is cut short or damaged, or of an algorithm other than RSA or EC");
  }

  // PKCS#8 (RFC 5958, section 2) is PKCS#1 with the algorithm's name before it.
  private static byte[] wrapped(byte[] pkcs1) {
    var content = new ByteArrayOutputStream();
    content.writeBytes(VERSION_AND_RSA);
    content.writeBytes(tagged(0x04, pkcs1));
    return tagged(0x30, content.toByteArray());
  }

  private static byte[] tagged(int tag, byte[] content) {
    var out = new ByteArrayOutputStream();
    out.write(tag);
    int length = content.length;
    if (length < 0x80) {
      out.write(length);
    } else if (length < 0x100) {
      out.write(0x81);
      out.write(length);
    } else {
      // Nothing that was given is longer than 64 KB.
      out.write(0x82);
      out.write(length >> 8);
      out.write(length);
    }
    out.writeBytes(content);
    return out.toByteArray();
  }
}
