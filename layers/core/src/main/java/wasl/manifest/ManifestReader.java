package wasl.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import wasl.manifest.Manifest.AuthMode;
import wasl.manifest.Manifest.Availability;
import wasl.manifest.Manifest.Field;
import wasl.manifest.Manifest.LocalText;
import wasl.manifest.Manifest.Mode;
import wasl.manifest.Manifest.ModeFacts;
import wasl.manifest.Node.Fields;
import wasl.manifest.Parsed.Faulty;
import wasl.manifest.Parsed.Valid;

/// Reads manifests, and the sections of them that an integration's configuration brings, and says
/// everything that is wrong at once.
public final class ManifestReader {
  /// Of a section of a configuration, as JSON.
  private static final int LARGEST_SECTION = 16 * 1024;

  private static final int LARGEST_MANIFEST = 256 * 1024;

  /// A manifest as written.
  ///
  /// @param id that it must say, its folder's name
  public Parsed<Manifest> yaml(ProviderId id, String yaml) {
    return switch (YamlNodes.parse(yaml, LARGEST_MANIFEST)) {
      case Faulty<Node>(var faults) -> new Faulty<>(faults);
      case Valid<Node>(var node) -> manifest(id, node);
    };
  }

  private static Parsed<Manifest> manifest(ProviderId id, Node node) {
    var faults = new Faults();
    ManifestShape.MANIFEST.check(node, "", faults);
    if (node instanceof Fields document) {
      ManifestRules.check(document, faults);
      if (document.text("id").isPresent() && !document.text("id").get().equals(id.value())) {
        faults.add("/id", "must be its folder's name, \"" + id + "\"");
      }
      if (faults.isEmpty()) {
        return new Valid<>(of(id, document));
      }
    }
    return new Faulty<>(faults.all());
  }

  /// The `webhook` section of an integration's configuration. Faults point into it from `/webhook`.
  public Parsed<WebhookSpec> webhook(ProviderId provider, JsonNode section) {
    return webhook(provider, section.toString().getBytes(StandardCharsets.UTF_8));
  }

  /// As [#webhook(ProviderId, JsonNode)], from JSON.
  public Parsed<WebhookSpec> webhook(ProviderId provider, byte[] json) {
    return switch (section(json, "/webhook")) {
      case Faulty<Node>(var faults) -> new Faulty<>(faults);
      case Valid<Node>(var node) -> webhook(provider, node);
    };
  }

  private static Parsed<WebhookSpec> webhook(ProviderId provider, Node node) {
    var faults = new Faults();
    WebhookShape.WEBHOOK.check(node, "/webhook", faults);
    if (node instanceof Fields section) {
      WebhookRules.check(section, "/webhook", faults);
      if (faults.isEmpty()) {
        return new Valid<>(WebhookReader.read(provider, section));
      }
    }
    return new Faulty<>(faults.all());
  }

  /// The `auth` section of an integration's configuration. Faults point into it from `/auth`.
  public Parsed<List<AuthMode>> auth(JsonNode section) {
    return switch (section(section.toString().getBytes(StandardCharsets.UTF_8), "/auth")) {
      case Faulty<Node>(var faults) -> new Faulty<>(faults);
      case Valid<Node>(var node) -> auth(node);
    };
  }

  private static Parsed<List<AuthMode>> auth(Node node) {
    var faults = new Faults();
    ManifestShape.AUTHS.check(node, "/auth", faults);
    var section = new Fields(Map.of("auth", node));
    if (faults.isEmpty()) {
      AuthRules.check(section, faults);
    }
    return faults.isEmpty() ? new Valid<>(auth(section)) : new Faulty<>(faults.all());
  }

  /// The `auth` section of a configuration that was checked.
  public static List<AuthMode> authOf(Fields config) {
    return auth(config);
  }

  /// The keys of an integration's configuration that say what a manifest says of an OAuth provider.
  /// Where URLs may lead is for others to judge. Faults point into the configuration.
  public Parsed<Fields> oauth2(JsonNode keys) {
    return switch (section(keys.toString().getBytes(StandardCharsets.UTF_8), "")) {
      case Faulty<Node>(var faults) -> new Faulty<>(faults);
      case Valid<Node>(var node) -> oauth2(node);
    };
  }

  private static Parsed<Fields> oauth2(Node node) {
    var faults = new Faults();
    ManifestShape.OAUTH_CONFIG.check(node, "", faults);
    if (node instanceof Fields keys) {
      OauthConfigRules.check(keys, faults);
      if (faults.isEmpty()) {
        return new Valid<>(keys);
      }
    }
    return new Faulty<>(faults.all());
  }

  /// Whether a configuration of a generic OAuth provider brings this key, as a manifest would.
  public static boolean isOauthKey(String key) {
    return ManifestShape.OAUTH_CONFIG.keys().stream().anyMatch(member -> member.name().equals(key));
  }

  private static Parsed<Node> section(byte[] json, String pointer) {
    if (json.length > LARGEST_SECTION) {
      return new Faulty<>(
          List.of(new Fault(pointer, "is larger than " + LARGEST_SECTION + " bytes")));
    }
    try {
      return new Valid<>(Node.json(json));
    } catch (IOException malformed) {
      return new Faulty<>(
          List.of(new Fault(pointer, "is no JSON, or too deep, or has a doubled key")));
    }
  }

  /// A document that was checked.
  static Manifest of(ProviderId id, Fields document) {
    var webhook = document.fields("webhook");
    return new Manifest(
        id,
        localText(document.fields("name")),
        localText(document.fields("description")),
        document.text("category", ""),
        availability(document.text("availability", "")),
        textMap(document.fields("links")),
        document.fields("markets").texts("values"),
        document.fields("currencies").texts("values"),
        modes(document.fields("modes")),
        auth(document),
        document.has("webhook") ? Optional.of(WebhookReader.read(id, webhook)) : Optional.empty(),
        webhook.texts("eventTypes"),
        document.texts("configurable"),
        document);
  }

  private static LocalText localText(Fields fields) {
    return new LocalText(fields.text("en", ""), fields.text("ar", ""));
  }

  private static Availability availability(String text) {
    return switch (text) {
      case "live" -> Availability.LIVE;
      case "beta" -> Availability.BETA;
      default -> Availability.COMING_SOON;
    };
  }

  private static Map<String, String> textMap(Fields fields) {
    var texts = new LinkedHashMap<String, String>();
    for (var key : fields.nodes().keySet()) {
      fields.text(key).ifPresent(text -> texts.put(key, text));
    }
    return texts;
  }

  private static Map<Mode, ModeFacts> modes(Fields fields) {
    var modes = new LinkedHashMap<Mode, ModeFacts>();
    if (fields.has("sandbox")) {
      modes.put(Mode.SANDBOX, modeFacts(fields.fields("sandbox")));
    }
    if (fields.has("live")) {
      modes.put(Mode.LIVE, modeFacts(fields.fields("live")));
    }
    return modes;
  }

  private static ModeFacts modeFacts(Fields fields) {
    return new ModeFacts(
        textMap(fields.fields("baseUrls")),
        fields.texts("keyPrefixes"),
        fields(fields.list("variables")));
  }

  private static List<AuthMode> auth(Fields document) {
    var modes = new ArrayList<AuthMode>();
    for (var node : document.list("auth")) {
      if (node instanceof Fields mode) {
        modes.add(new AuthMode(mode.text("mode", ""), fields(mode.list("fields")), mode));
      }
    }
    return modes;
  }

  private static List<Field> fields(List<Node> nodes) {
    var fields = new ArrayList<Field>();
    for (var node : nodes) {
      if (node instanceof Fields field) {
        fields.add(
            new Field(
                field.text("name", ""),
                localText(field.fields("label")),
                field.has("hint") ? Optional.of(localText(field.fields("hint"))) : Optional.empty(),
                field.flag("secret", true),
                field.flag("optional", false),
                field.text("pattern"),
                field.text("example")));
      }
    }
    return fields;
  }
}
