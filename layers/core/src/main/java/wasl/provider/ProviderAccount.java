package wasl.provider;

import java.util.Optional;
import wasl.connection.Credentials;
import wasl.connection.Token;
import wasl.manifest.Manifest;
import wasl.manifest.Manifest.AuthMode;
import wasl.manifest.Manifest.Field;
import wasl.manifest.Manifest.Mode;
import wasl.vault.Secret;

/// Whom a call to a provider is made for: what the provider is, on which side of it, and the
/// credentials for the account there.
///
/// @param auth how the credentials are carried: one of the manifest's, or of a configuration's
public record ProviderAccount(
    Manifest manifest, AuthMode auth, Mode mode, Credentials credentials) {
  /// The placeholder of the token that was got with the credentials.
  public static final String ACCESS_TOKEN = "accessToken";

  /// What a placeholder stands for; empty for an optional field that was not given.
  public Optional<Secret> value(String placeholder) {
    var field = Optional.ofNullable(credentials.fields().get(placeholder));
    return field.isPresent() || !placeholder.equals(ACCESS_TOKEN)
        ? field
        : credentials.token().map(Token::accessToken);
  }

  Optional<Field> field(String name) {
    return manifest.fields(auth, mode).stream()
        .filter(field -> field.name().equals(name))
        .findFirst();
  }

  /// A base URL of the manifest, with its placeholders; for the usual one, where the provider gave
  /// this account an API of its own, that.
  Optional<String> baseUrl(String name) {
    var own = credentials.token().flatMap(Token::apiBase);
    return own.isPresent() && name.equals(ProviderCall.USUAL_BASE)
        ? own
        : Optional.ofNullable(manifest.side(mode).baseUrls().get(name));
  }
}
