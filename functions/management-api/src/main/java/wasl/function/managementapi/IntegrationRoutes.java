package wasl.function.managementapi;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import wasl.access.Scope;
import wasl.connection.Integration;
import wasl.connection.IntegrationId;
import wasl.connection.IntegrationStore;
import wasl.connection.Integrations;
import wasl.connection.Mode;
import wasl.connection.RedirectUrl;
import wasl.egress.AddressRules;
import wasl.inbound.InboundUrls;
import wasl.inbound.InboundWebhooks;
import wasl.manifest.Catalog;
import wasl.manifest.Manifest;
import wasl.manifest.ManifestReader;
import wasl.manifest.Parsed;
import wasl.manifest.ProviderId;
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

/// A project's own set-ups of providers.
final class IntegrationRoutes {
  private static final int MOST_SECRET_CHARACTERS = 16 * 1024;
  private static final int MOST_DELETE_ROUNDS = 3;

  /// RFC 6749, section 3.3, and no comma, which separates scopes at some providers.
  private static final Text SCOPE =
      Text.of(
          200,
          text ->
              text.chars().allMatch(c -> c > ' ' && c < 127 && c != ',' && c != '"' && c != '\\'),
          "one scope, without blanks, commas, quotation marks or backslashes");

  private final Integrations integrations;
  private final InboundUrls inbound;
  private final Catalog catalog;
  private final AddressRules egress;

  IntegrationRoutes(
      Integrations integrations, InboundUrls inbound, Catalog catalog, AddressRules egress) {
    this.integrations = integrations;
    this.inbound = inbound;
    this.catalog = catalog;
    this.egress = egress;
  }

  List<Route> routes() {
    return List.of(
        Route.put(
            "/v1/integrations/{integration}",
            Scope.INTEGRATIONS_WRITE,
            "putIntegration",
            this::put),
        Route.get(
            "/v1/integrations/{integration}", Scope.INTEGRATIONS_READ, "getIntegration", this::get),
        Route.delete(
            "/v1/integrations/{integration}",
            Scope.INTEGRATIONS_WRITE,
            "deleteIntegration",
            this::delete),
        Route.list("/v1/integrations", Scope.INTEGRATIONS_READ, "listIntegrations", this::list));
  }

  private Result<Response> put(ApiRequest request) {
    var input = request.json();
    var provider = input.text("provider", Text.line(64));
    var manifest = manifest(input, provider);
    var mode =
        input
            .oneOf("mode", Mode::of, Stream.of(Mode.values()).map(Mode::wireName))
            .orElse(Mode.usual(request.tenant().environment()));
    var clientId = input.optionalText("clientId", Text.line(500));
    var clientSecret = input.changedText("clientSecret", Text.of(MOST_SECRET_CHARACTERS));
    if (clientSecret instanceof Change.Set<String>(var secret)) {
      keySide(manifest, secret)
          .filter(side -> side != mode)
          .ifPresent(side -> input.fault("clientSecret", KeyModes.fault(side, mode)));
    }
    var webhookSecret = input.changedText("webhookSecret", Text.of(MOST_SECRET_CHARACTERS));
    var scopes = input.texts("scopes", 100, SCOPE);
    var redirectUrls =
        input.texts("redirectUrls", 50, Text.of(2048, RedirectUrl::isOne, RedirectUrl.EXPECTATION));
    var config = config(input, manifest);
    checkWebhookSecret(input, manifest, config, webhookSecret);
    var id = request.pathId("integration", IntegrationId::new);
    if (id.isEmpty()) {
      input.faultAt(
          "#path/integration", "must be 1 to 64 of a-z 0-9 - _, beginning with a letter or digit");
    }
    if (input.isFaulty()) {
      return input.refused();
    }
    return answer(
        integrations.put(
            request.tenant(),
            new Integrations.Wish(
                id.orElseThrow(),
                provider,
                mode,
                clientId,
                clientSecret.map(Secret::of),
                webhookSecret.map(Secret::of),
                scopes,
                redirectUrls,
                config.map(JsonNode::toString),
                secret -> keySide(manifest, secret.reveal()).filter(side -> side != mode).isEmpty(),
                request.caller().may(Scope.CREDENTIALS_WRITE)),
            request.cause()),
        mode);
  }

  // At some providers it is a key of the platform's own account, as at Stripe Connect.
  private static Optional<Mode> keySide(Optional<Manifest> manifest, String secret) {
    return manifest.flatMap(known -> KeyModes.of(known, secret));
  }

  private static Result<Response> answer(Integrations.Put put, Mode mode) {
    return switch (put) {
      case Integrations.Put.Created(var integration) -> shown(integration).ok(201);
      case Integrations.Put.Updated(var integration) -> shown(integration).ok(200);
      case Integrations.Put.ProviderInUse() ->
          Result.failed(
              Problem.conflict(
                  "integration-in-use",
                  "connections are made through this integration, so its provider stays"));
      case Integrations.Put.MayNotTurn() ->
          Result.failed(Problem.scopeMissing(Scope.CREDENTIALS_WRITE.wireName()));
      case Integrations.Put.SecretNeeded() ->
          Result.invalid(
              "/clientSecret",
              "must be given anew, since the provider, or a URL, a host or clientAuth in config,"
                  + " changes");
      case Integrations.Put.WebhookSecretNeeded() ->
          Result.invalid(
              "/webhookSecret", "must be given anew, or as null, since the provider changes");
      case Integrations.Put.SecretOfOtherMode() ->
          Result.invalid(
              "/clientSecret",
              "the one that is kept is a key of the provider's other side, and the integration"
                  + " would be in "
                  + mode.wireName()
                  + " mode");
      case Integrations.Put.TooManyLive() ->
          Result.failed(
              Problem.conflict("too-many-live", "too many earlier webhook secrets still verify"));
      case Integrations.Put.ChangedMeanwhile() -> changedMeanwhile();
    };
  }

  private Result<Response> get(ApiRequest request) {
    return request.withId(
        "integration",
        IntegrationId::new,
        id ->
            integrations
                .find(request.tenant(), id)
                .map(integration -> shown(integration).ok(200))
                .orElseGet(Result::notFound));
  }

  private Result<Response> list(ApiRequest request) {
    var page = request.query().page();
    if (request.query().isFaulty()) {
      return request.query().refused();
    }
    return JsonObject.page(integrations.list(request.tenant(), page), IntegrationRoutes::shown)
        .ok(200);
  }

  private Result<Response> delete(ApiRequest request) {
    return request.withId("integration", IntegrationId::new, id -> delete(request, id));
  }

  // Its own inbound webhooks go with it; one that is made meanwhile costs another round.
  private Result<Response> delete(ApiRequest request, IntegrationId id) {
    for (int round = 0; round < MOST_DELETE_ROUNDS; round++) {
      var integration = integrations.find(request.tenant(), id);
      if (integration.isEmpty()) {
        return Result.notFound();
      }
      var written = integrations.delete(integration.get(), request.cause());
      if (written == IntegrationStore.Written.DONE) {
        return Result.ok(Response.empty(204));
      }
      if (written == IntegrationStore.Written.HAS_CONNECTIONS) {
        return Result.failed(
            Problem.conflict(
                "integration-in-use", "connections are made through this integration"));
      }
      if (written == IntegrationStore.Written.HAS_INBOUND_WEBHOOKS) {
        inbound.deleteAll(
            request.tenant(),
            new InboundWebhooks.Filter(Optional.of(id), Optional.empty()),
            request.cause());
      }
    }
    return changedMeanwhile();
  }

  private Optional<Manifest> manifest(JsonInput input, String provider) {
    if (provider.isEmpty()) {
      return Optional.empty();
    }
    var manifest =
        ProviderId.isOne(provider)
            ? catalog.manifest(new ProviderId(provider))
            : Optional.<Manifest>empty();
    if (manifest.isEmpty()) {
      input.fault("provider", "is not a known provider");
    }
    return manifest;
  }

  private Optional<JsonNode> config(JsonInput input, Optional<Manifest> manifest) {
    var whole = input.json("config");
    var config = input.object("config");
    if (config.isEmpty()) {
      if (whole.isEmpty()) {
        manifest.ifPresent(known -> OauthConfig.checkMissing(input, known));
      }
      return Optional.empty();
    }
    if (whole.orElseThrow().toString().length() > MOST_SECRET_CHARACTERS) {
      input.fault("config", "must not have more than " + MOST_SECRET_CHARACTERS + " characters");
    }
    config.get().flag("consentPage");
    var reader = new ManifestReader();
    config
        .get()
        .json("webhook")
        .ifPresent(section ->
            checkSection(input, manifest, "webhook", known -> reader.webhook(known.id(), section)));
    config
        .get()
        .json("auth")
        .ifPresent(section -> checkSection(input, manifest, "auth", known -> reader.auth(section)));
    manifest.ifPresent(
        known -> new OauthConfig(known, egress).check(input, config.get(), whole.orElseThrow()));
    return whole;
  }

  private static void checkSection(
      JsonInput input,
      Optional<Manifest> manifest,
      String name,
      Function<Manifest, Parsed<?>> parse) {
    if (manifest.isEmpty()) {
      return;
    }
    if (!manifest.get().configurable().contains(name)) {
      input.fault("config", "/" + name, "is fixed by the provider's manifest");
      return;
    }
    switch (parse.apply(manifest.get())) {
      case Parsed.Valid<?> _ -> {
        // Nothing to say.
      }
      case Parsed.Faulty<?>(var faults) ->
          faults.forEach(fault -> input.fault("config", fault.pointer(), fault.detail()));
    }
  }

  private static void checkWebhookSecret(
      JsonInput input,
      Optional<Manifest> manifest,
      Optional<JsonNode> config,
      Change<String> webhookSecret) {
    if (!(webhookSecret instanceof Change.Set<String>(var secret)) || manifest.isEmpty()) {
      return;
    }
    var spec =
        manifest
            .get()
            .webhook()
            .or(() ->
                config
                    .map(given -> given.path("webhook"))
                    .map(section -> new ManifestReader().webhook(manifest.get().id(), section))
                    .flatMap(IntegrationRoutes::valid));
    if (spec.isPresent() && !InboundUrls.isUsable(spec.get(), Secret.of(secret))) {
      input.fault("webhookSecret", "cannot be decoded to a key of the provider's scheme");
    }
  }

  private static Optional<WebhookSpec> valid(Parsed<WebhookSpec> parsed) {
    return parsed instanceof Parsed.Valid<WebhookSpec>(var spec)
        ? Optional.of(spec)
        : Optional.empty();
  }

  private static Result<Response> changedMeanwhile() {
    return Result.failed(
        Problem.conflict("changed-meanwhile", "the integration was changed at the same time"));
  }

  private static JsonObject shown(Integration integration) {
    return new JsonObject()
        .put("id", integration.id().value())
        .put("provider", integration.provider())
        .put("environment", integration.tenant().environment().wireName())
        .put("mode", integration.mode().wireName())
        .put("clientId", integration.clientId())
        .put("clientSecretSet", integration.clientSecret().isPresent())
        .put("webhookSecretSet", integration.webhookSecret().isPresent())
        .put("scopes", integration.scopes())
        .put("redirectUrls", integration.redirectUrls())
        .putJson("config", integration.config())
        .put("createdAt", integration.createdAt())
        .put("updatedAt", integration.updatedAt());
  }
}
