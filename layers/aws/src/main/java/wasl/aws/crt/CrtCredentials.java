package wasl.aws.crt;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.crt.auth.credentials.Credentials;
import software.amazon.awssdk.crt.http.HttpHeader;
import wasl.aws.crt.CrtSettings.CredentialsSource;

/// Gives the credentials to sign with; those that end are asked for anew some minutes before.
final class CrtCredentials {
  private static final Duration EARLY = Duration.ofMinutes(5);
  private static final JsonFactory JSON = new JsonFactory();

  private final CredentialsSource source;
  private final CrtHttp http;
  private final InstantSource clock;
  private @Nullable Credentials held;
  private Instant until = Instant.MAX;

  CrtCredentials(CredentialsSource source, CrtHttp http, InstantSource clock) {
    this.source = source;
    this.http = http;
    this.clock = clock;
  }

  synchronized Credentials get() {
    if (held != null && clock.instant().isBefore(until.minus(EARLY))) {
      return held;
    }
    held =
        switch (source) {
          case CredentialsSource.Keys keys ->
              new Credentials(keys.id(), keys.secret(), keys.sessionToken().orElse(null));
          case CredentialsSource.Container container -> ask(container);
        };
    return held;
  }

  /// Forgets what it holds: credentials must not be in a snapshot.
  synchronized void clear() {
    held = null;
    until = Instant.MAX;
  }

  private Credentials ask(CredentialsSource.Container container) {
    var answer =
        http.send(
            new CrtHttp.Call(
                "container credentials",
                "GET",
                URI.create(container.at().getScheme() + "://" + container.at().getRawAuthority()),
                container.at().getRawPath(),
                "",
                new HttpHeader[] {new HttpHeader("authorization", container.authorization())},
                new byte[0]),
            null,
            refused -> "");
    var id = "";
    var secret = "";
    var token = "";
    var expiration = "";
    try (var json = JSON.createParser(answer.body())) {
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        var name = json.currentName();
        json.nextToken();
        switch (name) {
          case "AccessKeyId" -> id = json.getText();
          case "SecretAccessKey" -> secret = json.getText();
          case "Token" -> token = json.getText();
          case "Expiration" -> expiration = json.getText();
          default -> json.skipChildren();
        }
      }
      until = Instant.parse(expiration);
    } catch (IOException | DateTimeParseException e) {
      // Without its cause, which may quote a key.
      throw new AwsCallFailed.Unreachable("container credentials", "cannot be read", null);
    }
    return new Credentials(
        CrtSettings.bytes(id), CrtSettings.bytes(secret), CrtSettings.bytes(token));
  }
}
