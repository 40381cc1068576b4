package wasl.function.managementapi;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import wasl.access.Scope;
import wasl.egress.AddressRules;
import wasl.egress.EgressUrl;
import wasl.inbound.EventData;
import wasl.outbound.EventFilter;
import wasl.outbound.EventMatcher;
import wasl.outbound.OutboundWebhook;
import wasl.outbound.OutboundWebhookId;
import wasl.outbound.OutboundWebhooks;
import wasl.outbound.OutboundWebhooks.Changed;
import wasl.outbound.OutboundWebhooks.Issued;
import wasl.outbound.OutboundWebhooks.Wish;
import wasl.vault.Secret;
import wasl.web.ApiRequest;
import wasl.web.Change;
import wasl.web.JsonInput;
import wasl.web.JsonObject;
import wasl.web.Problem;
import wasl.web.Response;
import wasl.web.Result;
import wasl.web.Route;
import wasl.web.Text;

/// Users' URLs that receive events.
final class OutboundWebhookRoutes {
  private static final String PATH = "/v1/outbound-webhooks";
  private static final String ONE = PATH + "/{outboundWebhook}";

  private static final Text URL = Text.line(4096);
  private static final Text TYPE = Text.line(256);
  private static final int MOST_TYPES = 100;
  private static final int MOST_PATTERN_CHARACTERS = 8192;
  private static final Text DESCRIPTION = Text.of(1000);
  private static final long MOST_PER_SECOND = 10_000;
  private static final Text SECRET =
      Text.of(
          200, OutboundWebhookRoutes::isSecret, "whsec_ and the Base64 of 24 to 64 random bytes");

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final OutboundWebhooks webhooks;
  private final AddressRules egress;
  private final InstantSource clock;

  /// @param egress where deliveries may go
  OutboundWebhookRoutes(OutboundWebhooks webhooks, AddressRules egress, InstantSource clock) {
    this.webhooks = webhooks;
    this.egress = egress;
    this.clock = clock;
  }

  List<Route> routes() {
    return List.of(
        Route.post(PATH, Scope.OUTBOUND_WEBHOOKS_WRITE, "createOutboundWebhook", this::create),
        Route.list(PATH, Scope.OUTBOUND_WEBHOOKS_READ, "listOutboundWebhooks", this::list),
        Route.get(ONE, Scope.OUTBOUND_WEBHOOKS_READ, "getOutboundWebhook", this::get),
        Route.patch(ONE, Scope.OUTBOUND_WEBHOOKS_WRITE, "updateOutboundWebhook", this::update),
        Route.delete(ONE, Scope.OUTBOUND_WEBHOOKS_WRITE, "deleteOutboundWebhook", this::delete),
        act("rotate-secret", "rotateOutboundWebhookSecret", this::rotateSecret),
        act("test", "testOutboundWebhook", this::test),
        Route.post(
            ONE + "/trigger",
            Scope.OUTBOUND_WEBHOOKS_WRITE,
            "triggerOutboundWebhook",
            this::trigger),
        act("pause", "pauseOutboundWebhook", this::pause),
        act("resume", "resumeOutboundWebhook", this::resume),
        act("enable", "enableOutboundWebhook", this::enable),
        Route.post(
            ONE + "/recover",
            Scope.OUTBOUND_WEBHOOKS_WRITE,
            "recoverOutboundWebhook",
            this::recover));
  }

  private static Route act(String verb, String operation, Route.Action action) {
    return Route.act(ONE + "/" + verb, Scope.OUTBOUND_WEBHOOKS_WRITE, operation, action);
  }

  private Result<Response> create(ApiRequest request) {
    var input = request.json();
    var url = url(input, input.text("url", URL));
    var filter = filter(input).on(Optional.empty()).orElseGet(EventFilter.Everything::new);
    var description = input.optionalText("description", DESCRIPTION);
    var rateLimit = input.wholeNumber("rateLimit", 1, MOST_PER_SECOND).map(Math::toIntExact);
    var secret = input.optionalText("secret", SECRET).map(Secret::of);
    if (input.isFaulty()) {
      return input.refused();
    }
    var wish = new Wish(url, filter, description, rateLimit);
    return webhooks
        .create(request.tenant(), wish, secret, request.cause())
        .map(issued -> shown(issued).ok(201))
        .orElseGet(() ->
            Result.failed(
                Problem.conflict(
                    "too-many-outbound-webhooks",
                    "there are %d outbound webhooks, and an environment has at most %d"
                        .formatted(OutboundWebhooks.MOST, OutboundWebhooks.MOST))));
  }

  private Result<Response> list(ApiRequest request) {
    var page = request.query().page();
    if (request.query().isFaulty()) {
      return request.query().refused();
    }
    return JsonObject.page(webhooks.list(request.tenant(), page), OutboundWebhookRoutes::shown)
        .ok(200);
  }

  private Result<Response> get(ApiRequest request) {
    return withId(
        request,
        id ->
            webhooks
                .find(request.tenant(), id)
                .map(webhook -> shown(webhook).ok(200))
                .orElseGet(Result::notFound));
  }

  private Result<Response> update(ApiRequest request) {
    var input = request.json();
    var url = input.optionalText("url", URL).map(text -> url(input, text));
    if (input.has("url") && url.isEmpty()) {
      input.fault("url", "must be a URL");
    }
    var filter = filter(input);
    var description = input.changedText("description", DESCRIPTION);
    var rateLimit = rateLimit(input);
    if (input.isFaulty()) {
      return input.refused();
    }
    return withId(
        request,
        id ->
            answer(
                webhooks.change(
                    request.tenant(),
                    id,
                    webhook ->
                        new Wish(
                            url.orElse(webhook.url()),
                            filter
                                .on(Optional.of(webhook.filter()))
                                .orElseGet(EventFilter.Everything::new),
                            description.on(webhook.description()),
                            rateLimit.on(webhook.rateLimit())),
                    request.cause()),
                OutboundWebhookRoutes::shown,
                200));
  }

  private Result<Response> delete(ApiRequest request) {
    return withId(
        request,
        id ->
            webhooks.delete(request.tenant(), id, request.cause())
                ? Result.ok(Response.empty(204))
                : Result.notFound());
  }

  private Result<Response> rotateSecret(ApiRequest request) {
    var input = request.json();
    var secret = input.optionalText("secret", SECRET).map(Secret::of);
    if (input.isFaulty()) {
      return input.refused();
    }
    return withId(
        request,
        id ->
            answer(
                webhooks.rotateSecret(request.tenant(), id, secret, request.cause()),
                OutboundWebhookRoutes::shown,
                200));
  }

  private Result<Response> test(ApiRequest request) {
    return withoutInput(
        request,
        id ->
            answer(
                webhooks.test(request.tenant(), id, request.cause()),
                delivery -> new JsonObject().put("delivery", delivery.id().value()),
                202));
  }

  private Result<Response> trigger(ApiRequest request) {
    var input = request.json();
    var type = input.text("type", TYPE);
    var data = input.exactJson("data");
    if (data.isEmpty()) {
      input.missing("data");
    }
    data.filter(json -> !EventData.isSound(json))
        .ifPresent(json -> input.fault("data", EventData.SOUND));
    if (input.isFaulty()) {
      return input.refused();
    }
    return withId(
        request,
        id ->
            answer(
                webhooks.trigger(request.tenant(), id, type, data.orElseThrow(), request.cause()),
                delivery ->
                    new JsonObject()
                        .put("id", delivery.event().value())
                        .put("delivery", delivery.id().value()),
                202));
  }

  private Result<Response> pause(ApiRequest request) {
    return withoutInput(
        request,
        id ->
            answer(
                webhooks.pause(request.tenant(), id, request.cause()),
                OutboundWebhookRoutes::shown,
                200));
  }

  private Result<Response> resume(ApiRequest request) {
    return withoutInput(
        request,
        id ->
            answer(
                webhooks.resume(request.tenant(), id, request.cause()),
                OutboundWebhookRoutes::shown,
                200));
  }

  private Result<Response> enable(ApiRequest request) {
    return withoutInput(
        request,
        id ->
            answer(
                webhooks.enable(request.tenant(), id, request.cause()),
                OutboundWebhookRoutes::shown,
                200));
  }

  private Result<Response> recover(ApiRequest request) {
    var input = request.json();
    var now = clock.instant();
    var since = input.required("since", input.time("since"));
    var until = input.time("until").orElse(now);
    if (since.filter(from -> !from.isBefore(until)).isPresent()) {
      input.fault("until", "must be after since");
    }
    if (input.isFaulty()) {
      return input.refused();
    }
    return withId(
        request,
        id ->
            answer(
                webhooks.recover(
                    request.tenant(), id, since.orElse(Instant.EPOCH), until, request.cause()),
                job -> new JsonObject().put("job", job),
                202));
  }

  private static Result<Response> withId(
      ApiRequest request, Function<OutboundWebhookId, Result<Response>> then) {
    return request.withId("outboundWebhook", OutboundWebhookId::new, then);
  }

  private static Result<Response> withoutInput(
      ApiRequest request, Function<OutboundWebhookId, Result<Response>> then) {
    return request.json().isFaulty() ? request.json().refused() : withId(request, then);
  }

  private static <T> Result<Response> answer(
      Changed<T> changed, Function<T, JsonObject> shown, int status) {
    return switch (changed) {
      case Changed.Done<T>(T value) -> shown.apply(value).ok(status);
      case Changed.Absent<T>() -> Result.notFound();
      case Changed.Refused<T>(var standing) ->
          Result.failed(
              Problem.conflict(
                  "outbound-webhook-" + standing.wireName(),
                  "the outbound webhook is " + standing.wireName() + "; enable it first"));
      case Changed.TooManyLive<T>() ->
          Result.failed(
              Problem.conflict("too-many-live", "too many earlier secrets are still good"));
    };
  }

  private String url(JsonInput input, String text) {
    if (!text.isEmpty()) {
      EgressUrl.faults(text, egress).forEach(fault -> input.fault("url", fault));
    }
    return text;
  }

  private static Change<Integer> rateLimit(JsonInput input) {
    if (!input.has("rateLimit")) {
      return new Change.Keep<>();
    }
    return input
        .wholeNumber("rateLimit", 1, MOST_PER_SECOND)
        .<Change<Integer>>map(limit -> new Change.Set<>(Math.toIntExact(limit)))
        .orElseGet(Change.Clear::new);
  }

  // `eventTypes` and `pattern` are two ways to say one thing, so whichever is given replaces both.
  private static Change<EventFilter> filter(JsonInput input) {
    var types = input.optionalTexts("eventTypes", MOST_TYPES, TYPE);
    var pattern = input.json("pattern");
    if (types.isPresent() && pattern.isPresent()) {
      input.fault("pattern", "must not stand beside eventTypes");
      return new Change.Keep<>();
    }
    if (types.isPresent()) {
      return new Change.Set<>(types(input, types.get()));
    }
    if (pattern.isPresent()) {
      return new Change.Set<>(pattern(input, pattern.get()));
    }
    return input.has("eventTypes") || input.has("pattern")
        ? new Change.Clear<>()
        : new Change.Keep<>();
  }

  private static EventFilter types(JsonInput input, List<String> types) {
    var filter = new EventFilter.Types(types);
    if (types.isEmpty()) {
      input.fault("eventTypes", "must name at least one; left out it means every event");
      return filter;
    }
    EventMatcher.fault(filter).ifPresent(fault -> input.fault("eventTypes", fault));
    return filter;
  }

  private static EventFilter pattern(JsonInput input, JsonNode pattern) {
    var filter = new EventFilter.Pattern(pattern.toString());
    if (!pattern.isObject()) {
      input.fault("pattern", "must be an object");
    } else if (filter.json().length() > MOST_PATTERN_CHARACTERS) {
      input.fault("pattern", "must not have more than " + MOST_PATTERN_CHARACTERS + " characters");
    } else {
      EventMatcher.fault(filter).ifPresent(fault -> input.fault("pattern", fault));
    }
    return filter;
  }

  // Standard Webhooks 1.0.0, "Signing secret serialization".
  private static boolean isSecret(String text) {
    if (!text.startsWith("whsec_")) {
      return false;
    }
    try {
      int bytes = Base64.getDecoder().decode(text.substring("whsec_".length())).length;
      return bytes >= 24 && bytes <= 64;
    } catch (IllegalArgumentException notBase64) {
      return false;
    }
  }

  private static JsonObject shown(Issued issued) {
    return shown(issued.webhook()).put("secret", issued.secret().reveal());
  }

  private static JsonObject shown(OutboundWebhook webhook) {
    var shown = new JsonObject().put("id", webhook.id().value()).put("url", webhook.url());
    switch (webhook.filter()) {
      case EventFilter.Everything() -> {}
      case EventFilter.Types(var types) -> shown.put("eventTypes", types);
      case EventFilter.Pattern(var json) -> shown.put("pattern", parsed(json));
    }
    return shown
        .put("description", webhook.description())
        .maybeNumber("rateLimit", webhook.rateLimit().map(Integer::longValue))
        .put("status", webhook.status().wireName())
        .maybe("disabledReason", webhook.disabledReason())
        .put("createdAt", webhook.createdAt())
        .put("updatedAt", webhook.updatedAt());
  }

  private static JsonNode parsed(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a stored pattern is no JSON", e);
    }
  }
}
