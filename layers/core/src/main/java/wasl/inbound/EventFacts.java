package wasl.inbound;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import wasl.manifest.WebhookSpec;
import wasl.signing.JsonPath;
import wasl.signing.Place;
import wasl.signing.RequestValues;
import wasl.web.HttpRequest;

/// What a genuine webhook says of its event, wherever its manifest says that it says it.
///
/// @param eventId the provider's own; empty where there is none
/// @param eventIdSigned whether who lacks the secret could not have changed it
/// @param type `<provider>.<provider's own type>`, any characters; `<provider>.unknown` without one
/// @param time when it happened, as far as the provider says
/// @param account the provider's account that it is about
/// @param dedupKey empty where each request is its own event; then [DedupKey#ofRequest]
public record EventFacts(
    Optional<String> eventId,
    boolean eventIdSigned,
    String type,
    Optional<Instant> time,
    Optional<String> account,
    Optional<DedupKey> dedupKey) {

  private static final String UNKNOWN = "unknown";
  private static final int MOST_NAME_CHARACTERS = 200;

  /// Reads the facts; never throws, whatever the body. Call it only for what was found genuine.
  public static EventFacts of(WebhookSpec spec, HttpRequest request) {
    var reading = Reading.of(spec, request);
    var eventId = reading.joined(spec.eventId(), ":");
    boolean signed = eventId.isPresent() && allCovered(spec);
    return new EventFacts(
        eventId,
        signed,
        type(spec, reading),
        time(spec, reading, request),
        reading.joined(spec.account(), ":").filter(EventFacts::isName),
        dedupKey(spec, eventId, signed, request));
  }

  private static String type(WebhookSpec spec, Reading reading) {
    var own = reading.joined(spec.eventType(), ".").filter(EventFacts::isName);
    return spec.provider().value().concat(".").concat(own.orElse(UNKNOWN));
  }

  // What is longer, or no text, names nothing that Wasl could store or look up.
  private static boolean isName(String value) {
    return value.length() <= MOST_NAME_CHARACTERS
        && StandardCharsets.UTF_8.newEncoder().canEncode(value);
  }

  private static Optional<Instant> time(WebhookSpec spec, Reading reading, HttpRequest request) {
    if (spec.eventTime().isEmpty()) {
      return spec.scheme().signedAt(request);
    }
    var text = reading.one(spec.eventTime().get().place());
    var time =
        text.isEmpty()
            ? Optional.<Instant>empty()
            : spec.eventTime().get().format().parse(text.get());
    return time.isPresent() ? time : spec.scheme().signedAt(request);
  }

  private static Optional<DedupKey> dedupKey(
      WebhookSpec spec, Optional<String> eventId, boolean signed, HttpRequest request) {
    if (eventId.isPresent()) {
      return Optional.of(
          signed
              ? DedupKey.ofSignedId(eventId.get(), spec.retries())
              : DedupKey.ofUnsignedId(eventId.get(), request.body(), spec.retries()));
    }
    var signedAt = spec.scheme().signedAt(request);
    return signedAt.isEmpty()
        ? Optional.empty()
        : Optional.of(DedupKey.ofSignedTime(signedAt.get().toEpochMilli(), request.body()));
  }

  private static boolean allCovered(WebhookSpec spec) {
    for (var place : spec.eventId()) {
      if (!(place instanceof Place.Literal) && !spec.scheme().covers(place)) {
        return false;
      }
    }
    return true;
  }

  /// All places of one spec, the JSON ones read in one pass over the body.
  private record Reading(RequestValues values, List<JsonPath> paths, List<Optional<String>> found) {

    static Reading of(WebhookSpec spec, HttpRequest request) {
      var paths = new ArrayList<JsonPath>();
      collect(spec.eventId(), paths);
      collect(spec.eventType(), paths);
      collect(spec.account(), paths);
      if (spec.eventTime().isPresent()) {
        collect(List.of(spec.eventTime().get().place()), paths);
      }
      var values = new RequestValues(request);
      return new Reading(values, paths, paths.isEmpty() ? List.of() : values.json(paths));
    }

    private static void collect(List<Place> places, List<JsonPath> paths) {
      for (var place : places) {
        if (place instanceof Place.Json json && !paths.contains(json.path())) {
          paths.add(json.path());
        }
      }
    }

    Optional<String> one(Place place) {
      if (place instanceof Place.Json json) {
        var value = found.get(paths.indexOf(json.path()));
        return value.isPresent() && value.get().isEmpty() ? Optional.empty() : value;
      }
      return values.one(place);
    }

    /// The values of all places; empty if there are none, or one is missing.
    Optional<String> joined(List<Place> places, String separator) {
      var text = new StringBuilder();
      for (var place : places) {
        var value = one(place);
        if (value.isEmpty()) {
          return Optional.empty();
        }
        text.append(text.isEmpty() ? "" : separator).append(value.get());
      }
      return text.isEmpty() ? Optional.empty() : Optional.of(text.toString());
    }
  }
}
