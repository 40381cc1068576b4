package wasl.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import wasl.manifest.Manifest;
import wasl.manifest.ManifestReader;
import wasl.manifest.Parsed.Valid;
import wasl.manifest.ProviderId;
import wasl.manifest.WebhookSpec;
import wasl.signing.RequestValues;
import wasl.vault.Secret;
import wasl.web.Headers;
import wasl.web.HttpRequest;

/// A whole request as a provider sends it, with what must be said of it.
record Vector(
    String id,
    WebhookSpec spec,
    String verdict,
    Instant at,
    List<Secret> secrets,
    String method,
    String url,
    Map<String, String> headers,
    byte[] body,
    List<Unsigned> unsigned) {

  private static final JsonMapper MAPPER = new JsonMapper();
  private static final Path PROVIDERS = Path.of("../providers");

  /// Bytes that the scheme does not sign: `to` of a whole part is its end.
  record Unsigned(String part, String name, int from, int to) {
    boolean holds(String part, String name, int at) {
      return this.part.equals(part) && this.name.equals(name) && from <= at && at < to;
    }
  }

  static List<Vector> all() {
    return read("*/vectors/*.json");
  }

  static Vector of(String provider, String id) {
    return read(provider + "/vectors/" + id + ".json").getFirst();
  }

  private static List<Vector> read(String glob) {
    var matcher = PROVIDERS.getFileSystem().getPathMatcher("glob:" + PROVIDERS + "/" + glob);
    try (var files = Files.walk(PROVIDERS, 3)) {
      var vectors = new ArrayList<Vector>();
      for (var file : files.filter(matcher::matches).sorted().toList()) {
        vectors.add(read(MAPPER.readTree(Files.readAllBytes(file)), file));
      }
      return vectors;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Vector read(JsonNode json, Path file) {
    var provider = json.path("provider").asText();
    var request = json.path("request");
    var headers = new LinkedHashMap<String, String>();
    request
        .path("headers")
        .properties()
        .forEach(header -> headers.put(header.getKey(), header.getValue().asText()));
    var secrets = new ArrayList<Secret>();
    json.path("secrets").forEach(secret -> secrets.add(Secret.of(secret.asText())));
    if (!file.endsWith(Path.of(provider, "vectors", json.path("id").asText() + ".json"))
        || json.path("source").asText().isBlank()) {
      throw new IllegalArgumentException(file + " tells another id or provider, or no source");
    }
    return new Vector(
        provider + "/" + json.path("id").asText(),
        spec(provider, Optional.ofNullable(json.path("scheme").textValue())),
        json.path("verdict").asText(),
        Instant.parse(json.path("at").asText()),
        secrets,
        request.path("method").asText(),
        request.path("url").asText(),
        headers,
        Base64.getDecoder().decode(request.path("bodyBase64").asText()),
        unsigned(json));
  }

  private static List<Unsigned> unsigned(JsonNode json) {
    var unsigned = new ArrayList<Unsigned>();
    json.path("unsigned")
        .forEach(part ->
            unsigned.add(
                new Unsigned(
                    part.path("part").asText(),
                    part.path("name").asText(""),
                    part.path("from").asInt(0),
                    part.path("to").asInt(Integer.MAX_VALUE))));
    return unsigned;
  }

  static WebhookSpec spec(String provider, Optional<String> scheme) {
    var spec = manifest(provider).webhook().orElseThrow();
    return scheme.isEmpty() ? spec : spec.under(scheme.get()).orElseThrow();
  }

  static Manifest manifest(String provider) {
    try {
      var yaml = Files.readString(PROVIDERS.resolve(provider).resolve("manifest.yaml"));
      var read = new ManifestReader().yaml(new ProviderId(provider), yaml);
      if (read instanceof Valid<Manifest>(var manifest)) {
        return manifest;
      }
      throw new AssertionError(read.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  HttpRequest request() {
    return new HttpRequest(method, url, new Headers(headers), body);
  }

  HttpRequest withHeader(String name, String value) {
    var changed = new LinkedHashMap<>(headers);
    changed.put(name, value);
    return new HttpRequest(method, url, new Headers(changed), body);
  }

  HttpRequest withoutHeader(String name) {
    var changed = new LinkedHashMap<>(headers);
    changed.remove(name);
    return new HttpRequest(method, url, new Headers(changed), body);
  }

  /// Whether another body says the same where not its bytes are signed but the fields of its form.
  boolean means(byte[] otherBody) {
    return isUnsigned("formEncoding", "", 0)
        && RequestValues.pairs(otherBody).equals(RequestValues.pairs(body));
  }

  boolean isUnsigned(String part, String name, int at) {
    return unsigned.stream().anyMatch(range -> range.holds(part, name, at));
  }

  @Override
  public String toString() {
    return id + " is " + verdict;
  }
}
