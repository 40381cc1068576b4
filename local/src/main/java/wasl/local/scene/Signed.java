package wasl.local.scene;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// A provider's webhook, signed as that provider signs.
public record Signed(byte[] body, Map<String, String> headers) {
  /// Stripe: `t=<seconds>,v1=<hex of HMAC-SHA256 over "<t>.<body>">`, keyed by the whole `whsec_…`
  /// text.
  public static Signed byStripe(String secret, String json, Instant at) {
    var body = json.getBytes(StandardCharsets.UTF_8);
    var time = Long.toString(at.getEpochSecond());
    var signature = hmac(secret, (time + ".").getBytes(StandardCharsets.UTF_8), body);
    return new Signed(
        body,
        Map.of(
            "content-type",
            "application/json; charset=utf-8",
            "stripe-signature",
            "t=" + time + ",v1=" + signature));
  }

  /// GitHub: `sha256=<hex of HMAC-SHA256 over the body>`.
  public static Signed byGitHub(String secret, String event, String delivery, String text) {
    var body = text.getBytes(StandardCharsets.UTF_8);
    return new Signed(
        body,
        Map.of(
            "content-type",
            "application/json",
            "x-github-event",
            event,
            "x-github-delivery",
            delivery,
            "x-hub-signature-256",
            "sha256=" + hmac(secret, body)));
  }

  /// The same headers over a body with one byte changed.
  public Signed withOneByteChanged() {
    var changed = body.clone();
    changed[changed.length / 2] ^= 1;
    return new Signed(changed, headers);
  }

  private static String hmac(String secret, byte[]... parts) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      for (var part : parts) {
        mac.update(part);
      }
      return HexFormat.of().formatHex(mac.doFinal());
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK has HmacSHA256", e);
    }
  }
}
