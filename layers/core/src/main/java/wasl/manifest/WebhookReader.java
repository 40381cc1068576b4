package wasl.manifest;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import wasl.manifest.Node.Fields;
import wasl.manifest.WebhookSpec.Answer;
import wasl.manifest.WebhookSpec.EventTime;
import wasl.manifest.WebhookSpec.SecretMaker;
import wasl.signing.Asymmetric;
import wasl.signing.Encoding;
import wasl.signing.Hash;
import wasl.signing.HashAlgorithm;
import wasl.signing.Hmac;
import wasl.signing.JsonPath;
import wasl.signing.KeyForm;
import wasl.signing.Message;
import wasl.signing.Part;
import wasl.signing.Place;
import wasl.signing.PublicKeyForm;
import wasl.signing.Scheme;
import wasl.signing.SignaturePlace;
import wasl.signing.SignedTime;
import wasl.signing.StaticToken;
import wasl.signing.TimeFormat;

/// Turns a `webhook` section that was checked into types. On the path that a provider waits for,
/// hence plain loops and no switch over types, which the JVM builds at run time.
final class WebhookReader {
  private WebhookReader() {}

  /// @throws IllegalArgumentException if the section was never checked and is none
  static WebhookSpec read(ProviderId provider, Fields section) {
    var alternatives = new ArrayList<WebhookSpec>();
    for (var node : section.list("alternatives")) {
      if (node instanceof Fields alternative) {
        alternatives.add(spec(provider, alternative, section, List.of()));
      }
    }
    return spec(provider, section, section, alternatives);
  }

  private static WebhookSpec spec(
      ProviderId provider, Fields own, Fields section, List<WebhookSpec> alternatives) {
    var eventId = places("eventId", fact("eventId", own, section));
    var eventType = places("eventType", fact("eventType", own, section));
    var eventTime = eventTime(fact("eventTime", own, section).fields("eventTime"));
    var signedTime = signedTime(own.fields("timestamp"));
    var answer = fact("answer", own, section).fields("answer");
    var retries = fact("retries", own, section).fields("retries");
    var maker = fact("secret", own, section).fields("secret").text("madeBy", "provider");
    return new WebhookSpec(
        provider,
        own.text("name", WebhookSpec.DEFAULT_SCHEME),
        scheme(own, eventId, single(eventId, eventType, eventTime, signedTime)),
        eventId,
        eventType,
        eventTime,
        places("account", fact("account", own, section)),
        handshake(fact("handshake", own, section).fields("handshake")),
        new Answer(
            answer.number("status", 200), answer.text("contentType", ""), answer.text("body", "")),
        Duration.ofHours(retries.number("hours", 0)),
        maker.equals("wasl") ? SecretMaker.WASL : SecretMaker.PROVIDER,
        alternatives);
  }

  /// Where a fact is told: by the alternative itself, else by the section.
  private static Fields fact(String key, Fields own, Fields section) {
    return own.has(key) ? own : section;
  }

  private static List<Place> places(String key, Fields from) {
    var places = new ArrayList<Place>();
    for (var node : from.list(key)) {
      if (node instanceof Fields fields) {
        places.add(placed(fields, key));
      }
    }
    return places;
  }

  private static Optional<Place> place(Fields fields) {
    if (fields.has("header")) {
      return Optional.of(new Place.Header(fields.text("header", "")));
    }
    if (fields.has("query")) {
      return Optional.of(new Place.Query(fields.text("query", "")));
    }
    if (fields.has("form")) {
      return Optional.of(new Place.Form(fields.text("form", "")));
    }
    if (fields.has("json")) {
      return Optional.of(new Place.Json(JsonPath.of(fields.text("json", ""))));
    }
    return fields.has("literal")
        ? Optional.of(new Place.Literal(fields.text("literal", "")))
        : Optional.empty();
  }

  private static Place placed(Fields fields, String key) {
    var place = place(fields);
    if (place.isEmpty()) {
      throw unreadable(key);
    }
    return place.get();
  }

  private static Optional<EventTime> eventTime(Fields fields) {
    var place = place(fields);
    return place.isPresent()
        ? Optional.of(new EventTime(place.get(), timeFormat(fields)))
        : Optional.empty();
  }

  private static TimeFormat timeFormat(Fields fields) {
    var unit = fields.text("unit", "");
    if (unit.equals("s")) {
      return TimeFormat.SECONDS;
    }
    return unit.equals("ms") ? TimeFormat.MILLISECONDS : TimeFormat.RFC3339;
  }

  private static Scheme scheme(Fields own, List<Place> eventId, List<String> single) {
    var kind = own.text("scheme", "");
    if (kind.equals("static_token")) {
      var token = own.fields("token");
      boolean basic = token.flag("basic", false);
      return new StaticToken(
          placed(token, "token"), token.text("word", basic ? "Basic" : ""), basic, single);
    }
    var message = message(own, eventId, single);
    if (kind.equals("asymmetric")) {
      return new Asymmetric(publicKey(own), encoding(own), publicKeyForm(own), message);
    }
    if (kind.equals("hash")) {
      return new Hash(algorithm(own), encoding(own), message);
    }
    if (kind.equals("hmac")
        || kind.equals("hmac_ordered_fields")
        || kind.equals("hmac_sorted_fields")) {
      return new Hmac(
          algorithm(own), encoding(own), keyForm(own), own.text("keyPrefix", ""), message);
    }
    throw unreadable("scheme");
  }

  private static Message message(Fields own, List<Place> eventId, List<String> single) {
    return new Message(
        parts(own, eventId),
        signature(own.fields("signature"), own.fields("timestamp").text("signatureKey")),
        signedTime(own.fields("timestamp")),
        single);
  }

  private static Optional<SignedTime> signedTime(Fields fields) {
    if (fields.nodes().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new SignedTime(
            place(fields),
            timeFormat(fields),
            Duration.ofSeconds(fields.number("toleranceSeconds", 0))));
  }

  /// The headers of ids, types and times, which a genuine request holds once.
  private static List<String> single(
      List<Place> eventId,
      List<Place> eventType,
      Optional<EventTime> eventTime,
      Optional<SignedTime> signedTime) {
    var places = new ArrayList<Place>(eventId);
    places.addAll(eventType);
    if (eventTime.isPresent()) {
      places.add(eventTime.get().place());
    }
    if (signedTime.isPresent() && signedTime.get().place().isPresent()) {
      places.add(signedTime.get().place().get());
    }
    var names = new ArrayList<String>();
    for (var place : places) {
      if (place instanceof Place.Header header) {
        names.add(header.name());
      }
    }
    return names;
  }

  private static SignaturePlace signature(Fields fields, Optional<String> timeKey) {
    var place = placed(fields, "signature");
    return new SignaturePlace(place, format(fields, timeKey));
  }

  private static SignaturePlace.Format format(Fields fields, Optional<String> timeKey) {
    var format = fields.text("format", "plain");
    if (format.equals("prefix")) {
      return new SignaturePlace.Prefixed(fields.text("prefix", ""));
    }
    if (format.equals("key_values")) {
      return new SignaturePlace.KeyValues(
          fields.text("delimiter", ",").charAt(0), fields.text("key", ""), timeKey);
    }
    return format.equals("tagged_list")
        ? new SignaturePlace.Tagged(fields.text("tag", ""))
        : new SignaturePlace.Plain();
  }

  private static List<Part> parts(Fields own, List<Place> eventId) {
    var kind = own.text("scheme", "");
    if (kind.equals("hmac_ordered_fields")) {
      return List.of(ordered(own));
    }
    if (kind.equals("hmac_sorted_fields")) {
      return List.of(sorted(own));
    }
    var parts = new ArrayList<Part>();
    for (var node : own.list("signed")) {
      parts.add(node instanceof Node.Text word ? part(word.value(), eventId) : part(node));
    }
    return parts;
  }

  private static Part part(Node node) {
    if (node instanceof Fields fields) {
      var place = placed(fields, "signed");
      return place instanceof Place.Literal literal
          ? new Part.Literal(literal.text())
          : new Part.Value(place, "");
    }
    throw unreadable("signed");
  }

  private static Part part(String word, List<Place> eventId) {
    return switch (word) {
      case "body" -> new Part.Body();
      case "timestamp" -> new Part.Time();
      case "url" -> new Part.Url();
      case "method" -> new Part.Method();
      case "secret" -> new Part.SecretItself();
      case "sorted_form" -> new Part.SortedForm();
      case "id" -> {
        if (eventId.size() != 1) {
          throw unreadable("signed");
        }
        yield new Part.Value(eventId.getFirst(), "");
      }
      default -> throw unreadable("signed");
    };
  }

  private static Part ordered(Fields own) {
    var fields = new ArrayList<Part.NamedField>();
    for (var node : own.list("fields")) {
      if (node instanceof Fields field) {
        fields.add(new Part.NamedField(field.text("name", ""), placed(field, "fields")));
      }
    }
    return new Part.OrderedFields(fields, own.text("separator", ""));
  }

  private static Part sorted(Fields own) {
    return new Part.SortedFields(
        own.text("from", "").equals("query"),
        own.texts("excluded"),
        own.flag("dropEmpty", false),
        own.flag("urlEncode", false),
        own.text("assign", "="),
        own.text("separator", ""),
        own.text("repeated", "").equals("comma") ? Part.Repeated.COMMA : Part.Repeated.REFUSED);
  }

  private static HashAlgorithm algorithm(Fields own) {
    return switch (own.text("algorithm", "")) {
      case "md5" -> HashAlgorithm.MD5;
      case "sha1" -> HashAlgorithm.SHA1;
      case "sha256" -> HashAlgorithm.SHA256;
      case "sha384" -> HashAlgorithm.SHA384;
      case "sha512" -> HashAlgorithm.SHA512;
      default -> throw unreadable("algorithm");
    };
  }

  private static Encoding encoding(Fields own) {
    return encoding(own.text("encoding", ""));
  }

  private static Encoding encoding(String text) {
    return switch (text) {
      case "hex" -> Encoding.HEX;
      case "base64" -> Encoding.BASE64;
      case "base64url" -> Encoding.BASE64URL;
      default -> throw unreadable("encoding");
    };
  }

  private static KeyForm keyForm(Fields own) {
    return switch (own.text("key", "utf8")) {
      case "utf8" -> KeyForm.UTF8;
      case "hex" -> KeyForm.HEX;
      case "base64" -> KeyForm.BASE64;
      case "whsec" -> KeyForm.WHSEC;
      default -> throw unreadable("key");
    };
  }

  private static Asymmetric.Algorithm publicKey(Fields own) {
    return switch (own.text("algorithm", "")) {
      case "ed25519" -> Asymmetric.Algorithm.ED25519;
      case "ecdsa_p256_sha256" -> Asymmetric.Algorithm.ECDSA_P256_SHA256;
      case "rsa_pkcs1_sha256" -> Asymmetric.Algorithm.RSA_PKCS1_SHA256;
      default -> throw unreadable("algorithm");
    };
  }

  private static PublicKeyForm publicKeyForm(Fields own) {
    return switch (own.text("key", "")) {
      case "raw_hex" -> PublicKeyForm.RAW_HEX;
      case "spki" -> PublicKeyForm.SPKI;
      case "pem" -> PublicKeyForm.PEM;
      case "whpk" -> PublicKeyForm.WHPK;
      default -> throw unreadable("key");
    };
  }

  private static Optional<HandshakeSpec> handshake(Fields fields) {
    return switch (fields.text("kind", "")) {
      case "" -> Optional.empty();
      case "echo_query" ->
          Optional.of(
              new HandshakeSpec.EchoQuery(
                  fields.has("methods") ? fields.texts("methods") : List.of("GET"),
                  fields.text("query", ""),
                  fields.text("verifyToken")));
      case "echo_json" ->
          Optional.of(
              new HandshakeSpec.EchoJson(
                  match(fields), JsonPath.of(fields.text("json", "")), fields.text("as")));
      case "hmac_of_field" ->
          Optional.of(
              new HandshakeSpec.HmacOfField(
                  match(fields),
                  JsonPath.of(fields.text("json", "")),
                  fields.text("fieldAs", ""),
                  fields.text("hmacAs", ""),
                  encoding(fields.text("encoding", "hex"))));
      case "head_or_get_200" -> Optional.of(new HandshakeSpec.HeadOrGet());
      case "signature_probe_401" -> Optional.of(new HandshakeSpec.SignatureProbe());
      default -> throw unreadable("handshake");
    };
  }

  private static HandshakeSpec.Match match(Fields fields) {
    var match = fields.fields("match");
    return new HandshakeSpec.Match(placed(match, "handshake"), match.text("equals", ""));
  }

  private static IllegalArgumentException unreadable(String key) {
    return new IllegalArgumentException("no webhook section: ".concat(key));
  }
}
