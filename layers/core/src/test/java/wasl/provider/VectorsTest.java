package wasl.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.stripe.exception.SignatureVerificationException;
import com.stripe.model.Event;
import com.stripe.net.Webhook;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import wasl.inbound.EventFacts;
import wasl.signing.Verdict;
import wasl.signing.Verdict.Genuine;
import wasl.signing.Verdict.Reason;
import wasl.signing.Verdict.Refused;
import wasl.signing.Verifier;
import wasl.vault.Secret;
import wasl.web.Headers;
import wasl.web.HttpRequest;

/// Every vector of every provider, and every byte of those that are genuine.
class VectorsTest {
  private final Verifier verifier = new Verifier();

  static List<Vector> all() {
    return Vector.all();
  }

  static List<Vector> genuine() {
    return Vector.all().stream().filter(vector -> vector.verdict().equals("genuine")).toList();
  }

  private Verdict verdict(Vector vector, HttpRequest request) {
    return verifier.verify(vector.spec().scheme(), request, vector.secrets(), vector.at());
  }

  @ParameterizedTest
  @MethodSource("all")
  void is_judged_as_it_says(Vector vector) {
    switch (verdict(vector, vector.request())) {
      case Genuine _ -> assertThat(vector.verdict()).isEqualTo("genuine");
      case Refused(var reason, _) -> assertThat(vector.verdict()).isEqualTo(reason.name());
    }
  }

  @ParameterizedTest
  @MethodSource("genuine")
  void any_byte_that_is_signed_breaks_it_and_any_other_does_not(Vector vector) {
    var changed = new ArrayList<Change>();
    changed.addAll(changes(vector, "method", "", vector.method()));
    changed.addAll(changes(vector, "url", "", vector.url()));
    vector
        .headers()
        .forEach((name, value) -> changed.addAll(changes(vector, "header", name, value)));
    assertThat(changed).isNotEmpty();
    for (var change : changed) {
      assertThat(verdict(vector, change.request()))
          .as(change.what())
          .isInstanceOf(change.unsigned() ? Genuine.class : Refused.class);
    }
    for (int i = 0; i < vector.body().length; i++) {
      var passed = new ArrayList<Integer>();
      for (int bit = 1; bit < 256; bit <<= 1) {
        var body = vector.body().clone();
        body[i] ^= (byte) bit;
        if (vector.means(body)) {
          continue;
        }
        var request =
            new HttpRequest(vector.method(), vector.url(), new Headers(vector.headers()), body);
        if (verdict(vector, request) instanceof Genuine) {
          passed.add(bit);
        }
      }
      // Of a byte that is not signed some values may be no JSON any more.
      assertThat(passed.isEmpty())
          .as("byte %d of the body, bits %s", i, passed)
          .isNotEqualTo(vector.isUnsigned("body", "", i));
    }
  }

  private record Change(String what, boolean unsigned, HttpRequest request) {}

  private static List<Change> changes(Vector vector, String part, String name, String value) {
    var changes = new ArrayList<Change>();
    for (int i = 0; i < value.length(); i++) {
      boolean unsigned = vector.isUnsigned(part, name, i);
      for (var other : others(value.charAt(i), unsigned)) {
        var text = value.substring(0, i) + other + value.substring(i + 1);
        changes.add(
            new Change(
                "%s %s, character %d is %s".formatted(part, name, i, other),
                unsigned,
                changed(vector, part, name, text)));
      }
    }
    return changes;
  }

  /// Characters of another value: hexadecimal digits have none in their case.
  private static List<String> others(char was, boolean unsigned) {
    var others = new ArrayList<String>();
    for (var other : unsigned ? "QZ7".toCharArray() : "aB7,.=+ é".toCharArray()) {
      if (Character.toLowerCase(other) != Character.toLowerCase(was)) {
        others.add(String.valueOf(other));
      }
    }
    return others;
  }

  private static HttpRequest changed(Vector vector, String part, String name, String text) {
    return switch (part) {
      case "method" ->
          new HttpRequest(text, vector.url(), new Headers(vector.headers()), vector.body());
      case "url" ->
          new HttpRequest(vector.method(), text, new Headers(vector.headers()), vector.body());
      default -> vector.withHeader(name, text);
    };
  }

  @ParameterizedTest
  @MethodSource("genuine")
  void each_signed_header_is_missed_and_may_not_be_doubled(Vector vector) {
    for (var name : vector.headers().keySet()) {
      if (!vector.isUnsigned("header", name, 0)) {
        assertThat(verdict(vector, vector.withoutHeader(name))).isInstanceOf(Refused.class);
        var value = vector.headers().get(name);
        for (var folded : List.of(value + "," + value, value + ", " + value)) {
          assertThat(verdict(vector, vector.withHeader(name, folded)))
              .as(name)
              .isInstanceOf(Refused.class);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("genuine")
  void a_time_is_bounded_in_both_directions(Vector vector) {
    var time = vector.spec().scheme().signedTime();
    if (time.isEmpty()) {
      return;
    }
    var signedAt = vector.spec().scheme().signedAt(vector.request()).orElseThrow();
    var tolerance = time.get().tolerance();
    assertThat(reasonAt(vector, signedAt.plus(tolerance))).isEmpty();
    assertThat(reasonAt(vector, signedAt.minus(tolerance))).isEmpty();
    assertThat(reasonAt(vector, signedAt.plus(tolerance).plusSeconds(1))).isEqualTo("STALE");
    assertThat(reasonAt(vector, signedAt.minus(tolerance).minusSeconds(1))).isEqualTo("FUTURE");
    assertThat(reasonAt(vector, signedAt.plus(Duration.ofDays(3650)))).isEqualTo("STALE");
  }

  private String reasonAt(Vector vector, Instant now) {
    return switch (verifier.verify(
        vector.spec().scheme(), vector.request(), vector.secrets(), now)) {
      case Genuine _ -> "";
      case Refused(var reason, _) -> reason.name();
    };
  }

  @ParameterizedTest
  @MethodSource("genuine")
  void no_secret_lets_nothing_through(Vector vector) {
    for (var none : List.of(List.<Secret>of(), List.of(Secret.of("")), List.of(Secret.of(" \t")))) {
      assertThat(verifier.verify(vector.spec().scheme(), vector.request(), none, vector.at()))
          .isInstanceOfSatisfying(
              Refused.class,
              refused ->
                  assertThat(refused.reason()).isIn(Reason.NO_SECRET, Reason.UNUSABLE_SECRET));
    }
  }

  @ParameterizedTest
  @MethodSource("genuine")
  void another_provider_s_scheme_refuses_it(Vector vector) {
    for (var other : genuine()) {
      if (!other.spec().scheme().equals(vector.spec().scheme())) {
        assertThat(
                verifier.verify(
                    other.spec().scheme(), vector.request(), vector.secrets(), vector.at()))
            .isInstanceOf(Refused.class);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void facts_are_taken_of_any_request_without_a_throw(Vector vector) {
    assertThatCode(() -> EventFacts.of(vector.spec(), vector.request())).doesNotThrowAnyException();
  }

  @Test
  void stripe_java_takes_each_genuine_vector_of_stripe() {
    var vectors = genuine().stream().filter(vector -> vector.id().startsWith("stripe/")).toList();
    assertThat(vectors).isNotEmpty();
    for (var vector : vectors) {
      var body = new String(vector.body(), StandardCharsets.UTF_8);
      var signature = vector.headers().getOrDefault("Stripe-Signature", "");
      assertThat(vector.secrets())
          .as(vector.id())
          .anySatisfy(
              secret -> assertThat(event(body, signature, secret).getId()).startsWith("evt_"));
    }
  }

  /// Without its check of the time, which reads the real clock.
  private static Event event(String body, String signature, Secret secret) {
    try {
      return Webhook.constructEvent(body, signature, secret.reveal(), 0);
    } catch (SignatureVerificationException refused) {
      throw new AssertionError(refused);
    }
  }

  @Test
  void every_provider_that_sends_webhooks_has_vectors_of_both_kinds() {
    for (var provider :
        Accounts.manifests().stream()
            .filter(manifest -> manifest.webhook().isPresent())
            .map(manifest -> manifest.id().value())
            .toList()) {
      assertThat(Vector.all())
          .filteredOn(vector -> vector.id().startsWith(provider + "/"))
          .extracting(vector -> vector.verdict().equals("genuine"))
          .contains(true, false);
    }
  }
}
