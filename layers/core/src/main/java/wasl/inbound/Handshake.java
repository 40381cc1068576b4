package wasl.inbound;

import com.fasterxml.jackson.core.JsonFactory;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import wasl.manifest.HandshakeSpec;
import wasl.manifest.HandshakeSpec.EchoJson;
import wasl.manifest.HandshakeSpec.EchoQuery;
import wasl.manifest.HandshakeSpec.HeadOrGet;
import wasl.manifest.HandshakeSpec.HmacOfField;
import wasl.manifest.HandshakeSpec.Match;
import wasl.manifest.HandshakeSpec.SignatureProbe;
import wasl.manifest.WebhookSpec;
import wasl.signing.Digests;
import wasl.signing.JsonPath;
import wasl.signing.Place;
import wasl.signing.RequestValues;
import wasl.signing.Verdict.Genuine;
import wasl.signing.Verifier;
import wasl.vault.Secret;
import wasl.web.HttpRequest;

/// Answers what a provider asks of a URL before it sends webhooks there.
public final class Handshake {
  private static final JsonFactory FACTORY = new JsonFactory();

  /// No provider's challenge is longer; what comes back unchecked should be short.
  private static final int LONGEST = 1024;

  private final Verifier verifier = new Verifier();

  /// The answer to a handshake; empty where the request is none, and then it is to be verified.
  ///
  /// @param secrets those in force
  public Optional<HandshakeAnswer> answer(
      WebhookSpec spec, HttpRequest request, List<Secret> secrets, Instant now) {
    return spec.handshake().isEmpty()
        ? Optional.empty()
        : answer(spec.handshake().get(), spec, request, secrets, now);
  }

  private Optional<HandshakeAnswer> answer(
      HandshakeSpec handshake,
      WebhookSpec spec,
      HttpRequest request,
      List<Secret> secrets,
      Instant now) {
    return switch (handshake) {
      case EchoQuery echo -> echo(echo, request, secrets);
      case EchoJson echo ->
          field(echo.match(), echo.field(), spec, request, secrets, now)
              .map(asked -> echoed(echo, asked.field()));
      case HmacOfField hmac ->
          field(hmac.match(), hmac.field(), spec, request, secrets, now)
              .map(asked -> signed(hmac, asked));
      case HeadOrGet _ ->
          request.method().equals("HEAD") || request.method().equals("GET")
              ? Optional.of(HandshakeAnswer.EMPTY)
              : Optional.empty();
      // A wrong signature is answered 401 without any doing.
      case SignatureProbe _ -> Optional.empty();
    };
  }

  private static Optional<HandshakeAnswer> echo(
      EchoQuery echo, HttpRequest request, List<Secret> secrets) {
    var values = new RequestValues(request);
    var challenge = values.one(new Place.Query(echo.parameter()));
    if (!echo.methods().contains(request.method())
        || challenge.isEmpty()
        || challenge.get().length() > LONGEST) {
      return Optional.empty();
    }
    if (echo.verifyToken().isPresent()) {
      var token = values.one(new Place.Query(echo.verifyToken().get()));
      if (token.isEmpty() || !isOneOf(token.get(), secrets)) {
        return Optional.of(HandshakeAnswer.FORBIDDEN);
      }
    }
    return Optional.of(HandshakeAnswer.text(challenge.get()));
  }

  private static boolean isOneOf(String token, List<Secret> secrets) {
    for (var secret : secrets) {
      if (secret.length() > 0
          && MessageDigest.isEqual(token.getBytes(StandardCharsets.UTF_8), secret.revealBytes())) {
        return true;
      }
    }
    return false;
  }

  /// The field of a genuine handshake, and the secret that signed it.
  private record Asked(String field, Secret secret) {}

  /// What a genuine handshake asks for. Unsigned ones are none: who may have any text signed can
  /// sign webhooks.
  private Optional<Asked> field(
      Match match,
      JsonPath field,
      WebhookSpec spec,
      HttpRequest request,
      List<Secret> secrets,
      Instant now) {
    var values = new RequestValues(request);
    if (!values.one(match.place()).equals(Optional.of(match.equalTo()))) {
      return Optional.empty();
    }
    if (!(verifier.verify(spec.scheme(), request, secrets, now) instanceof Genuine genuine)) {
      return Optional.empty();
    }
    return values
        .one(new Place.Json(field))
        .filter(text -> text.length() <= LONGEST)
        .map(text -> new Asked(text, secrets.get(genuine.secret())));
  }

  private static HandshakeAnswer echoed(EchoJson echo, String field) {
    return echo.as().isPresent()
        ? json(List.of(echo.as().get(), field))
        : HandshakeAnswer.text(field);
  }

  private static HandshakeAnswer signed(HmacOfField hmac, Asked asked) {
    var digest = Digests.hmacSha256(asked.secret(), asked.field(), hmac.encoding());
    return json(List.of(hmac.fieldAs(), asked.field(), hmac.hmacAs(), digest));
  }

  private static HandshakeAnswer json(List<String> namesAndValues) {
    var text = new StringWriter();
    try (var generator = FACTORY.createGenerator(text)) {
      generator.writeStartObject();
      for (int i = 0; i < namesAndValues.size(); i += 2) {
        generator.writeStringField(namesAndValues.get(i), namesAndValues.get(i + 1));
      }
      generator.writeEndObject();
    } catch (IOException e) {
      throw new AssertionError("a string takes everything", e);
    }
    return new HandshakeAnswer(200, "application/json", text.toString());
  }
}
