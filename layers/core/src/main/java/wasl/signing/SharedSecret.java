package wasl.signing;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.random.RandomGenerator;
import wasl.vault.Secret;

/// Judges and makes the secrets that a scheme works with.
public final class SharedSecret {
  private static final int BYTES = 32;

  private SharedSecret() {}

  /// Whether a scheme can work with a secret at all: it is there, and decodes to a key. Says
  /// nothing about who knows it.
  public static boolean isUsable(Scheme scheme, Secret secret) {
    return switch (scheme) {
      case Hmac hmac -> hmac.keyForm().key(secret, hmac.keyPrefix()).isPresent();
      case Hash _, StaticToken _ -> KeyForm.UTF8.key(secret, "").isPresent();
      case Asymmetric asymmetric -> isPublicKey(asymmetric, secret);
    };
  }

  /// A new secret of 256 random bits, in the form that the scheme takes; empty where only the
  /// provider can make it.
  public static Optional<Secret> make(Scheme scheme, RandomGenerator random) {
    var bytes = new byte[BYTES];
    random.nextBytes(bytes);
    return switch (scheme) {
      case Hmac hmac -> Optional.of(Secret.of(hmac.keyPrefix() + text(hmac.keyForm(), bytes)));
      case Hash _ -> Optional.of(Secret.of(HexFormat.of().formatHex(bytes)));
      case StaticToken token ->
          Optional.of(Secret.of((token.basic() ? "wasl:" : "") + HexFormat.of().formatHex(bytes)));
      case Asymmetric _ -> Optional.empty();
    };
  }

  private static String text(KeyForm form, byte[] bytes) {
    return switch (form) {
      case UTF8, HEX -> HexFormat.of().formatHex(bytes);
      case BASE64 -> Base64.getEncoder().encodeToString(bytes);
      case WHSEC -> "whsec_" + Base64.getEncoder().encodeToString(bytes);
    };
  }

  private static boolean isPublicKey(Asymmetric scheme, Secret secret) {
    return scheme
        .keyForm()
        .spki(secret)
        .filter(spki -> isPublicKey(scheme.algorithm(), spki))
        .isPresent();
  }

  private static boolean isPublicKey(Asymmetric.Algorithm algorithm, byte[] spki) {
    var name =
        switch (algorithm) {
          case ED25519 -> "Ed25519";
          case ECDSA_P256_SHA256 -> "EC";
          case RSA_PKCS1_SHA256 -> "RSA";
        };
    try {
      KeyFactory.getInstance(name).generatePublic(new X509EncodedKeySpec(spki));
      return true;
    } catch (GeneralSecurityException noSuchKey) {
      return false;
    }
  }
}
