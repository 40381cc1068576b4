package wasl.signing;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import wasl.signing.Verdict.Genuine;
import wasl.signing.Verdict.Reason;
import wasl.signing.Verdict.Refused;
import wasl.vault.Secret;
import wasl.web.HttpRequest;

/// The secret itself, sent along: proves who sent, and nothing about what was sent.
///
/// @param word before the token, as `Bearer`; empty for none
/// @param basic whether the token is `user:password` in Base64 (RFC 7617)
/// @param single headers of ids and times, refused if doubled
public record StaticToken(Place place, String word, boolean basic, List<String> single)
    implements Scheme {
  public StaticToken {
    single = List.copyOf(single);
  }

  @Override
  public Verdict match(HttpRequest request, List<Secret> secrets) {
    var values = new RequestValues(request);
    var sent = values.all(place);
    if (sent.isEmpty() || sent.getFirst().isEmpty()) {
      return new Refused(Reason.MISSING_SIGNATURE, "the request carries no token");
    }
    if (sent.size() > 1) {
      return new Refused(Reason.DOUBLED_HEADER, "the token was sent twice");
    }
    for (var header : single) {
      if (values.one(new Place.Header(header)).orElse("").indexOf(',') >= 0) {
        return new Refused(Reason.DOUBLED_HEADER, header.concat(" was sent twice"));
      }
    }
    var token = token(sent.getFirst());
    return token.isEmpty()
        ? new Refused(Reason.MALFORMED_SIGNATURE, "the token is not written as it should be")
        : compare(token.get(), secrets);
  }

  private Optional<byte[]> token(String text) {
    var rest = text;
    if (!word.isEmpty()) {
      // The scheme word of an Authorization header has no case (RFC 9110 section 11.1).
      if (!text.regionMatches(true, 0, word.concat(" "), 0, word.length() + 1)) {
        return Optional.empty();
      }
      rest = text.substring(word.length() + 1);
    }
    if (!basic) {
      return Optional.of(rest.getBytes(StandardCharsets.UTF_8));
    }
    return Encoding.BASE64.decode(rest);
  }

  // Digests are compared, so that the time taken says nothing about the secret's length.
  private static Verdict compare(byte[] token, List<Secret> secrets) {
    var sent = HashAlgorithm.SHA256.digest().digest(token);
    boolean usable = false;
    for (int i = 0; i < secrets.size(); i++) {
      var key = KeyForm.UTF8.key(secrets.get(i), "");
      if (key.isEmpty()) {
        continue;
      }
      usable = true;
      if (MessageDigest.isEqual(sent, HashAlgorithm.SHA256.digest().digest(key.get()))) {
        return new Genuine(i, Optional.empty());
      }
    }
    return usable
        ? new Refused(Reason.WRONG_SIGNATURE, "the token is another one")
        : new Refused(Reason.UNUSABLE_SECRET, "the secret is blank");
  }

  @Override
  public Optional<SignedTime> signedTime() {
    return Optional.empty();
  }

  /// Nothing: whoever has seen one request can write another.
  @Override
  public boolean covers(Place other) {
    return false;
  }

  @Override
  public Optional<Instant> signedAt(HttpRequest request) {
    return Optional.empty();
  }
}
