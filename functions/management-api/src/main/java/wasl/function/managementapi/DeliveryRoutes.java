package wasl.function.managementapi;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import wasl.access.Scope;
import wasl.event.EventId;
import wasl.outbound.Deliveries;
import wasl.outbound.Delivery;
import wasl.outbound.DeliveryId;
import wasl.outbound.DeliveryStore;
import wasl.outbound.OutboundWebhookId;
import wasl.vault.Secret;
import wasl.web.ApiRequest;
import wasl.web.JsonObject;
import wasl.web.Problem;
import wasl.web.Response;
import wasl.web.Result;
import wasl.web.Route;

/// Events on their way to outbound webhooks.
final class DeliveryRoutes {
  private final Deliveries deliveries;
  private final InstantSource clock;

  DeliveryRoutes(Deliveries deliveries, InstantSource clock) {
    this.deliveries = deliveries;
    this.clock = clock;
  }

  List<Route> routes() {
    return List.of(
        Route.list("/v1/deliveries", Scope.DELIVERIES_READ, "listDeliveries", this::list)
            .taking("outboundWebhook", "event", "status", "since"),
        Route.get("/v1/deliveries/{delivery}", Scope.DELIVERIES_READ, "getDelivery", this::get),
        Route.act(
            "/v1/deliveries/{delivery}/redeliver",
            Scope.DELIVERIES_WRITE,
            "redeliver",
            this::redeliver));
  }

  private Result<Response> list(ApiRequest request) {
    var query = request.query();
    var webhook = value(request, "outboundWebhook", OutboundWebhookId::new);
    var event = value(request, "event", EventId::new);
    var status = status(request);
    var since = query.time("since");
    var page = query.page();
    if (query.isFaulty()) {
      return query.refused();
    }
    var wanted =
        new DeliveryStore.Query(
            webhook,
            event,
            status.map(Set::of).orElse(Set.of()),
            since.orElse(Instant.EPOCH),
            // What is made while a list is read belongs to its beginning.
            clock.instant().plusSeconds(60));
    return JsonObject.page(deliveries.list(request.tenant(), wanted, page), DeliveryRoutes::shown)
        .ok(200);
  }

  private static Optional<Delivery.Status> status(ApiRequest request) {
    return request
        .query()
        .text("status")
        .flatMap(text -> {
          var status = Delivery.Status.of(text);
          if (status.isEmpty()) {
            request.query().fault("status", "must be one of " + words());
          }
          return status;
        });
  }

  private static String words() {
    return Arrays.stream(Delivery.Status.values())
        .map(Delivery.Status::wireName)
        .collect(Collectors.joining(", "));
  }

  private static <T> Optional<T> value(
      ApiRequest request, String name, Function<String, T> constructor) {
    return request
        .query()
        .text(name)
        .flatMap(text -> {
          try {
            return Optional.of(constructor.apply(text));
          } catch (IllegalArgumentException nobodysName) {
            request.query().fault(name, "is not an id of that kind");
            return Optional.empty();
          }
        });
  }

  private Result<Response> get(ApiRequest request) {
    return request.withId(
        "delivery",
        DeliveryId::new,
        id ->
            deliveries
                .find(request.tenant(), id)
                .map(delivery -> withAttempts(delivery).ok(200))
                .orElseGet(Result::notFound));
  }

  private Result<Response> redeliver(ApiRequest request) {
    if (request.json().isFaulty()) {
      return request.json().refused();
    }
    return request.withId(
        "delivery",
        DeliveryId::new,
        id -> answer(deliveries.redeliver(request.tenant(), id, request.cause())));
  }

  private static Result<Response> answer(Deliveries.Redelivered redelivered) {
    return switch (redelivered) {
      case Deliveries.Redelivered.Started(var delivery) ->
          new JsonObject().put("delivery", delivery.id().value()).ok(202);
      case Deliveries.Redelivered.Absent() -> Result.notFound();
      case Deliveries.Redelivered.Pending() ->
          Result.failed(Problem.conflict("delivery-pending", "the delivery is still on its way"));
      case Deliveries.Redelivered.NoReceiver() ->
          Result.failed(
              Problem.conflict(
                  "outbound-webhook-disabled", "the outbound webhook is disabled or deleted"));
      case Deliveries.Redelivered.Gone() ->
          Result.failed(Problem.gone("the event's body is no longer kept"));
    };
  }

  private JsonObject withAttempts(Delivery delivery) {
    return shown(delivery)
        .putAll(
            "attempts",
            delivery.attempts().stream().map(attempt -> shown(delivery, attempt)).toList());
  }

  private JsonObject shown(Delivery delivery, Delivery.Attempt attempt) {
    return new JsonObject()
        .put("at", attempt.at())
        .maybeNumber("status", attempt.status().map(Integer::longValue))
        .maybe("error", attempt.error())
        .put("durationMs", attempt.duration().toMillis())
        .maybe("responseExcerpt", deliveries.excerpt(delivery, attempt).map(Secret::reveal));
  }

  private static JsonObject shown(Delivery delivery) {
    return new JsonObject()
        .put("id", delivery.id().value())
        .put("event", delivery.event().value())
        .put("eventType", delivery.eventType())
        .put("outboundWebhook", delivery.webhook().value())
        .put("run", delivery.run())
        .put("status", delivery.status().wireName())
        .maybe("reason", delivery.reason())
        .put("attemptCount", delivery.attempts().size())
        .maybeTime("nextAttemptAt", delivery.nextAttemptAt())
        .put("createdAt", delivery.createdAt());
  }
}
