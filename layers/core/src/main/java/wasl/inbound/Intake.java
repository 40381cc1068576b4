package wasl.inbound;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;
import wasl.connection.ConnectionId;
import wasl.event.ArchivedBody;
import wasl.event.BodyArchive;
import wasl.event.BodyRef;
import wasl.event.EventId;
import wasl.event.EventKey;
import wasl.event.EventPublisher.Publication;
import wasl.event.EventRecord;
import wasl.event.EventSource;
import wasl.event.EventStatus;
import wasl.manifest.ProviderId;
import wasl.manifest.WebhookSpec;
import wasl.queue.QueueMessage;
import wasl.web.HttpRequest;

/// Makes of an accepted message the event that it is to become.
public final class Intake {
  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

  private final BodyArchive archive;
  private final Function<ProviderId, Optional<WebhookSpec>> webhooks;
  private final ConnectionByAccount connections;
  private final Duration dedup;
  private final InstantSource clock;

  /// @param webhooks the providers' `webhook` sections
  /// @param dedup how long ids are remembered at least; a provider that tries again for longer
  ///   prolongs it
  public Intake(
      BodyArchive archive,
      Function<ProviderId, Optional<WebhookSpec>> webhooks,
      ConnectionByAccount connections,
      Duration dedup,
      InstantSource clock) {
    this.archive = archive;
    this.webhooks = webhooks;
    this.connections = connections;
    this.dedup = dedup;
    this.clock = clock;
  }

  Duration dedup() {
    return dedup;
  }

  Publication of(InboundMessage.Received received, QueueMessage message) {
    var body = body(received, received.body());
    var facts =
        EventFacts.of(
            spec(received), new HttpRequest(body.method(), url(body), body.headers(), body.body()));
    var same = facts.dedupKey().orElseGet(() -> DedupKey.ofRequest(received.requestId()));
    var key = EventKey.of(received.tenant(), received.owner(), same.text());
    return publication(
        new EventRecord(
            received.tenant(),
            key,
            EventId.of(clock.instant(), key),
            EventSource.ofProvider(received.provider()),
            facts.type(),
            happened(facts, body.receivedAt()),
            body.receivedAt(),
            connection(received, facts).map(ConnectionId::value),
            EventStatus.ACCEPTED,
            reference(received.body()),
            0),
        message,
        window(same),
        body,
        EventData.of(body.headers().get("content-type").orElse(""), body.body()));
  }

  Publication of(InboundMessage.Published published, QueueMessage message) {
    var body = body(published, published.body());
    return publication(
        new EventRecord(
            published.tenant(),
            published.key(),
            published.id(),
            EventSource.APP,
            published.type(),
            published.at(),
            body.receivedAt(),
            Optional.empty(),
            EventStatus.ACCEPTED,
            reference(published.body()),
            0),
        message,
        dedup,
        body,
        body.body());
  }

  /// What an archived body carries as its event's `data`.
  static byte[] data(EventRecord event, ArchivedBody body) {
    return event.source().provider().isPresent()
        ? EventData.of(body.headers().get("content-type").orElse(""), body.body())
        : body.body();
  }

  private static Publication publication(
      EventRecord event, QueueMessage message, Duration window, ArchivedBody body, byte[] data) {
    return new Publication(event, message.id(), window, body, data, 0, message.isLastReceive());
  }

  private WebhookSpec spec(InboundMessage.Received received) {
    var provider = new ProviderId(received.provider());
    return received
        .webhookSpec()
        .map(json -> WebhookSpec.parse(provider, json.getBytes(StandardCharsets.UTF_8)))
        .or(() -> webhooks.apply(provider))
        .orElseThrow(() -> new IllegalStateException("no webhook section for " + provider));
  }

  // The archive holds no host and no path, whose token is a secret, and no fact stands there.
  private static String url(ArchivedBody body) {
    return "/?" + body.rawQuery();
  }

  private ArchivedBody body(InboundMessage message, InboundMessage.Body body) {
    return switch (body) {
      case InboundMessage.Body.Inline(ArchivedBody inline) -> inline;
      case InboundMessage.Body.ByReference(BodyRef ref) ->
          archive
              .get(message.tenant(), ref)
              .orElseThrow(() -> new IllegalStateException("the body is no longer kept"));
    };
  }

  private static Optional<BodyRef> reference(InboundMessage.Body body) {
    return switch (body) {
      case InboundMessage.Body.Inline inline -> Optional.empty();
      case InboundMessage.Body.ByReference(BodyRef ref) -> Optional.of(ref);
    };
  }

  private Optional<ConnectionId> connection(InboundMessage.Received received, EventFacts facts) {
    return received
        .connection()
        .or(() ->
            facts
                .account()
                .flatMap(account ->
                    connections.find(received.tenant(), received.integration(), account)));
  }

  // Windows below the shortest are not about ids, and not for an operator to prolong.
  private Duration window(DedupKey same) {
    boolean isOfId = same.window().compareTo(DedupKey.SHORTEST) >= 0;
    return isOfId && same.window().compareTo(dedup) < 0 ? dedup : same.window();
  }

  // A time that no calendar of ours can write is as good as none.
  private static Instant happened(EventFacts facts, Instant receivedAt) {
    return facts
        .time()
        .filter(time -> !time.isBefore(Instant.EPOCH) && time.isBefore(LATEST))
        .orElse(receivedAt);
  }
}
