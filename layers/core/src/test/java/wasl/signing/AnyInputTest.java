package wasl.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import wasl.signing.Signatures.Candidates;
import wasl.signing.Verdict.Refused;
import wasl.vault.Secret;
import wasl.web.Headers;
import wasl.web.HttpRequest;

/// Whatever a stranger sends, the parsers give an answer, and never that it is genuine.
class AnyInputTest {
  private static final String[] SHARDS = {
    "t=", "v1=", "v1,", ",", " ", "=", "&", ".", "sha256=", "1614265330", "%", "%4", "%zz", "+",
    "a", "é", "\u0000", "{", "}", "[", "]", "\"", ":", "null", "1e999999999", "\\u", "٣", "w"
  };

  private static String anything(Random random) {
    var text = new StringBuilder();
    for (int i = random.nextInt(20); i > 0; i--) {
      text.append(SHARDS[random.nextInt(SHARDS.length)]);
    }
    return text.toString();
  }

  private static List<Scheme> schemes() {
    var time =
        Optional.of(new SignedTime(Optional.empty(), TimeFormat.SECONDS, Duration.ofMinutes(5)));
    var place = new Place.Header("s");
    var keyValues = new SignaturePlace.KeyValues(',', "v1", Optional.of("t"));
    var fields =
        new Part.OrderedFields(
            List.of(
                new Part.NamedField("", new Place.Json(JsonPath.of("a.b"))),
                new Part.NamedField("x", new Place.Form("a"))),
            ":");
    var sorted =
        new Part.SortedFields(false, List.of("s"), true, true, "=", "&", Part.Repeated.REFUSED);
    return List.of(
        hmac(
            new Message(
                List.of(new Part.Time(), new Part.Body()),
                new SignaturePlace(place, keyValues),
                time,
                List.of("i"))),
        hmac(
            new Message(
                List.of(
                    new Part.Value(new Place.Header("i"), ""),
                    new Part.Literal("."),
                    new Part.Body()),
                new SignaturePlace(place, new SignaturePlace.Tagged("v1")),
                Optional.empty(),
                List.of())),
        hmac(
            new Message(
                List.of(fields),
                new SignaturePlace(new Place.Json(JsonPath.of("s")), new SignaturePlace.Plain()),
                Optional.empty(),
                List.of())),
        hmac(
            new Message(
                List.of(sorted, new Part.SortedForm()),
                new SignaturePlace(new Place.Form("s"), new SignaturePlace.Prefixed("sha256=")),
                Optional.empty(),
                List.of())),
        new StaticToken(place, "Basic", true, List.of()),
        new StaticToken(new Place.Query("s"), "", false, List.of()));
  }

  private static Scheme hmac(Message message) {
    return new Hmac(HashAlgorithm.SHA256, Encoding.HEX, KeyForm.UTF8, "", message);
  }

  @Test
  void nothing_made_up_is_genuine_and_nothing_throws() {
    var random = new Random(20261120);
    var verifier = new Verifier();
    var secrets = List.of(Secret.of("secret"), Secret.of(""));
    for (int i = 0; i < 20_000; i++) {
      var request =
          new HttpRequest(
              "POST",
              "https://hooks.example.test/?" + anything(random),
              new Headers(Map.of("s", anything(random), "i", anything(random))),
              anything(random).getBytes(StandardCharsets.UTF_8));
      for (var scheme : schemes()) {
        assertThat(verifier.verify(scheme, request, secrets, Instant.EPOCH))
            .as("%s %s", scheme, request.headers().values())
            .isInstanceOf(Refused.class);
      }
    }
  }

  @Test
  void what_an_encoding_writes_it_reads_and_a_changed_character_is_another_value() {
    var random = new Random(5);
    for (int i = 0; i < 2_000; i++) {
      var bytes = new byte[1 + random.nextInt(70)];
      random.nextBytes(bytes);
      for (var encoding : Encoding.values()) {
        var text = encoding.encode(bytes);
        assertThat(encoding.decode(text)).hasValue(bytes);
        int at = random.nextInt(text.length());
        var other = text.substring(0, at) + (char) random.nextInt(128) + text.substring(at + 1);
        if (!other.equalsIgnoreCase(text)) {
          assertThat(encoding.decode(other))
              .isNotEqualTo(Optional.of(bytes))
              .satisfies(
                  decoded -> decoded.ifPresent(value -> assertThat(value).isNotEqualTo(bytes)));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", ".", "a.", ".a", "a..b", "a[", "a[]", "a[x]", "a]b", "[0]b", "a.[0]", "a[0000]"
      })
  void malformed_json_paths_are_told(String text) {
    assertThatThrownBy(() -> JsonPath.of(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "a.b", "a[0].b", "[0].a", "a[10][2]", "with space.ünïcode"})
  void json_paths_are_written_as_they_are_read(String text) {
    assertThat(JsonPath.of(text)).hasToString(text);
  }

  @Test
  void a_json_value_is_found_as_printed() {
    var body = "{\"a\":[{\"n\":55.00},{\"n\":1e3}],\"b\":null,\"c\":true,\"d\":{}}";
    var paths = List.of("a[0].n", "a[1].n", "b", "c", "d", "e").stream().map(JsonPath::of).toList();
    var values =
        new RequestValues(
                new HttpRequest("POST", "/", Headers.NONE, body.getBytes(StandardCharsets.UTF_8)))
            .json(paths);
    assertThat(values)
        .containsExactly(
            Optional.of("55.00"),
            Optional.of("1e3"),
            Optional.empty(),
            Optional.of("true"),
            Optional.empty(),
            Optional.empty());
  }

  @Test
  void deep_and_broken_bodies_cost_no_stack() {
    for (var body :
        List.of("[".repeat(1_000_000), "{\"a\":".repeat(200_000), "{\"a\":[1,", "\"", "")) {
      var values =
          new RequestValues(
              new HttpRequest("POST", "/", Headers.NONE, body.getBytes(StandardCharsets.UTF_8)));
      assertThat(values.json(List.of(JsonPath.of("a.a.a.a.b")))).containsExactly(Optional.empty());
    }
  }

  @Test
  void a_doubled_key_is_refused_where_single_fields_are_signed() {
    var values =
        new RequestValues(
            new HttpRequest(
                "POST", "/", Headers.NONE, "{\"a\":1,\"a\":2}".getBytes(StandardCharsets.UTF_8)));
    assertThat(values.jsonStrictly(List.of(JsonPath.of("a")))).isEmpty();
  }

  @Test
  void form_pairs_keep_repeated_empty_and_odd_ones() {
    assertThat(
            RequestValues.pairs(
                "a=1&a=2&b=&c&=x&d=%41+%zz%4&&e==".getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(
            Map.of(
                "a", List.of("1", "2"),
                "b", List.of(""),
                "c", List.of(""),
                "", List.of("x"),
                "d", List.of("A %zz%4"),
                "e", List.of("=")));
  }

  @Test
  void only_as_many_signatures_are_tried_as_a_provider_may_send() {
    var many = "v1=aa,".repeat(16) + "v1=aa";
    var format = new SignaturePlace.KeyValues(',', "v1", Optional.empty());
    assertThat(format.read(many)).isInstanceOf(Refused.class);
    assertThat(format.read(many.substring(6))).isInstanceOf(Candidates.class);
  }

  @Test
  void a_fresh_secret_has_the_form_that_its_scheme_reads() {
    var message =
        new Message(
            List.of(new Part.Body()),
            new SignaturePlace(new Place.Header("s"), new SignaturePlace.Plain()),
            Optional.empty(),
            List.of());
    for (var form : KeyForm.values()) {
      var scheme = new Hmac(HashAlgorithm.SHA256, Encoding.HEX, form, "", message);
      var secret = FreshSecret.of(scheme, new Random(9)).orElseThrow();
      assertThat(form.key(secret, "")).isPresent();
    }
    assertThat(
            FreshSecret.of(
                new StaticToken(new Place.Header("s"), "Basic", true, List.of()), new Random(9)))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "whsec_", "whsec_====", "whsec_*", "v1,whsec_", "v1,"})
  void a_secret_without_a_key_in_it_gives_none(String text) {
    assertThat(KeyForm.WHSEC.key(Secret.of(text), "v1,")).isEmpty();
  }

  @Test
  void a_prefix_before_the_secret_goes_first() {
    var plain = KeyForm.WHSEC.key(Secret.of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), "");
    var prefixed = KeyForm.WHSEC.key(Secret.of("v1,whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), "v1,");
    assertThat(prefixed)
        .isPresent()
        .hasValueSatisfying(key -> assertThat(key).isEqualTo(plain.orElseThrow()));
  }
}
