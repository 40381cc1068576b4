package wasl.function.managementapi;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import wasl.access.Scope;
import wasl.connection.Connection;
import wasl.connection.ConnectionId;
import wasl.connection.Connections;
import wasl.connection.Integration;
import wasl.connection.IntegrationId;
import wasl.connection.Integrations;
import wasl.inbound.InboundUrls;
import wasl.inbound.InboundWebhook;
import wasl.inbound.InboundWebhookId;
import wasl.inbound.InboundWebhooks;
import wasl.manifest.WebhookSpec;
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

/// The URLs that providers call.
final class InboundWebhookRoutes {
  private static final Text SECRET = Text.of(16 * 1024);
  private static final String UNUSABLE = "cannot be decoded to a key of the provider's scheme";

  private final InboundUrls inbound;
  private final Integrations integrations;
  private final Connections connections;

  InboundWebhookRoutes(InboundUrls inbound, Integrations integrations, Connections connections) {
    this.inbound = inbound;
    this.integrations = integrations;
    this.connections = connections;
  }

  List<Route> routes() {
    return List.of(
        Route.post(
            "/v1/inbound-webhooks",
            Scope.INBOUND_WEBHOOKS_WRITE,
            "createInboundWebhook",
            this::create),
        Route.list(
                "/v1/inbound-webhooks",
                Scope.INBOUND_WEBHOOKS_READ,
                "listInboundWebhooks",
                this::list)
            .taking("integration", "connection"),
        Route.get(
            "/v1/inbound-webhooks/{inboundWebhook}",
            Scope.INBOUND_WEBHOOKS_READ,
            "getInboundWebhook",
            request -> withWebhook(request, webhook -> shown(inbound.shown(webhook)).ok(200))),
        Route.patch(
            "/v1/inbound-webhooks/{inboundWebhook}",
            Scope.INBOUND_WEBHOOKS_WRITE,
            "updateInboundWebhook",
            this::update),
        Route.delete(
            "/v1/inbound-webhooks/{inboundWebhook}",
            Scope.INBOUND_WEBHOOKS_WRITE,
            "deleteInboundWebhook",
            request -> withWebhook(request, webhook -> delete(request, webhook))),
        Route.post(
            "/v1/inbound-webhooks/{inboundWebhook}/rotate",
            Scope.INBOUND_WEBHOOKS_WRITE,
            "rotateInboundWebhook",
            this::rotate));
  }

  private Result<Response> create(ApiRequest request) {
    var input = request.json();
    var connection = connection(request, input);
    var integration =
        connection.isPresent()
            ? integrations.find(request.tenant(), connection.get().integration())
            : integration(request, input);
    var secret = input.optionalText("secret", SECRET).map(Secret::of);
    var spec = integration.flatMap(inbound::spec);
    if (integration.isPresent() && spec.isEmpty()) {
      input.fault(
          connection.isPresent() ? "connection" : "integration",
          "nothing says how webhooks of " + integration.get().provider() + " are signed");
    }
    checkSecret(input, spec, secret);
    if (input.isFaulty()) {
      return input.refused();
    }
    return answer(
        inbound.create(
            integration.orElseThrow(),
            connection.map(Connection::id),
            spec.orElseThrow(),
            secret,
            request.baseUrl(),
            request.cause()),
        201);
  }

  private Result<Response> list(ApiRequest request) {
    var query = request.query();
    var integration = id(request, "integration", IntegrationId::new);
    var connection = id(request, "connection", ConnectionId::new);
    var page = query.page();
    if (query.isFaulty()) {
      return query.refused();
    }
    var filter = new InboundWebhooks.Filter(integration, connection);
    return JsonObject.page(
            inbound.list(request.tenant(), filter, page), webhook -> shown(inbound.shown(webhook)))
        .ok(200);
  }

  private Result<Response> update(ApiRequest request) {
    var input = request.json();
    var secret = input.changedText("secret", SECRET).map(Secret::of);
    var active = input.flag("active");
    if (input.isFaulty()) {
      return input.refused();
    }
    return withWebhook(
        request,
        webhook -> {
          if (secret instanceof Change.Set<Secret>(var given) && !isUsable(webhook, given)) {
            return Result.invalid("/secret", UNUSABLE);
          }
          return answer(inbound.change(webhook, secret, active, request.cause()), 200);
        });
  }

  private Result<Response> delete(ApiRequest request, InboundWebhook webhook) {
    return inbound.delete(webhook, request.cause())
        ? Result.ok(Response.empty(204))
        : Result.failed(changedMeanwhile());
  }

  private Result<Response> rotate(ApiRequest request) {
    var input = request.json();
    boolean url = isWanted(input, "url");
    var given = givenSecret(input);
    boolean make = given.isEmpty() && isWanted(input, "secret");
    var grace =
        input
            .wholeNumber("graceSeconds", 0, InboundUrls.LONGEST_GRACE.toSeconds())
            .map(Duration::ofSeconds)
            .orElse(InboundUrls.USUAL_GRACE);
    if (!url && !make && given.isEmpty()) {
      input.faultAt("", "needs url or secret: what is to be rotated");
    }
    if (input.isFaulty()) {
      return input.refused();
    }
    return withWebhook(
        request,
        webhook -> {
          var integration = integrations.find(webhook.tenant(), webhook.integration());
          var spec = integration.flatMap(inbound::spec);
          var secret = make ? spec.flatMap(inbound::newSecret) : given;
          if (make && secret.isEmpty()) {
            return Result.invalid(
                "/secret", "only the provider can make it: give its text instead of true");
          }
          if (given.isPresent() && !isUsable(webhook, given.get())) {
            return Result.invalid("/secret", UNUSABLE);
          }
          var rotation = new InboundUrls.Rotation(url, secret, make, grace);
          return integration
              .map(found -> answer(inbound.rotate(webhook, found, rotation, request.cause()), 200))
              .orElseGet(Result::notFound);
        });
  }

  // A secret that only the provider can make is rotated too: both verify for the grace.
  private static Optional<Secret> givenSecret(JsonInput input) {
    return input.json("secret").filter(value -> !value.isBoolean()).isPresent()
        ? input.optionalText("secret", SECRET).map(Secret::of)
        : Optional.empty();
  }

  private static boolean isWanted(JsonInput input, String name) {
    var flag = input.json(name).filter(value -> name.equals("url") || value.isBoolean());
    return flag.isPresent() && input.flag(name).orElse(false);
  }

  private Optional<Connection> connection(ApiRequest request, JsonInput input) {
    if (!input.has("connection") && !input.has("integration")) {
      input.faultAt("", "needs either connection or integration");
    }
    if (input.has("connection") && input.has("integration")) {
      input.fault("integration", "must not stand beside connection");
    }
    var given = input.optionalText("connection", Text.line(64));
    var found =
        given
            .flatMap(text -> parsed(text, ConnectionId::new))
            .flatMap(id -> connections.find(request.tenant(), id));
    if (given.isPresent() && found.isEmpty()) {
      input.fault("connection", "there is no such connection");
    }
    return found;
  }

  private Optional<Integration> integration(ApiRequest request, JsonInput input) {
    var given = input.optionalText("integration", Text.line(64));
    var found =
        given
            .flatMap(text -> parsed(text, IntegrationId::new))
            .flatMap(id -> integrations.find(request.tenant(), id));
    if (given.isPresent() && found.isEmpty()) {
      input.fault("integration", "there is no such integration");
    }
    return found;
  }

  private static <T> Optional<T> id(
      ApiRequest request, String name, Function<String, T> constructor) {
    return request
        .query()
        .text(name)
        .flatMap(text -> {
          var id = parsed(text, constructor);
          if (id.isEmpty()) {
            request.query().fault(name, "is not an id of that kind");
          }
          return id;
        });
  }

  private static <T> Optional<T> parsed(String text, Function<String, T> constructor) {
    try {
      return Optional.of(constructor.apply(text));
    } catch (IllegalArgumentException nobodysName) {
      return Optional.empty();
    }
  }

  private static void checkSecret(
      JsonInput input, Optional<WebhookSpec> spec, Optional<Secret> secret) {
    if (spec.isPresent() && secret.isPresent() && !InboundUrls.isUsable(spec.get(), secret.get())) {
      input.fault("secret", UNUSABLE);
    }
  }

  // Where nothing says any more how it is signed, nothing can be said against a secret.
  private boolean isUsable(InboundWebhook webhook, Secret secret) {
    return integrations
        .find(webhook.tenant(), webhook.integration())
        .flatMap(inbound::spec)
        .filter(spec -> !InboundUrls.isUsable(spec, secret))
        .isEmpty();
  }

  private Result<Response> withWebhook(
      ApiRequest request, Function<InboundWebhook, Result<Response>> then) {
    return request
        .pathId("inboundWebhook", InboundWebhookId::new)
        .flatMap(id -> inbound.find(request.tenant(), id))
        .map(then)
        .orElseGet(Result::notFound);
  }

  private static Result<Response> answer(InboundUrls.Written written, int status) {
    return switch (written) {
      case InboundUrls.Written.Done(var shown) -> shown(shown).ok(status);
      case InboundUrls.Written.OwnerGone() -> Result.failed(changedMeanwhile());
      case InboundUrls.Written.ChangedMeanwhile() -> Result.failed(changedMeanwhile());
      case InboundUrls.Written.TooManyLive() ->
          Result.failed(
              Problem.conflict("too-many-live", "too many earlier URLs or secrets are still good"));
    };
  }

  private static Problem changedMeanwhile() {
    return Problem.conflict(
        "changed-meanwhile",
        "the inbound webhook, or what it belongs to, was changed at the same time");
  }

  private static JsonObject shown(InboundUrls.Shown shown) {
    var webhook = shown.webhook();
    return new JsonObject()
        .put("id", webhook.id().value())
        .put("url", shown.url())
        .maybe("secret", shown.made().map(Secret::reveal))
        .put("provider", webhook.provider())
        .put("integration", webhook.integration().value())
        .put("connection", webhook.connection().map(ConnectionId::value))
        .put("secretSet", !webhook.secrets().isEmpty())
        .put("active", webhook.active())
        .put("createdAt", webhook.createdAt())
        .put("updatedAt", webhook.updatedAt());
  }
}
