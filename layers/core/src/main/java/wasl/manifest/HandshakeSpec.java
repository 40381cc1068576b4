package wasl.manifest;

import java.util.List;
import java.util.Optional;
import wasl.signing.Encoding;
import wasl.signing.JsonPath;
import wasl.signing.Place;

/// What a provider asks of a URL before it sends webhooks there, and how it wants to be answered.
public sealed interface HandshakeSpec {
  /// A parameter comes back as text.
  ///
  /// @param methods upper case
  /// @param verifyToken the parameter that must hold the secret
  record EchoQuery(List<String> methods, String parameter, Optional<String> verifyToken)
      implements HandshakeSpec {
    public EchoQuery {
      methods = List.copyOf(methods);
    }
  }

  /// A field of a signed body comes back.
  ///
  /// @param as the field's name in the answer; empty: plain text
  record EchoJson(Match match, JsonPath field, Optional<String> as) implements HandshakeSpec {}

  /// A field of a signed body comes back with its HMAC. Unsigned it would let anyone have anything
  /// signed.
  record HmacOfField(Match match, JsonPath field, String fieldAs, String hmacAs, Encoding encoding)
      implements HandshakeSpec {}

  /// `HEAD` and `GET` are answered 200.
  record HeadOrGet() implements HandshakeSpec {}

  /// The provider sends wrong signatures on purpose and wants 401, which they get anyway.
  record SignatureProbe() implements HandshakeSpec {}

  /// Which requests are handshakes.
  record Match(Place place, String equalTo) {}
}
