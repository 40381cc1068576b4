package wasl.local.scene;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// Checks a delivery's signature with nothing of Wasl's, as any receiver would from the Standard
/// Webhooks specification.
public final class StandardWebhooks {
  private StandardWebhooks() {}

  /// @param secret the `whsec_…` that Wasl signs with; without one nothing is genuine
  public static boolean isGenuine(
      Optional<String> secret,
      @Nullable String id,
      @Nullable String timestamp,
      @Nullable String signatures,
      byte[] body) {
    if (secret.isEmpty() || id == null || timestamp == null || signatures == null) {
      return false;
    }
    var key = Base64.getDecoder().decode(secret.get().substring("whsec_".length()));
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
      var expected = "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
      for (var signature : signatures.split(" ", -1)) {
        if (MessageDigest.isEqual(
            expected.getBytes(StandardCharsets.UTF_8),
            signature.getBytes(StandardCharsets.UTF_8))) {
          return true;
        }
      }
      return false;
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK has HmacSHA256", e);
    }
  }
}
