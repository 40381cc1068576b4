package wasl.local.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLDecoder;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import wasl.local.simulator.Behavior.Consent;
import wasl.local.simulator.Behavior.Refreshing;
import wasl.web.JsonInput;
import wasl.web.JsonObject;
import wasl.web.Problem;
import wasl.web.Response;
import wasl.web.Result;
import wasl.web.Text;

/// The control API: tells what was called, and makes providers behave otherwise.
final class Control {
  /// Where it stands: no host begins like that.
  static final String HOST = "_control";

  private static final long LONGEST_LIFE = 31_536_000;
  private static final String PROVIDERS = "/providers/";

  private final Directory directory;
  private final Grants grants;
  private final Keys keys;
  private final Memory memory;
  private final Faults faults;
  private final FaultInput faultInput;
  private final CallLog log;

  Control(
      Directory directory,
      Grants grants,
      Keys keys,
      Memory memory,
      Faults faults,
      FaultInput faultInput,
      CallLog log) {
    this.directory = directory;
    this.grants = grants;
    this.keys = keys;
    this.memory = memory;
    this.faults = faults;
    this.faultInput = faultInput;
    this.log = log;
  }

  Response answer(Call call) {
    return switch (result(call)) {
      case Result.Ok<Response>(Response response) -> response;
      case Result.Failed<Response>(Problem problem) ->
          problem.response(UUID.randomUUID().toString());
    };
  }

  private Result<Response> result(Call call) {
    if (call.path().startsWith(PROVIDERS)) {
      String name = URLDecoder.decode(call.path().substring(PROVIDERS.length()), UTF_8);
      return call.method().equals("PUT") ? behave(name, call.body()) : wrongMethod("PUT");
    }
    return switch (call.path()) {
      case "/calls" ->
          switch (call.method()) {
            case "GET" -> calls(call.query());
            case "DELETE" -> {
              log.clear();
              yield Result.ok(Response.empty(204));
            }
            default -> wrongMethod("GET", "DELETE");
          };
      case "/faults" ->
          switch (call.method()) {
            case "POST" -> fault(call.body());
            case "DELETE" -> {
              faults.clear();
              yield Result.ok(Response.empty(204));
            }
            default -> wrongMethod("POST", "DELETE");
          };
      case "/keys" -> call.method().equals("POST") ? key(call.body()) : wrongMethod("POST");
      case "/revoke" -> call.method().equals("POST") ? revoke(call.body()) : wrongMethod("POST");
      default -> Result.notFound();
    };
  }

  private static Result<Response> wrongMethod(String... allowed) {
    Problem problem =
        new Problem(
            405,
            "method-not-allowed",
            "Method not allowed",
            "this takes " + String.join(" and ", allowed));
    return Result.ok(
        problem
            .response(UUID.randomUUID().toString())
            .withHeader("allow", String.join(", ", allowed)));
  }

  private Result<Response> calls(Parameters query) {
    Set<String> unknown = new TreeSet<>(query.values().keySet());
    unknown.removeAll(Set.of("host", "path"));
    if (!unknown.isEmpty()) {
      return Result.failed(
          Problem.invalid(
              unknown.stream()
                  .map(name -> new Problem.Fault("#query/" + name, "is not known here"))
                  .toList()));
    }
    List<CallLog.Entry> entries = log.all(query.get("host"), query.get("path"));
    JsonObject counts = new JsonObject();
    for (CallKind kind : CallKind.values()) {
      counts.put(kind.word(), entries.stream().filter(entry -> entry.kind() == kind).count());
    }
    return new JsonObject()
        .put("count", entries.size())
        .put("counts", counts)
        .putAll("calls", entries.stream().map(Control::json).toList())
        .ok(200);
  }

  private static JsonObject json(CallLog.Entry entry) {
    return new JsonObject()
        .put("at", entry.at())
        .put("provider", entry.part())
        .put("on", entry.kind().word())
        .put("method", entry.method())
        .put("host", entry.host())
        .put("path", entry.path())
        .maybe("grantType", entry.grantType());
  }

  private Result<Response> behave(String name, byte[] body) {
    return JsonInput.read(body)
        .then(input -> {
          Optional<Part> part = part(name);
          if (part.isEmpty()) {
            input.faultAt("#path/provider", unknown());
          }
          Behavior behavior =
              new Behavior(
                  input.wholeNumber("accessTokenSeconds", 0, LONGEST_LIFE).map(Duration::ofSeconds),
                  word(input, "refreshToken", Refreshing.values()),
                  word(input, "consent", Consent.values()).orElse(Consent.ASK),
                  input.optionalText("account", Text.line(200)),
                  input.optionalTexts("scopes", 200, Text.line(200)),
                  input.flag("omitExpiresIn").orElse(false));
          if (input.isFaulty()) {
            return input.refused();
          }
          memory.change(world -> world.behaviors().put(part.orElseThrow().id(), behavior));
          ObjectNode json = JsonNodeFactory.instance.objectNode();
          WorldJson.write(behavior, json);
          return Result.ok(Json.response(200, json));
        });
  }

  private Result<Response> fault(byte[] body) {
    return JsonInput.read(body)
        .then(faultInput::read)
        .map(fault -> {
          faults.add(fault);
          return Response.empty(204);
        });
  }

  private Result<Response> key(byte[] body) {
    return JsonInput.read(body)
        .then(input -> {
          Optional<Part> part = part(input);
          String key = input.text("key", Text.of(10_000));
          Optional<Boolean> good = input.required("good", input.flag("good"));
          if (input.isFaulty()) {
            return input.refused();
          }
          keys.say(part.orElseThrow(), key, good.orElseThrow());
          return Result.ok(Response.empty(204));
        });
  }

  private Result<Response> revoke(byte[] body) {
    return JsonInput.read(body)
        .then(input -> {
          Optional<Part> part = part(input);
          String account = input.text("account", Text.line(200));
          if (input.isFaulty()) {
            return input.refused();
          }
          return new JsonObject()
              .put("revoked", grants.endAll(part.orElseThrow(), account))
              .ok(200);
        });
  }

  private Optional<Part> part(JsonInput input) {
    String name = input.text("provider", Text.line(300));
    Optional<Part> part = part(name);
    if (part.isEmpty() && !name.isEmpty()) {
      input.fault("provider", unknown());
    }
    return part;
  }

  private Optional<Part> part(String name) {
    return directory.part(name).filter(directory::hasUrls);
  }

  /// Why a name is nobody's.
  static String unknown() {
    return "must be a provider that has URLs in its manifest, or a host";
  }

  private static <T extends Enum<T>> Optional<T> word(JsonInput input, String name, T[] values) {
    return input.oneOf(
        name,
        given -> Arrays.stream(values).filter(value -> word(value).equals(given)).findFirst(),
        Stream.of(values).map(Control::word));
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(java.util.Locale.ROOT);
  }
}
