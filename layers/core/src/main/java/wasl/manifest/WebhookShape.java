package wasl.manifest;

import static wasl.manifest.Shape.Member.may;
import static wasl.manifest.Shape.Member.needed;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import wasl.manifest.Shape.Cases;
import wasl.manifest.Shape.Choice;
import wasl.manifest.Shape.Keys;
import wasl.manifest.Shape.ListOf;
import wasl.manifest.Shape.Member;
import wasl.manifest.Shape.Named;
import wasl.manifest.Shape.OneOrMore;
import wasl.manifest.Shape.Whole;
import wasl.manifest.Shape.WordOr;
import wasl.manifest.Shape.Words;
import wasl.manifest.Shape.YesNo;

/// Every key of a manifest's `webhook` section: the road obeys each of them, and any other is
/// refused, so that no manifest promises what nobody keeps.
final class WebhookShape {
  static final Words HEADER = new Words("[A-Za-z0-9_-]+", 100, "the name of a header");
  static final Words NAME = new Words("[^\\x00-\\x1F\\x7F]+", 200, "text on one line");
  static final Words TEXT = new Words("", 2000, "text");
  static final Words JSON_PATH =
      new Words(
          "(?:\\[[0-9]{1,3}\\]|[^.\\[\\]]+)(?:\\.[^.\\[\\]]+|\\[[0-9]{1,3}\\]){0,15}",
          200,
          "a path as \"data.items[0].id\"");
  static final Words KEBAB = new Words("[a-z0-9]+(?:-[a-z0-9]+)*", 64, "kebab-case");

  static final Shape CONFIDENCE =
      new Named("confidence", new Choice(List.of("source", "third_party", "recalled")));
  static final Member HOW_SURE =
      may(
          "confidence",
          CONFIDENCE,
          "source (default) where read in the provider's documents or SDK");
  static final Member RECALLED =
      may(
          "recalled",
          new ListOf(NAME, 50),
          "keys of this section, by dotted path, that are unconfirmed though the section is not");
  static final Member NOTES = may("notes", new ListOf(TEXT, 20), "what a reader should know");

  private static final Choice ALGORITHMS =
      new Choice(List.of("sha1", "sha256", "sha384", "sha512"));
  private static final Choice ENCODINGS = new Choice(List.of("hex", "base64", "base64url"));

  private static final Member HEADER_KEY = may("header", HEADER, "a header, any case");
  private static final Member QUERY_KEY = may("query", NAME, "a parameter of the URL's query");
  private static final Member FORM_KEY = may("form", NAME, "a field of a form in the body");
  private static final Member JSON_KEY = may("json", JSON_PATH, "a scalar of a JSON body");
  private static final Member LITERAL_KEY = may("literal", NAME, "this text itself");

  static final Shape PLACE =
      new Named(
          "place",
          new Keys(
              List.of(HEADER_KEY, QUERY_KEY, FORM_KEY, JSON_KEY, LITERAL_KEY),
              List.of("header", "query", "form", "json", "literal")));

  private static final Shape EVENT_PLACES = new Named("places", new OneOrMore(PLACE, 4));

  private static final Shape PART =
      new Named(
          "part",
          new WordOr(
              new Choice(
                  List.of("body", "timestamp", "id", "url", "method", "secret", "sorted_form")),
              new Keys(
                  List.of(LITERAL_KEY, HEADER_KEY, QUERY_KEY, FORM_KEY, JSON_KEY),
                  List.of("literal", "header", "query", "form", "json"))));

  private static final List<String> ANYWHERE = List.of("header", "query", "form", "json");

  private static final Shape SIGNATURE = new Named("signature", signature());

  private static final Choice TIME_UNITS = new Choice(List.of("s", "ms", "rfc3339"));

  private static final Shape SIGNED_TIME =
      new Named(
          "signedTime",
          new Keys(
              List.of(
                  may("signatureKey", NAME, "the key of the time inside a key_values signature"),
                  HEADER_KEY,
                  QUERY_KEY,
                  FORM_KEY,
                  JSON_KEY,
                  needed("unit", TIME_UNITS, "how the time is written"),
                  needed(
                      "toleranceSeconds",
                      new Whole(1, 86_400),
                      "how far it may lie from ours, in both directions")),
              List.of("signatureKey", "header", "query", "form", "json")));

  private static final Shape EVENT_TIME =
      new Named(
          "eventTime",
          new Keys(
              List.of(
                  HEADER_KEY,
                  QUERY_KEY,
                  FORM_KEY,
                  JSON_KEY,
                  needed("unit", TIME_UNITS, "how the time is written")),
              ANYWHERE));

  private static final Shape FIELD =
      new Named(
          "signedField",
          new Keys(
              List.of(
                  may("name", NAME, "text before the value"),
                  HEADER_KEY,
                  QUERY_KEY,
                  FORM_KEY,
                  JSON_KEY),
              ANYWHERE));

  private static final Shape TOKEN =
      new Named(
          "token",
          new Keys(
              List.of(
                  HEADER_KEY,
                  QUERY_KEY,
                  may("word", NAME, "what goes before the token, as \"Bearer\""),
                  may(
                      "basic",
                      new YesNo(),
                      "user:password in Base64; the secret is both, with the colon")),
              List.of("header", "query")));

  private static final Shape HANDSHAKE = new Named("handshake", handshake());

  /// The whole section, and each of its `alternatives`.
  static final Shape WEBHOOK =
      section(
          List.of(
              may(
                  "alternatives",
                  new ListOf(new Named("alternative", section(List.of())), 8),
                  "further schemes of this provider, each with a name of its own; facts left out"
                      + " are those of the section")));

  private WebhookShape() {}

  private static Shape signature() {
    var cases = new LinkedHashMap<String, Keys>();
    var places = List.of(HEADER_KEY, QUERY_KEY, FORM_KEY, JSON_KEY);
    cases.put("plain", new Keys(places, ANYWHERE));
    cases.put(
        "prefix",
        new Keys(places, ANYWHERE)
            .plus(List.of(needed("prefix", NAME, "what goes before the signature, as sha256="))));
    cases.put(
        "key_values",
        new Keys(places, ANYWHERE)
            .plus(
                List.of(
                    needed("key", NAME, "the key of the signatures, as v1"),
                    may(
                        "delimiter",
                        new Choice(List.of(",", "&", ";")),
                        "between pairs; a comma"))));
    cases.put(
        "tagged_list",
        new Keys(places, ANYWHERE)
            .plus(List.of(needed("tag", NAME, "the version before the comma, as v1"))));
    return new Cases("format", "how the signature is written; plain", "plain", cases);
  }

  private static Shape handshake() {
    var match =
        may(
            "match",
            new Keys(
                List.of(
                    HEADER_KEY, QUERY_KEY, FORM_KEY, JSON_KEY, needed("equals", NAME, "its value")),
                ANYWHERE),
            "which requests are handshakes");
    var methods =
        may(
            "methods",
            new ListOf(new Choice(List.of("GET", "HEAD", "POST", "PUT")), 4),
            "which methods are handshakes");
    var cases = new LinkedHashMap<String, Keys>();
    cases.put(
        "echo_query",
        new Keys(
            List.of(
                methods,
                needed("query", NAME, "the parameter to send back as text"),
                may(
                    "verifyToken",
                    NAME,
                    "the parameter that must hold the secret, or the handshake is refused"))));
    cases.put(
        "echo_json",
        new Keys(
            List.of(
                new Member("match", true, match.shape(), match.says()),
                needed("json", JSON_PATH, "the field to send back"),
                may("as", NAME, "its name in the answer; absent: plain text"))));
    cases.put(
        "hmac_of_field",
        new Keys(
            List.of(
                new Member("match", true, match.shape(), match.says()),
                needed("json", JSON_PATH, "the field whose HMAC is asked for"),
                needed("fieldAs", NAME, "the field's name in the answer"),
                needed("hmacAs", NAME, "the HMAC's name in the answer"),
                may("encoding", ENCODINGS, "of the HMAC; hex"))));
    cases.put("head_or_get_200", new Keys(List.of()));
    cases.put("signature_probe_401", new Keys(List.of()));
    return new Cases("kind", "what the provider asks before it sends", "", cases);
  }

  private static Shape section(List<Member> more) {
    var facts = new ArrayList<Member>();
    facts.add(may("name", KEBAB, "tells the schemes of one provider apart"));
    facts.addAll(facts());
    facts.addAll(more);

    var signed =
        List.of(
            needed("signature", SIGNATURE, "where the signature stands"),
            needed("signed", new ListOf(PART, 20), "what is signed, in order"),
            may("timestamp", SIGNED_TIME, "the time that is signed"));
    var encoded = List.of(needed("encoding", ENCODINGS, "of the signature"));
    var keyed =
        List.of(
            needed("algorithm", ALGORITHMS, "the digest"),
            may(
                "key",
                new Choice(List.of("utf8", "hex", "base64", "whsec")),
                "how the secret becomes the key; utf8"),
            may("keyPrefix", NAME, "taken off the secret first, if it is there"));

    var cases = new LinkedHashMap<String, Keys>();
    cases.put("hmac", new Keys(joined(keyed, encoded, signed, facts)));
    cases.put(
        "hash",
        new Keys(
            joined(
                List.of(
                    needed(
                        "algorithm",
                        new Choice(List.of("md5", "sha1", "sha256", "sha384", "sha512")),
                        "the digest")),
                encoded,
                signed,
                facts)));
    cases.put(
        "hmac_ordered_fields",
        new Keys(
            joined(
                keyed,
                encoded,
                List.of(
                    needed("signature", SIGNATURE, "where the signature stands"),
                    needed("fields", new ListOf(FIELD, 50), "what is signed, in order"),
                    may("separator", NAME, "between fields")),
                facts)));
    cases.put(
        "hmac_sorted_fields",
        new Keys(
            joined(
                keyed,
                encoded,
                List.of(
                    needed("signature", SIGNATURE, "where the signature stands"),
                    needed("from", new Choice(List.of("query", "form")), "whose fields are signed"),
                    needed(
                        "excluded", new ListOf(NAME, 20), "fields left out; the signature's own"),
                    may("dropEmpty", new YesNo(), "whether empty fields are left out"),
                    may("urlEncode", new YesNo(), "whether names and values are encoded anew"),
                    may("assign", NAME, "between name and value; an equals sign"),
                    may("separator", NAME, "between fields"),
                    may(
                        "repeated",
                        new Choice(List.of("refused", "comma")),
                        "what becomes of a repeated field; refused")),
                facts)));
    cases.put(
        "asymmetric",
        new Keys(
            joined(
                List.of(
                    needed(
                        "algorithm",
                        new Choice(List.of("ed25519", "ecdsa_p256_sha256", "rsa_pkcs1_sha256")),
                        "the signature's"),
                    needed(
                        "key",
                        new Choice(List.of("raw_hex", "spki", "pem", "whpk")),
                        "how the public key is shown")),
                encoded,
                signed,
                facts)));
    cases.put(
        "static_token",
        new Keys(
            joined(List.of(needed("token", TOKEN, "where the secret itself is sent")), facts)));
    return new Cases("scheme", "how requests are signed", "", cases);
  }

  private static List<Member> facts() {
    return List.of(
        may(
            "eventId",
            new OneOrMore(PLACE, 4),
            "the provider's id of the event; several are joined"),
        may("eventType", EVENT_PLACES, "its type; several are joined by dots"),
        may("eventTime", EVENT_TIME, "when it happened"),
        may("account", EVENT_PLACES, "the provider's account that it is about"),
        may("handshake", HANDSHAKE, "what the provider asks before it sends"),
        may(
            "answer",
            new Named(
                "answer",
                new Keys(
                    List.of(
                        may("status", new Whole(200, 204), "of an accepted webhook; 200"),
                        may("contentType", NAME, "of the body"),
                        may("body", TEXT, "of an accepted webhook; empty")))),
            "what the provider wants to read when a webhook was stored"),
        may(
            "retries",
            new Named(
                "retries",
                new Keys(
                    List.of(
                        may("attempts", new Whole(0, 100), "after the first"),
                        may("hours", new Whole(0, 2_160), "how long the provider tries again"),
                        may("says", TEXT, "the provider's schedule in words")))),
            "how the provider tries again; ids are remembered for as long"),
        may("timeoutSeconds", new Whole(1, 120), "how long the provider waits for an answer"),
        may(
            "secret",
            new Named(
                "secret",
                new Keys(
                    List.of(
                        may(
                            "madeBy",
                            new Choice(List.of("provider", "wasl")),
                            "who makes it; provider (default) means that the user brings it"),
                        may(
                            "label",
                            new Named("localText", localText(100)),
                            "its name at the provider"),
                        may("hint", new Named("localHint", localText(500)), "where to find it"),
                        may("pattern", NAME, "what forms check; never the receipt"),
                        may("example", NAME, "an invented one")))),
            "the secret that signs"),
        may("eventTypes", new ListOf(NAME, 500), "types known to exist"),
        may(
            "contentTypes",
            new ListOf(new Words("[a-z]+/[a-z0-9.+-]+", 100, "a media type"), 4),
            "how bodies are sent"),
        HOW_SURE,
        RECALLED,
        NOTES);
  }

  static Keys localText(int longest) {
    var text = new Words("", longest, "text");
    return new Keys(List.of(needed("en", text, "in English"), needed("ar", text, "in Arabic")));
  }

  @SafeVarargs
  private static List<Member> joined(List<Member>... lists) {
    var all = new ArrayList<Member>();
    for (var list : lists) {
      all.addAll(list);
    }
    return List.copyOf(all);
  }
}
