package wasl.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import wasl.manifest.Manifest.AuthMode;
import wasl.manifest.Parsed.Faulty;
import wasl.manifest.Parsed.Valid;

/// What an auth mode must say so that whoever fills in its fields gets a connection.
class AuthModeRulesTest {
  private static final String ACME =
      """
      id: acme
      name: {en: Acme, ar: أكمي}
      description: {en: Sells anvils., ar: يبيع السنادين.}
      category: commerce
      availability: beta
      modes:
        live:
          baseUrls: {api: "https://{site}.acme.example"}
          variables: [{name: site, secret: false, label: {en: S, ar: م}}]
      auth:
        - mode: api_key
          fields:
            - {name: key, label: {en: K, ar: م}}
            - {name: team, secret: false, optional: true, label: {en: T, ar: م}}
          send: [{header: Authorization, format: "Bearer {key}"}]
      whoami: {method: GET, path: /me}
      """;

  @Test
  void takes_a_mode_that_says_all() {
    assertThat(faults(ACME)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Bearer {key}      | Bearer {kee}              | auth[0].send[0].format: unknown "kee"; did you mean "key"?
          Bearer {key}      | Bearer {accessToken}      | auth[0].send[0].format: unknown "accessToken"; known: key, site, team
          Bearer {key}      | Bearer {key               | auth[0].send[0].format: has a brace that belongs to no {placeholder}
          path: /me         | path: "/{key}"            | whoami.path: must not hold {key}, which is secret: URLs are logged
          path: /me         | path: "/{team}"           | whoami.path: must not hold {team}, which is optional
          path: /me         | path: "/{who}"            | whoami.path: unknown "who"; known: key, site, team
          path: /me         | path: /me, baseUrl: eu    | whoami.path: needs a base URL "eu" in modes
          path: /me         | path: /me, body: {a: b}   | whoami.method: must be POST: the call has a body
          header: Authorization | body: auth            | whoami.method: must be POST: the call has a body
          {site}.acme       | {siet}.acme               | modes.live.baseUrls.api: unknown "siet"; did you mean "site"?
          {site}.acme       | {key}.acme                | modes.live.baseUrls.api: must not hold {key}, which is secret: URLs are logged
          name: key,        | name: type,               | auth[0].fields[0].name: must not be type
          name: team        | name: key                 | auth[0].fields[1].name: stands twice
          mode: api_key     | mode: app_jwt\\n    algorithm: RS256\\n    seconds: 60\\n    exchange: /x | auth[0].fields: needs a field privateKey
          mode: api_key     | mode: jwt_bearer\\n    algorithm: RS256\\n    issuer: me | auth[0].tokenUrl: is missing
          mode: api_key     | mode: oauth2_client_credentials\\n    tokenUrl: "https://{site}.example/t" | auth[0].tokenUrl: must have no {placeholder}
          mode: api_key     | mode: aws_sigv4\\n    service: sts | auth[0].fields: needs a field secretAccessKey
          mode: api_key     | mode: mtls                | auth[0].fields: needs a field certificate
          "Bearer {key}"    | "{key}", basic: true      | auth[0].send[0].format: must be user:password
          mode: api_key     | mode: api_key\\n    accountField: key | auth[0].accountField: must name a field that is not secret
          """)
  void names_what_is_amiss_and_where(String was, String is, String fault) {
    assertThat(faults(ACME.replace(was, is.replace("\\n", "\n")))).contains(fault);
  }

  @Test
  void tells_two_modes_of_one_kind_apart_by_their_variants() {
    var twice =
        ACME.replace(
            "whoami:",
            "  - mode: api_key\n    fields: [{name: key, label: {en: K, ar: م}}]\nwhoami:");

    assertThat(faults(twice)).containsExactly("auth[1]: is of the mode and variant of another one");
    assertThat(
            faults(
                twice.replace(
                    "  - mode: api_key\n    fields: [",
                    "  - mode: api_key\n    variant: b\n    fields: [")))
        .isEmpty();
  }

  @Test
  void an_oauth_mode_says_its_urls_unless_a_configuration_does() {
    var oauth = ACME.replace("mode: api_key", "mode: oauth2_authorization_code");

    assertThat(faults(oauth))
        .contains("auth[0].tokenUrl: is missing", "auth[0].authorizationUrl: is missing");
    assertThat(faults(oauth + "configurable: [oauth2]\n")).isEmpty();
  }

  @Test
  void a_configuration_brings_the_modes_that_talk_to_its_own_hosts_alone() {
    assertThat(
            configFaults(
                """
                [{"mode": "custom", "fields": [{"name": "key", "label": {"en": "K", "ar": "م"}}],
                  "send": [{"header": "X-Key", "format": "{key}"}],
                  "whoami": {"method": "GET", "url": "https://api.example/me"}}]
                """))
        .isEmpty();
    assertThat(
            configFaults(
                """
                [{"mode": "custom", "fields": [{"name": "key", "label": {"en": "K", "ar": "م"}}],
                  "send": [{"header": "X-Key", "format": "{kee}"}],
                  "whoami": {"method": "GET", "path": "/me"}},
                 {"mode": "two_step", "login": {"method": "POST", "url": "https://api.example/x"},
                  "fields": [{"name": "key", "label": {"en": "K", "ar": "م"}}]}]
                """))
        .containsExactly(
            "auth[0].send[0].format: unknown \"kee\"; did you mean \"key\"?",
            "auth[0].whoami.path: must be a url: a configuration has no base URL",
            "auth[1].mode: must be one of api_key, basic, custom, aws_sigv4, mtls");
  }

  private static List<String> faults(String yaml) {
    return switch (new ManifestReader().yaml(new ProviderId("acme"), yaml)) {
      case Valid<Manifest> _ -> List.of();
      case Faulty<Manifest>(var faults) -> faults.stream().map(Fault::toString).toList();
    };
  }

  private static List<String> configFaults(String json) {
    try {
      return switch (new ManifestReader().auth(new JsonMapper().readTree(json))) {
        case Valid<List<AuthMode>> _ -> List.of();
        case Faulty<List<AuthMode>>(var faults) -> faults.stream().map(Fault::toString).toList();
      };
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }
}
