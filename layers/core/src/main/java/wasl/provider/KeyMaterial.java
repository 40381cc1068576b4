package wasl.provider;

import java.util.LinkedHashMap;
import java.util.Map;
import wasl.egress.ClientIdentityPem;
import wasl.manifest.Manifest.AuthMode;
import wasl.signing.JwtKey;
import wasl.vault.Secret;

/// Checks the keys and certificates among the fields of credentials: one that cannot be read would
/// fail at each use.
public final class KeyMaterial {
  public static final String PRIVATE_KEY = "privateKey";
  public static final String CERTIFICATE = "certificate";

  private KeyMaterial() {}

  /// What is wrong, by field; each completes "the field …". Fields that are missing are nobody's
  /// fault here.
  public static Map<String, String> faults(AuthMode auth, Map<String, Secret> fields) {
    var key = fields.get(PRIVATE_KEY);
    var faults = new LinkedHashMap<String, String>();
    if (key == null) {
      return faults;
    }
    switch (auth.mode()) {
      case "app_jwt", "jwt_bearer" -> {
        if (JwtKey.read(algorithm(auth), key) instanceof JwtKey.Read.Unusable(var why)) {
          faults.put(PRIVATE_KEY, why);
        }
      }
      case "mtls" -> {
        var chain = fields.get(CERTIFICATE);
        if (chain != null) {
          switch (ClientIdentityPem.read(chain, key)) {
            case ClientIdentityPem.Read.Identity _ -> {
              // Nothing to say.
            }
            case ClientIdentityPem.Read.UnusableChain(var why) -> faults.put(CERTIFICATE, why);
            case ClientIdentityPem.Read.UnusableKey(var why) -> faults.put(PRIVATE_KEY, why);
          }
        }
      }
      default -> {
        // No other mode reads a key.
      }
    }
    return faults;
  }

  /// The algorithm that a mode's JWTs are signed with.
  public static JwtKey.Algorithm algorithm(AuthMode auth) {
    return auth.facts().text("algorithm", "RS256").equals("ES256")
        ? JwtKey.Algorithm.ES256
        : JwtKey.Algorithm.RS256;
  }
}
