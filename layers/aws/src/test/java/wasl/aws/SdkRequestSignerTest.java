package wasl.aws;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import wasl.egress.EgressRequest;
import wasl.egress.EgressUrl;
import wasl.provider.RequestSigner.Keys;
import wasl.provider.RequestSigner.Scope;
import wasl.vault.Secret;

/// Against AWS's own description of Signature Version 4, written down here a second time and itself
/// held to the test suite that AWS publishes (aws-sig-v4-test-suite).
class SdkRequestSignerTest {
  private static final Instant AT = Instant.parse("2015-08-30T12:36:00Z");
  private static final String DATE = "20150830T123600Z";
  private static final String DAY = "20150830";
  private static final Scope SCOPE = new Scope("service", "us-east-1");
  private static final String SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
  private static final String FORM = "application/x-www-form-urlencoded";

  private static final Keys KEYS = new Keys("AKIDEXAMPLE", Secret.of(SECRET), Optional.empty());

  private final SdkRequestSigner signer = new SdkRequestSigner();

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      textBlock =
          """
          GET,  -,                           -,             5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31
          GET,  Param1=value1&Param2=value2, -,             b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500
          POST, -,                           Param1=value1, ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a
          """)
  void the_second_writing_signs_as_aws_publishes_it(
      String method, String query, String form, String signature) throws Exception {
    var headers = new TreeMap<>(Map.of("host", "example.amazonaws.com", "x-amz-date", DATE));
    if (form != null) {
      headers.put("content-type", FORM);
    }

    assertThat(signature(method, query == null ? "" : query, headers, form == null ? "" : form))
        .isEqualTo(signature);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      textBlock =
          """
          GET,  /,                              -
          GET,  /?Param2=value2&Param1=value1,  -
          POST, /,                              Param1=value1
          """)
  void signs_method_query_headers_and_body(String method, String path, String form)
      throws Exception {
    var body = form == null ? "" : form;
    Map<String, String> headers = form == null ? Map.of() : Map.of("content-type", FORM);

    var signed = signer.sign(request(method, path, headers, body), KEYS, SCOPE, AT);

    var all = new TreeMap<>(signed.headers());
    var authorization = all.remove("authorization");
    all.put("host", "example.amazonaws.com");
    assertThat(authorization)
        .isEqualTo(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request,"
                + " SignedHeaders="
                + String.join(";", all.keySet())
                + ", Signature="
                + signature(method, sortedQuery(path), all, body));
    assertThat(signed.headers()).containsEntry("x-amz-date", DATE).doesNotContainKey("host");
    assertThat(new String(signed.body(), UTF_8)).isEqualTo(body);
  }

  @Test
  void sends_the_session_token_of_keys_that_end_and_signs_it() {
    var session = new Keys("AKIDEXAMPLE", Secret.of(SECRET), Optional.of(Secret.of("a-session")));

    var signed = signer.sign(request("GET", "/", Map.of(), ""), session, SCOPE, AT);

    assertThat(signed.headers()).containsEntry("x-amz-security-token", "a-session");
    assertThat(signed.headers().get("authorization"))
        .contains(";x-amz-date;x-amz-security-token, ");
  }

  private static String sortedQuery(String path) {
    int mark = path.indexOf('?');
    return mark < 0
        ? ""
        : Arrays.stream(path.substring(mark + 1).split("&", -1))
            .sorted()
            .collect(Collectors.joining("&"));
  }

  /// @param headers every one that is signed
  private static String signature(
      String method, String sortedQuery, SortedMap<String, String> headers, String body)
      throws GeneralSecurityException {
    var canonical =
        method
            + "\n/\n"
            + sortedQuery
            + "\n"
            + headers.entrySet().stream()
                .map(header -> header.getKey() + ":" + header.getValue() + "\n")
                .collect(Collectors.joining())
            + "\n"
            + String.join(";", headers.keySet())
            + "\n"
            + sha256(body);
    var toSign =
        "AWS4-HMAC-SHA256\n"
            + DATE
            + "\n"
            + DAY
            + "/us-east-1/service/aws4_request\n"
            + sha256(canonical);
    var key = ("AWS4" + SECRET).getBytes(UTF_8);
    for (var step : new String[] {DAY, "us-east-1", "service", "aws4_request", toSign}) {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      key = mac.doFinal(step.getBytes(UTF_8));
    }
    return HexFormat.of().formatHex(key);
  }

  private static String sha256(String text) throws GeneralSecurityException {
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
  }

  private static EgressRequest request(
      String method, String path, Map<String, String> headers, String body) {
    return new EgressRequest(
        method,
        new EgressUrl(URI.create("https://example.amazonaws.com" + path)),
        headers,
        body.getBytes(UTF_8),
        Duration.ofSeconds(1));
  }
}
