package wasl.local.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import wasl.local.simulator.Behavior.Consent;
import wasl.local.simulator.Behavior.Refreshing;
import wasl.local.simulator.World.AccessToken;
import wasl.local.simulator.World.Code;
import wasl.local.simulator.World.RefreshToken;

/// Writes and reads what the simulator remembers.
final class WorldJson {
  private static final int VERSION = 1;
  private static final JsonMapper JSON = new JsonMapper();

  private WorldJson() {}

  static byte[] write(World world) throws IOException {
    ObjectNode root = JSON.createObjectNode();
    root.put("version", VERSION);
    ObjectNode codes = root.putObject("codes");
    world.codes().forEach((digest, code) -> write(code, codes.putObject(digest)));
    ObjectNode grants = root.putObject("grants");
    world.grants().forEach((id, grant) -> write(grant, grants.putObject(id)));
    ObjectNode accessTokens = root.putObject("accessTokens");
    world
        .accessTokens()
        .forEach((digest, token) -> {
          ObjectNode json = accessTokens.putObject(digest);
          json.put("grant", token.grant());
          put(json, "endsAt", token.endsAt());
        });
    ObjectNode refreshTokens = root.putObject("refreshTokens");
    world
        .refreshTokens()
        .forEach((digest, token) -> {
          ObjectNode json = refreshTokens.putObject(digest);
          json.put("grant", token.grant());
          put(json, "endsAt", token.endsAt());
          put(json, "usedAt", token.usedAt());
        });
    ObjectNode behaviors = root.putObject("behaviors");
    world.behaviors().forEach((part, behavior) -> write(behavior, behaviors.putObject(part)));
    ObjectNode keys = root.putObject("keys");
    world.keys().forEach(keys::put);
    return JSON.writeValueAsBytes(root);
  }

  /// @throws IOException if it was written by a version that is not known here
  static World read(byte[] json) throws IOException {
    JsonNode root = JSON.readTree(json);
    if (root.path("version").asInt() != VERSION) {
      throw new IOException("unknown version " + root.path("version"));
    }
    World world = World.empty();
    root.path("codes")
        .properties()
        .forEach(code -> world.codes().put(code.getKey(), code(code.getValue())));
    root.path("grants")
        .properties()
        .forEach(grant -> world.grants().put(grant.getKey(), grant(grant.getValue())));
    root.path("accessTokens")
        .properties()
        .forEach(token ->
            world
                .accessTokens()
                .put(
                    token.getKey(),
                    new AccessToken(
                        text(token.getValue(), "grant"), time(token.getValue(), "endsAt"))));
    root.path("refreshTokens")
        .properties()
        .forEach(token ->
            world
                .refreshTokens()
                .put(
                    token.getKey(),
                    new RefreshToken(
                        text(token.getValue(), "grant"),
                        time(token.getValue(), "endsAt"),
                        time(token.getValue(), "usedAt"))));
    root.path("behaviors")
        .properties()
        .forEach(part -> world.behaviors().put(part.getKey(), behavior(part.getValue())));
    root.path("keys")
        .properties()
        .forEach(key -> world.keys().put(key.getKey(), key.getValue().asBoolean()));
    return world;
  }

  private static void write(Code code, ObjectNode json) {
    write(code.grant(), json.putObject("grant"));
    json.put("redirectUri", code.redirectUri());
    code.challenge().ifPresent(challenge -> json.put("challenge", challenge));
    put(json, "endsAt", Optional.of(code.endsAt()));
    json.put("used", code.used());
  }

  private static Code code(JsonNode json) {
    return new Code(
        grant(json.path("grant")),
        text(json, "redirectUri"),
        optional(json, "challenge"),
        time(json, "endsAt").orElse(Instant.EPOCH),
        json.path("used").asBoolean());
  }

  private static void write(Grant grant, ObjectNode json) {
    json.put("id", grant.id())
        .put("part", grant.part())
        .put("mode", grant.mode())
        .put("client", grant.client())
        .put("account", grant.account());
    grant.scopes().forEach(json.putArray("scopes")::add);
  }

  private static Grant grant(JsonNode json) {
    return new Grant(
        text(json, "id"),
        text(json, "part"),
        text(json, "mode"),
        text(json, "client"),
        text(json, "account"),
        texts(json.path("scopes")));
  }

  /// As the control API shows it too.
  static void write(Behavior behavior, ObjectNode json) {
    behavior.accessTokenLife().ifPresent(life -> json.put("accessTokenSeconds", life.toSeconds()));
    behavior.refreshing().ifPresent(how -> json.put("refreshToken", word(how)));
    json.put("consent", word(behavior.consent()));
    behavior.account().ifPresent(account -> json.put("account", account));
    behavior.scopes().ifPresent(scopes -> scopes.forEach(json.putArray("scopes")::add));
    json.put("omitExpiresIn", behavior.omitsExpiresIn());
  }

  private static Behavior behavior(JsonNode json) {
    return new Behavior(
        optional(json, "accessTokenSeconds").map(Long::parseLong).map(Duration::ofSeconds),
        optional(json, "refreshToken")
            .map(word -> Refreshing.valueOf(word.toUpperCase(Locale.ROOT))),
        Consent.valueOf(text(json, "consent").toUpperCase(Locale.ROOT)),
        optional(json, "account"),
        json.has("scopes") ? Optional.of(texts(json.path("scopes"))) : Optional.empty(),
        json.path("omitExpiresIn").asBoolean());
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static void put(ObjectNode json, String name, Optional<Instant> time) {
    time.ifPresent(present -> json.put(name, present.toString()));
  }

  private static String text(JsonNode json, String name) {
    return json.path(name).asText();
  }

  private static Optional<String> optional(JsonNode json, String name) {
    return json.has(name) ? Optional.of(json.path(name).asText()) : Optional.empty();
  }

  private static Optional<Instant> time(JsonNode json, String name) {
    return optional(json, name).map(Instant::parse);
  }

  private static List<String> texts(JsonNode items) {
    return items.valueStream().map(JsonNode::asText).toList();
  }
}
