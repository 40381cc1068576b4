package wasl.function.managementapi;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import wasl.access.Scope;
import wasl.audit.Auditor;
import wasl.event.ArchivedBody;
import wasl.event.EventId;
import wasl.event.EventRecord;
import wasl.event.EventSource;
import wasl.event.EventStatus;
import wasl.event.EventStore;
import wasl.inbound.EventData;
import wasl.inbound.Events;
import wasl.page.Page;
import wasl.web.ApiRequest;
import wasl.web.JsonInput;
import wasl.web.JsonObject;
import wasl.web.Problem;
import wasl.web.Response;
import wasl.web.Result;
import wasl.web.Route;
import wasl.web.Text;

/// Events: listed, looked into, published, replayed.
final class EventRoutes {
  private static final int MOST_TYPE_CHARACTERS = 256;
  private static final int MOST_REASON_CHARACTERS = 500;

  private final Events events;
  private final Auditor auditor;
  private final InstantSource clock;

  EventRoutes(Events events, Auditor auditor, InstantSource clock) {
    this.events = events;
    this.auditor = auditor;
    this.clock = clock;
  }

  List<Route> routes() {
    return List.of(
        Route.list("/v1/events", Scope.EVENTS_READ, "listEvents", this::list)
            .taking("type", "source", "connection", "status", "since", "until"),
        Route.get("/v1/events/{event}", Scope.EVENTS_READ, "getEvent", this::get),
        Route.get("/v1/events/{event}/raw", Scope.EVENTS_RAW, "getRawEvent", this::raw)
            .taking("reason"),
        Route.post("/v1/events", Scope.EVENTS_WRITE, "publishEvent", this::publish),
        Route.act("/v1/events/{event}/replay", Scope.EVENTS_WRITE, "replayEvent", this::replay),
        Route.post("/v1/events/replay", Scope.EVENTS_WRITE, "replayEvents", this::replayRange));
  }

  private Result<Response> list(ApiRequest request) {
    var query = request.query();
    var wanted =
        new EventStore.Query(
            query.text("type"),
            query.oneOf("source", EventRoutes::source, Stream.of("wasl", "wasl.app", "wasl.…")),
            query.text("connection"),
            query.oneOf("status", EventRoutes::status, statuses()),
            query.time("since").orElse(Instant.EPOCH),
            query.time("until").orElseGet(() -> clock.instant().plusSeconds(1)));
    var page = query.page();
    if (query.isFaulty()) {
      return query.refused();
    }
    var found = events.list(request.tenant(), wanted, page.limit(), page.after());
    return JsonObject.page(new Page<>(found.events(), found.nextCursor()), EventRoutes::shown)
        .ok(200);
  }

  private Result<Response> get(ApiRequest request) {
    return request.withId(
        "event",
        EventId::new,
        id ->
            events
                .find(request.tenant(), id)
                .map(event -> shown(event, request))
                .orElseGet(Result::notFound));
  }

  private Result<Response> shown(EventRecord event, ApiRequest request) {
    var data =
        request.caller().may(Scope.EVENTS_DATA) ? events.data(event) : Optional.<byte[]>empty();
    if (data.isPresent()) {
      // Before the answer: a look that cannot be recorded is not given.
      auditor.record(request.tenant(), request.cause(), "event.data.read", event.id().value());
    }
    return shown(event).maybeExact("data", data).ok(200);
  }

  private Result<Response> raw(ApiRequest request) {
    var reason = request.query().required("reason", Text.line(MOST_REASON_CHARACTERS));
    if (request.query().isFaulty()) {
      return request.query().refused();
    }
    return request.withId(
        "event",
        EventId::new,
        id ->
            events
                .find(request.tenant(), id)
                .map(event -> raw(event, reason, request))
                .orElseGet(Result::notFound));
  }

  private Result<Response> raw(EventRecord event, String reason, ApiRequest request) {
    if (event.body().isEmpty()) {
      return notArchivedYet();
    }
    var body = events.body(event);
    if (body.isEmpty()) {
      return gone();
    }
    // Before the answer: a look that cannot be recorded is not given.
    auditor.record(
        request.tenant(),
        request.cause(),
        "event.raw.read",
        event.id().value(),
        Optional.of(reason));
    return raw(event, body.get()).ok(200);
  }

  private static JsonObject raw(EventRecord event, ArchivedBody body) {
    return new JsonObject()
        .put("id", event.id().value())
        .put("receivedAt", body.receivedAt())
        .put("method", body.method())
        .put("query", body.rawQuery())
        .put("headers", body.headers().values())
        .put("bodyBase64", Base64.getEncoder().encodeToString(body.body()));
  }

  private Result<Response> publish(ApiRequest request) {
    var input = request.json();
    var type = input.text("type", Text.line(MOST_TYPE_CHARACTERS));
    var data = input.exactJson("data");
    if (data.isEmpty()) {
      input.missing("data");
    }
    data.filter(json -> !EventData.isSound(json))
        .ifPresent(json -> input.fault("data", EventData.SOUND));
    var id =
        input.optionalText(
            "id",
            Text.of(
                EventId.MOST_CHARACTERS, EventId::isOne, "visible ASCII characters without \".\""));
    if (input.isFaulty()) {
      return input.refused();
    }
    var published =
        events.publish(
            request.tenant(), type, data.orElseThrow(), id.map(EventId::new), request.cause());
    return new JsonObject().put("id", published.value()).ok(202);
  }

  private Result<Response> replay(ApiRequest request) {
    if (request.json().isFaulty()) {
      return request.json().refused();
    }
    return request.withId(
        "event",
        EventId::new,
        id ->
            switch (events.replay(request.tenant(), id, request.cause())) {
              case Events.Replayed.Accepted(int run) ->
                  new JsonObject().put("id", id.value()).put("run", run).ok(202);
              case Events.Replayed.Absent() -> Result.notFound();
              case Events.Replayed.BodyGone() -> gone();
              case Events.Replayed.NotArchivedYet() -> notArchivedYet();
            });
  }

  private Result<Response> replayRange(ApiRequest request) {
    var input = request.json();
    var status = input.oneOf("status", EventRoutes::status, statuses());
    var type = input.optionalText("type", Text.line(MOST_TYPE_CHARACTERS));
    var since = time(input, "since");
    var until = time(input, "until");
    if (since.isPresent() && until.isPresent() && !since.get().isBefore(until.get())) {
      input.fault("until", "must be after since");
    }
    if (input.isFaulty()) {
      return input.refused();
    }
    var job =
        events.replay(
            request.tenant(),
            status,
            type,
            since.orElseThrow(),
            until.orElseThrow(),
            request.cause());
    return new JsonObject().put("job", job).ok(202);
  }

  private static Optional<Instant> time(JsonInput input, String name) {
    var time = input.time(name);
    if (time.isEmpty() && !input.has(name)) {
      input.missing(name);
    }
    return time;
  }

  private static JsonObject shown(EventRecord event) {
    return new JsonObject()
        .put("id", event.id().value())
        .put("type", event.type())
        .put("source", event.source().value())
        .put("project", event.tenant().project().value())
        .put("environment", event.tenant().environment().wireName())
        .put("timestamp", event.timestamp())
        .put("receivedAt", event.receivedAt())
        .maybe("provider", event.source().provider())
        .maybe("connection", event.connection())
        .put("status", event.status().wireName());
  }

  private static Result<Response> gone() {
    return Result.failed(Problem.gone("the event's body is no longer kept"));
  }

  private static Result<Response> notArchivedYet() {
    return Result.failed(
        Problem.conflict("event-not-archived", "the event's body is not in the archive yet"));
  }

  private static Optional<EventSource> source(String text) {
    try {
      return Optional.of(new EventSource(text));
    } catch (IllegalArgumentException unknown) {
      return Optional.empty();
    }
  }

  private static Optional<EventStatus> status(String text) {
    return Arrays.stream(EventStatus.values())
        .filter(status -> status.wireName().equals(text))
        .findFirst();
  }

  private static Stream<String> statuses() {
    return Arrays.stream(EventStatus.values()).map(EventStatus::wireName);
  }
}
