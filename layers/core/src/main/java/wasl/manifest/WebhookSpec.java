package wasl.manifest;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import wasl.signing.Place;
import wasl.signing.Scheme;
import wasl.signing.TimeFormat;

/// How a provider's webhooks are checked, understood and answered: all that the receipt needs of a
/// manifest.
///
/// @param schemeName tells the provider's signature schemes apart
/// @param eventId where the provider's id of the event stands; all of several places, joined; empty
///   where it sends none
/// @param eventType the same for its type
/// @param account the same for the account that it is about
/// @param retries how long the provider tries again: ids are remembered for as long
/// @param alternatives the provider's other schemes, with facts of their own; theirs are empty
public record WebhookSpec(
    ProviderId provider,
    String schemeName,
    Scheme scheme,
    List<Place> eventId,
    List<Place> eventType,
    Optional<EventTime> eventTime,
    List<Place> account,
    Optional<HandshakeSpec> handshake,
    Answer answer,
    Duration retries,
    SecretMaker secretMaker,
    List<WebhookSpec> alternatives) {

  /// The name of a scheme that has none of its own.
  public static final String DEFAULT_SCHEME = "default";

  public WebhookSpec {
    eventId = List.copyOf(eventId);
    eventType = List.copyOf(eventType);
    account = List.copyOf(account);
    alternatives = List.copyOf(alternatives);
  }

  /// Where an event's time stands, whether or not it is signed.
  public record EventTime(Place place, TimeFormat format) {}

  /// What the provider reads when its webhook was stored.
  public record Answer(int status, String contentType, String body) {}

  /// Who makes the secret that signs.
  public enum SecretMaker {
    PROVIDER,
    WASL
  }

  /// This provider's webhooks under another of its schemes; empty if it has none of that name.
  public Optional<WebhookSpec> under(String schemeName) {
    if (this.schemeName.equals(schemeName)) {
      return Optional.of(this);
    }
    for (var alternative : alternatives) {
      if (alternative.schemeName.equals(schemeName)) {
        return Optional.of(alternative);
      }
    }
    return Optional.empty();
  }

  /// Reads a section that was checked before it was stored, as the compiled manifests and an
  /// integration's `config.webhook`: no databind, no check.
  ///
  /// @throws IllegalArgumentException if it is none after all
  public static WebhookSpec parse(ProviderId provider, byte[] json) {
    try {
      if (Node.json(json) instanceof Node.Fields section) {
        return WebhookReader.read(provider, section);
      }
      throw new IllegalArgumentException("no webhook section");
    } catch (IOException malformed) {
      throw new IllegalArgumentException("no webhook section", malformed);
    }
  }
}
