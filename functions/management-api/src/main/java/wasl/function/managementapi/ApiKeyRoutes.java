package wasl.function.managementapi;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import wasl.access.ApiKey;
import wasl.access.ApiKeyId;
import wasl.access.ApiKeys;
import wasl.access.Role;
import wasl.access.Scope;
import wasl.web.ApiRequest;
import wasl.web.JsonInput;
import wasl.web.JsonObject;
import wasl.web.Problem;
import wasl.web.Response;
import wasl.web.Result;
import wasl.web.Route;
import wasl.web.Text;

/// API keys of the caller's own project and environment.
final class ApiKeyRoutes {
  private final ApiKeys keys;
  private final InstantSource clock;

  ApiKeyRoutes(ApiKeys keys, InstantSource clock) {
    this.keys = keys;
    this.clock = clock;
  }

  List<Route> routes() {
    return List.of(
        Route.post("/v1/api-keys", Scope.API_KEYS_WRITE, "createApiKey", this::create),
        Route.list("/v1/api-keys", Scope.API_KEYS_READ, "listApiKeys", this::list),
        Route.get("/v1/api-keys/{apiKey}", Scope.API_KEYS_READ, "getApiKey", this::get),
        Route.delete("/v1/api-keys/{apiKey}", Scope.API_KEYS_WRITE, "revokeApiKey", this::revoke),
        Route.act(
            "/v1/api-keys/{apiKey}/rotate", Scope.API_KEYS_WRITE, "rotateApiKey", this::rotate));
  }

  private Result<Response> create(ApiRequest request) {
    var input = request.json();
    var name = input.text("name", Text.line(100));
    var role = role(input);
    var scopes = role.map(Role::scopes).orElseGet(() -> scopes(input));
    if (role.isPresent() && input.json("scopes").isPresent()) {
      input.fault("scopes", "must not stand beside role");
    }
    var expiresAt = input.time("expiresAt");
    if (expiresAt.filter(end -> !end.isAfter(clock.instant())).isPresent()) {
      input.fault("expiresAt", "must be in the future");
    }
    if (input.isFaulty()) {
      return input.refused();
    }
    return ApiKeys.beyond(request.caller(), scopes)
        .<Result<Response>>map(ApiKeyRoutes::beyondCaller)
        .orElseGet(() -> {
          var wish = new ApiKeys.Wish(name, role, scopes, expiresAt);
          var issued = keys.create(request.tenant(), wish, request.cause());
          return shown(issued.key()).put("key", issued.text().reveal()).ok(201);
        });
  }

  private Result<Response> list(ApiRequest request) {
    var page = request.query().page();
    if (request.query().isFaulty()) {
      return request.query().refused();
    }
    return JsonObject.page(keys.list(request.tenant(), page), ApiKeyRoutes::shown).ok(200);
  }

  private Result<Response> get(ApiRequest request) {
    return request.withId(
        "apiKey",
        ApiKeyId::new,
        id ->
            keys.find(request.tenant(), id)
                .map(key -> shown(key).ok(200))
                .orElseGet(Result::notFound));
  }

  private Result<Response> revoke(ApiRequest request) {
    return request.withId(
        "apiKey", ApiKeyId::new, id -> answer(keys.revoke(request.caller(), id, request.cause())));
  }

  private Result<Response> rotate(ApiRequest request) {
    var input = request.json();
    var grace =
        input
            .wholeNumber("graceSeconds", 0, ApiKeys.LONGEST_GRACE.toSeconds())
            .map(Duration::ofSeconds)
            .orElse(ApiKeys.USUAL_GRACE);
    if (input.isFaulty()) {
      return input.refused();
    }
    return request.withId(
        "apiKey",
        ApiKeyId::new,
        id -> answer(keys.rotate(request.caller(), id, grace, request.cause())));
  }

  private static Result<Response> answer(ApiKeys.Changed changed) {
    return switch (changed) {
      case ApiKeys.Changed.Done(var issued) ->
          shown(issued.key()).put("key", issued.text().reveal()).ok(200);
      case ApiKeys.Changed.Revoked() -> Result.ok(Response.empty(204));
      case ApiKeys.Changed.Absent() -> Result.notFound();
      case ApiKeys.Changed.BeyondCaller(var scope) -> beyondCaller(scope);
      case ApiKeys.Changed.Busy() ->
          Result.failed(
              Problem.conflict(
                  "api-key-busy",
                  "the key changed at the same time, or too many earlier texts are still good"));
    };
  }

  private static Result<Response> beyondCaller(Scope scope) {
    return Result.failed(
        new Problem(
            403,
            "scope-missing",
            "Not allowed",
            "this needs a key that has the scope " + scope.wireName() + " itself"));
  }

  private static Optional<Role> role(JsonInput input) {
    return input.oneOf("role", Role::of, Arrays.stream(Role.values()).map(Role::wireName));
  }

  private static Set<Scope> scopes(JsonInput input) {
    var known = Text.of(50, name -> Scope.of(name).isPresent(), "a known scope");
    var names = input.texts("scopes", Scope.values().length, known);
    if (!input.has("role") && !input.has("scopes")) {
      input.fault("role", "is missing: either role or scopes is needed");
    } else if (input.has("scopes") && names.isEmpty()) {
      input.fault("scopes", "must name at least one known scope");
    }
    var scopes = EnumSet.noneOf(Scope.class);
    names.forEach(name -> Scope.of(name).ifPresent(scopes::add));
    return scopes;
  }

  private static JsonObject shown(ApiKey key) {
    return new JsonObject()
        .put("id", key.id().value())
        .put("name", key.name())
        .put("environment", key.tenant().environment().wireName())
        .put("role", key.role().map(Role::wireName))
        .put("scopes", key.scopes().stream().sorted().map(Scope::wireName).toList())
        .put("createdAt", key.createdAt())
        .putTime("expiresAt", key.expiresAt());
  }
}
