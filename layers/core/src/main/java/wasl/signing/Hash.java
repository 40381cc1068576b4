package wasl.signing;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import wasl.signing.Gathered.Ready;
import wasl.signing.Verdict.Refused;
import wasl.vault.Secret;
import wasl.web.HttpRequest;

/// A plain digest with the secret inside the message: weaker than [Hmac], but what some providers
/// send.
public record Hash(HashAlgorithm algorithm, Encoding encoding, Message message) implements Scheme {
  public Hash {
    // Without it anyone could make the digest.
    if (!message.parts().contains(new Part.SecretItself())) {
      throw new IllegalArgumentException("a digest proves nothing without the secret in it");
    }
  }

  @Override
  public Verdict match(HttpRequest request, List<Secret> secrets) {
    var gathered = message.in(request);
    if (gathered instanceof Refused why) {
      return why;
    }
    var ready = (Ready) gathered;
    var digests = new ArrayList<byte[]>(secrets.size());
    for (var secret : secrets) {
      var key = KeyForm.UTF8.key(secret, "");
      digests.add(key.isPresent() ? digest(key.get(), ready) : Comparison.UNUSABLE);
    }
    return Comparison.of(ready, encoding, digests);
  }

  private byte[] digest(byte[] secret, Ready ready) {
    var digest = algorithm.digest();
    for (var piece : ready.message()) {
      digest.update(piece instanceof Piece.Bytes bytes ? bytes.bytes() : secret);
    }
    return digest.digest();
  }

  @Override
  public Optional<SignedTime> signedTime() {
    return message.time();
  }

  @Override
  public boolean covers(Place place) {
    return message.covers(place);
  }

  @Override
  public Optional<Instant> signedAt(HttpRequest request) {
    return message.signedAt(new RequestValues(request));
  }
}
