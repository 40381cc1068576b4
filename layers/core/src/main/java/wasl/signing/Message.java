package wasl.signing;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import wasl.signing.Signatures.Candidates;
import wasl.signing.Verdict.Reason;
import wasl.signing.Verdict.Refused;
import wasl.web.HttpRequest;

/// What a scheme signs, and where the signature stands.
///
/// @param parts in order
/// @param single headers of ids, types and times: a second one, folded into the first by a comma,
///   is refused, whether or not it is signed
public record Message(
    List<Part> parts, SignaturePlace signature, Optional<SignedTime> time, List<String> single) {
  public Message {
    parts = Part.bounded(parts);
    single = List.copyOf(single);
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("a signature signs something");
    }
    for (var part : parts) {
      if (part instanceof Part.Time && time.isEmpty()) {
        throw new IllegalArgumentException("a time that is signed is named");
      }
    }
  }

  /// Whether a change of what stands at a place breaks the signature.
  boolean covers(Place place) {
    for (var part : parts) {
      if (part.covers(place) || (part instanceof Part.Time && isTime(place))) {
        return true;
      }
    }
    return false;
  }

  private boolean isTime(Place other) {
    return time.isPresent()
        && time.get().place().isPresent()
        && time.get().place().get().equals(other);
  }

  Gathered in(HttpRequest request) {
    return in(new RequestValues(request));
  }

  private Gathered in(RequestValues values) {
    var read = signature.read(values);
    if (read instanceof Refused why) {
      return why;
    }
    var candidates = (Candidates) read;
    for (var header : single) {
      if (values.one(new Place.Header(header)).orElse("").indexOf(',') >= 0) {
        return new Refused(Reason.DOUBLED_HEADER, header.concat(" was sent twice"));
      }
    }
    if (time.isEmpty()) {
      return pieces(values, candidates.encoded(), Optional.empty(), Optional.empty());
    }
    var sent = time.get().text(values, candidates.time());
    if (sent.isEmpty()) {
      return new Refused(Reason.MISSING_TIMESTAMP, "the request carries no time");
    }
    var signedAt = time.get().format().parse(sent.get());
    return signedAt.isEmpty()
        ? new Refused(Reason.MALFORMED_TIMESTAMP, "the request's time cannot be read")
        : pieces(values, candidates.encoded(), sent, signedAt);
  }

  private Gathered pieces(
      RequestValues values,
      List<String> signatures,
      Optional<String> timeText,
      Optional<Instant> signedAt) {
    var pieces = new ArrayList<Piece>(parts.size());
    for (var part : parts) {
      var piece = part.in(values, timeText);
      if (piece instanceof Refused why) {
        return why;
      }
      pieces.add(piece);
    }
    return new Gathered.Ready(pieces, signatures, signedAt);
  }

  /// The signed time of a request that was found genuine.
  Optional<Instant> signedAt(RequestValues values) {
    if (time.isEmpty() || !(signature.read(values) instanceof Candidates candidates)) {
      return Optional.empty();
    }
    var text = time.get().text(values, candidates.time());
    return text.isEmpty() ? Optional.empty() : time.get().format().parse(text.get());
  }
}
