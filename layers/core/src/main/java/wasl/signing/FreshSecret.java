package wasl.signing;

import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.random.RandomGenerator;
import wasl.vault.Secret;

/// Makes the secret of an inbound webhook where the provider takes one from its user.
public final class FreshSecret {
  private static final int BYTES = 32;

  private FreshSecret() {}

  /// A secret in the form that a scheme reads; empty where only the provider can make one: its
  /// public key, or a user name with a password.
  ///
  /// @param random cryptographically strong
  public static Optional<Secret> of(Scheme scheme, RandomGenerator random) {
    return switch (scheme) {
      case Hmac hmac -> Optional.of(of(hmac.keyForm(), random));
      case Hash _ -> Optional.of(of(KeyForm.UTF8, random));
      case StaticToken token ->
          token.basic() ? Optional.empty() : Optional.of(of(KeyForm.UTF8, random));
      case Asymmetric _ -> Optional.empty();
    };
  }

  private static Secret of(KeyForm form, RandomGenerator random) {
    var bytes = new byte[BYTES];
    random.nextBytes(bytes);
    return switch (form) {
      case UTF8, HEX -> Secret.of(HexFormat.of().formatHex(bytes));
      case BASE64 -> Secret.of(Base64.getEncoder().encodeToString(bytes));
      case WHSEC -> Secret.of("whsec_" + Base64.getEncoder().encodeToString(bytes));
    };
  }
}
