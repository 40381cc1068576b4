package wasl.signing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import wasl.manifest.ManifestReader;
import wasl.manifest.Parsed;
import wasl.manifest.ProviderId;
import wasl.manifest.WebhookSpec;
import wasl.vault.Secret;

class SharedSecretTest {
  @ParameterizedTest
  @ValueSource(strings = {"utf8", "hex", "base64", "whsec"})
  void makes_secrets_that_the_scheme_can_use(String key) {
    var scheme = hmac(key);
    var one = SharedSecret.make(scheme, new Random(1)).orElseThrow();
    var other = SharedSecret.make(scheme, new Random(2)).orElseThrow();

    assertThat(SharedSecret.isUsable(scheme, one)).isTrue();
    assertThat(one).isNotEqualTo(other);
    assertThat(one.length()).isGreaterThanOrEqualTo(43);
  }

  @Test
  void refuses_what_holds_no_key() {
    assertThat(SharedSecret.isUsable(hmac("utf8"), Secret.of(" "))).isFalse();
    assertThat(SharedSecret.isUsable(hmac("hex"), Secret.of("xyz"))).isFalse();
    assertThat(SharedSecret.isUsable(hmac("base64"), Secret.of("%%"))).isFalse();
    assertThat(SharedSecret.isUsable(hmac("whsec"), Secret.of("whsec_"))).isFalse();
  }

  private static Scheme hmac(String key) {
    var section =
        """
        {"scheme": "hmac", "algorithm": "sha256", "encoding": "hex", "key": "%s",
         "signature": {"header": "X-Signature"}, "signed": ["body"]}
        """
            .formatted(key);
    return switch (new ManifestReader()
        .webhook(new ProviderId("webhook"), section.getBytes(StandardCharsets.UTF_8))) {
      case Parsed.Valid<WebhookSpec>(var spec) -> spec.scheme();
      case Parsed.Faulty<WebhookSpec>(var faults) -> throw new AssertionError(faults);
    };
  }
}
