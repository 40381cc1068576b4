package wasl.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import wasl.manifest.Parsed.Faulty;
import wasl.manifest.Parsed.Valid;

class ManifestReaderTest {
  private static final String ACME =
      """
      id: acme
      name: {en: Acme, ar: أكمي}
      description: {en: Sells anvils., ar: يبيع السنادين.}
      category: commerce
      availability: beta
      webhook:
        scheme: hmac
        algorithm: sha256
        encoding: hex
        signature: {header: X-Acme-Signature}
        signed: [body]
      """;

  private static final ProviderId ID = new ProviderId("acme");

  private static List<String> faults(String yaml) {
    return switch (new ManifestReader().yaml(ID, yaml)) {
      case Valid<Manifest> _ -> List.of();
      case Faulty<Manifest>(var faults) -> faults.stream().map(Fault::toString).toList();
    };
  }

  private static List<String> webhookFaults(String json) {
    var read = new ManifestReader().webhook(ID, json.getBytes(StandardCharsets.UTF_8));
    return switch (read) {
      case Valid<WebhookSpec> _ -> List.of();
      case Faulty<WebhookSpec>(var faults) -> faults.stream().map(Fault::toString).toList();
    };
  }

  @Test
  void reads_a_small_manifest() {
    assertThat(faults(ACME)).isEmpty();
  }

  @Test
  void reports_three_faults_at_once_each_with_its_place() {
    var yaml =
        ACME.replace("category: commerce", "category: comerce")
            .replace("scheme: hmac", "scheme: hmca")
            .replace("availability: beta", "availibility: beta");
    assertThat(faults(yaml))
        .containsExactly(
            "availability: is missing",
            "availibility: unknown \"availibility\"; did you mean \"availability\"?",
            "category: unknown \"comerce\"; did you mean \"commerce\"?",
            "webhook.scheme: unknown \"hmca\"; did you mean \"hmac\"?");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          algorithm: sha256 | algorithm: sha265 | webhook.algorithm: unknown "sha265"; did you mean "sha256"?
          encoding: hex | encoding: [hex] | webhook.encoding: must be text, is a list
          signed: [body] | signed: [] | webhook.signed: is empty
          signed: [body] | signed: [bdy] | webhook.signed[0]: unknown "bdy"; did you mean "body"?
          id: acme | id: other | id: must be its folder's name, "acme"
          ar: أكمي | fr: Acme | name.ar: is missing
          scheme: hmac | scheme: hmac-sha256 | webhook.scheme: unknown "hmac-sha256"; did you mean "hmac"?
          scheme: hmac | scheme: none | webhook.scheme: unknown "none"; known: hmac, hash, hmac_ordered_fields, hmac_sorted_fields, asymmetric, static_token
          signature: {header: X-Acme-Signature} | signature: {header: X, query: y} | webhook.signature: needs exactly one of header, query, form, json
          signature: {header: X-Acme-Signature} | signature: {header: X, format: prefix} | webhook.signature.prefix: is missing
          """)
  void names_the_place_and_what_was_meant(String was, String is, String fault) {
    assertThat(faults(ACME.replace(was, is))).contains(fault);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "  signed: [{literal: x}]",
        "  signed: [timestamp]",
        "  signed: [body, secret]",
        "  signed: [id, body]",
        "  signed: [body, timestamp]",
        "  signed: [body]\n  timestamp: {header: X-Time, unit: s, toleranceSeconds: 300}",
        "  signed: [body, timestamp]\n"
            + "  timestamp: {signatureKey: t, unit: s, toleranceSeconds: 300}",
      })
  void refuses_what_would_not_fail_closed(String signed) {
    assertThat(faults(ACME.replace("  signed: [body]", signed)))
        .isNotEmpty()
        .allMatch(fault -> fault.startsWith("webhook."));
  }

  @Test
  void a_digest_without_the_secret_in_it_is_refused() {
    assertThat(faults(ACME.replace("scheme: hmac", "scheme: hash")))
        .containsExactly(
            "webhook.signed: must hold the secret: a digest proves nothing without it");
  }

  @Test
  void doubled_keys_and_broken_yaml_are_faults_with_a_line() {
    assertThat(faults(ACME + "id: again\n"))
        .singleElement()
        .asString()
        .startsWith("is no YAML: line ")
        .contains("duplicate key");
    assertThat(faults("{")).singleElement().asString().startsWith("is no YAML: line ");
    assertThat(faults("")).containsExactly("must be an object, is empty");
  }

  @Test
  void what_is_recalled_must_stand_there() {
    assertThat(faults(ACME + "  recalled: [answr]\n  answer: {status: 200}\n"))
        .containsExactly("webhook.recalled[0]: unknown \"answr\"; did you mean \"answer\"?");
  }

  @ParameterizedTest
  @ValueSource(strings = {"(a+)+", "(?=a)b", "(a)\\\\1", "a*b*c*d*e*", "["})
  void costly_and_broken_patterns_are_refused(String pattern) {
    assertThat(faults(ACME + "  secret: {pattern: '" + pattern.replace("\\\\", "\\") + "'}\n"))
        .singleElement()
        .asString()
        .startsWith("webhook.secret.pattern: ");
  }

  @Test
  void a_configuration_takes_the_same_keys_from_json() {
    assertThat(
            webhookFaults(
                """
                {"scheme": "hmac", "algorithm": "sha256", "encoding": "hex",
                 "signature": {"header": "X-Acme-Signature"}, "signed": ["body"]}
                """))
        .isEmpty();
  }

  @Test
  void a_configuration_without_a_scheme_is_refused() {
    assertThat(webhookFaults("{\"scheme\": \"none\"}"))
        .singleElement()
        .asString()
        .startsWith("webhook.scheme: unknown \"none\"");
    assertThat(webhookFaults("{}"))
        .singleElement()
        .asString()
        .startsWith("webhook.scheme: is miss");
    assertThat(webhookFaults("[]")).containsExactly("webhook: must be an object, is a list");
  }

  @Test
  void a_configuration_is_bounded_in_size_and_depth() {
    assertThat(webhookFaults(" ".repeat(20_000)))
        .containsExactly("webhook: is larger than 16384 bytes");
    assertThat(webhookFaults("[".repeat(200))).singleElement().asString().contains("too deep");
    assertThat(webhookFaults("{\"scheme\":\"hmac\",\"scheme\":\"hmac\"}"))
        .singleElement()
        .asString()
        .contains("doubled key");
  }

  @Test
  void two_schemes_of_one_name_are_refused() {
    var alternative =
        """
          alternatives:
            - {scheme: static_token, token: {header: X-Token}}
        """;
    assertThat(faults(ACME + alternative))
        .containsExactly("webhook.alternatives[0].name: must differ from the other schemes' names");
  }
}
