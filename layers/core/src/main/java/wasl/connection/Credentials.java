package wasl.connection;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import wasl.vault.Secret;
import wasl.vault.Vault;
import wasl.web.JsonObject;

/// What is secret of a connection: what its form asked for, and the token that was got with it.
/// Sealed as one JSON object.
///
/// @param type as in the HTTP contract: `api_key`, `oauth2`, …
/// @param fields by the manifest's names, in its order
public record Credentials(String type, Map<String, Secret> fields, Optional<Token> token) {
  /// Credentials of this type are shown and stored with their fields apart.
  public static final String CUSTOM = "custom";

  private static final int FORM = 2;
  private static final JsonFactory JSON = new JsonFactory();

  public Credentials {
    fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
  }

  public Credentials with(Token newToken) {
    return new Credentials(type, fields, Optional.of(newToken));
  }

  /// As who may see them is shown them: `{type, accessToken | apiKey | …, expiresAt?}`. Of what a
  /// token was got with, and of what it is renewed with, nothing.
  public JsonObject shown() {
    var out = new JsonObject().put("type", type);
    if (token.isPresent()) {
      return out.put("accessToken", token.get().accessToken().reveal())
          .maybeTime("expiresAt", token.get().expiresAt())
          .maybe("apiBase", token.get().apiBase());
    }
    var shown = type.equals(CUSTOM) ? new JsonObject() : out;
    fields.forEach((name, value) -> shown.put(name, value.reveal()));
    return type.equals(CUSTOM) ? out.put("fields", shown) : out;
  }

  /// To be sealed.
  public Secret write() {
    var out = new ByteArrayOutputStream();
    try (var json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeNumberField("form", FORM);
      json.writeStringField("type", type);
      json.writeObjectFieldStart("fields");
      for (var field : fields.entrySet()) {
        json.writeStringField(field.getKey(), field.getValue().reveal());
      }
      json.writeEndObject();
      if (token.isPresent()) {
        write(token.get(), json);
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new AssertionError("an array takes everything", e);
    }
    return Secret.of(out.toByteArray());
  }

  private static void write(Token token, JsonGenerator json) throws IOException {
    json.writeObjectFieldStart("token");
    json.writeStringField("accessToken", token.accessToken().reveal());
    if (token.refreshToken().isPresent()) {
      json.writeStringField("refreshToken", token.refreshToken().get().reveal());
    }
    if (token.expiresAt().isPresent()) {
      json.writeNumberField("expiresAt", token.expiresAt().get().toEpochMilli());
    }
    json.writeNumberField("obtainedAt", token.obtainedAt().toEpochMilli());
    json.writeStringField("obtainedFrom", token.obtainedFrom());
    if (token.apiBase().isPresent()) {
      json.writeStringField("apiBase", token.apiBase().get());
    }
    json.writeEndObject();
  }

  /// A connection's, in clear.
  public static Credentials open(Vault vault, Connection connection) {
    return read(
        vault.open(
            Connection.credentialsPlace(connection.tenant(), connection.id()),
            connection.credentials()));
  }

  /// The inverse of [#write]; reads the first form too, which was shown as it was stored: `{type,
  /// apiKey, …}`, and of `custom` `{type, fields}`.
  public static Credentials read(Secret secret) {
    var found = new Found();
    try (var json = JSON.createParser(secret.revealBytes())) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw unreadable();
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        var name = json.currentName();
        json.nextToken();
        switch (name) {
          case "form" -> json.skipChildren();
          case "type" -> found.type = json.getText();
          case "fields" -> texts(json, found.fields);
          case "token" -> texts(json, found.token);
          default -> found.fields.put(name, Secret.of(json.getText()));
        }
      }
    } catch (IOException malformed) {
      // Without its cause: a parser quotes what it read.
      throw unreadable();
    }
    return new Credentials(found.type, found.fields, found.token());
  }

  private static IllegalStateException unreadable() {
    return new IllegalStateException("stored credentials cannot be read");
  }

  private static void texts(JsonParser json, Map<String, Secret> into) throws IOException {
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      var name = json.currentName();
      json.nextToken();
      into.put(name, Secret.of(json.getText()));
    }
  }

  /// What is gathered while they are read.
  private static final class Found {
    private String type = "";
    private final Map<String, Secret> fields = new LinkedHashMap<>();
    private final Map<String, Secret> token = new LinkedHashMap<>();

    private Optional<Token> token() {
      if (token.isEmpty()) {
        return Optional.empty();
      }
      return Optional.of(
          new Token(
              text("accessToken").map(Secret::of).orElseThrow(Credentials::unreadable),
              text("refreshToken").map(Secret::of),
              text("expiresAt").map(Found::time),
              text("obtainedAt").map(Found::time).orElseThrow(Credentials::unreadable),
              text("obtainedFrom").orElseThrow(Credentials::unreadable),
              text("apiBase")));
    }

    private Optional<String> text(String name) {
      return Optional.ofNullable(token.get(name)).map(Secret::reveal);
    }

    private static Instant time(String millis) {
      return Instant.ofEpochMilli(Long.parseLong(millis));
    }
  }
}
