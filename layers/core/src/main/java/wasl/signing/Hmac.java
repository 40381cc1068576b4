package wasl.signing;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import wasl.signing.Gathered.Ready;
import wasl.signing.Verdict.Refused;
import wasl.vault.Secret;
import wasl.web.HttpRequest;

/// A keyed digest (RFC 2104) of the message: what most providers send.
///
/// @param keyPrefix taken off the secret before it is decoded, if it is there; mostly empty
public record Hmac(
    HashAlgorithm algorithm, Encoding encoding, KeyForm keyForm, String keyPrefix, Message message)
    implements Scheme {

  @Override
  public Verdict match(HttpRequest request, List<Secret> secrets) {
    var gathered = message.in(request);
    if (gathered instanceof Refused why) {
      return why;
    }
    var ready = (Ready) gathered;
    var digests = new ArrayList<byte[]>(secrets.size());
    for (var secret : secrets) {
      var key = keyForm.key(secret, keyPrefix);
      digests.add(key.isPresent() ? digest(key.get(), ready) : Comparison.UNUSABLE);
    }
    return Comparison.of(ready, encoding, digests);
  }

  private byte[] digest(byte[] key, Ready ready) {
    var mac = algorithm.mac(key);
    for (var piece : ready.message()) {
      mac.update(piece instanceof Piece.Bytes bytes ? bytes.bytes() : key);
    }
    return mac.doFinal();
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
