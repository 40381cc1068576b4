package wasl.access;

import java.util.Locale;
import java.util.Optional;

/// One thing that an API key may allow: `<resource>:<action>`.
public enum Scope {
  PROJECTS_READ,
  PROJECTS_WRITE,
  API_KEYS_READ,
  API_KEYS_WRITE,
  AUDIT_READ,
  PROVIDERS_READ,
  INTEGRATIONS_READ,
  INTEGRATIONS_WRITE,
  CONNECTIONS_READ,
  CONNECTIONS_WRITE,
  /// To be shown the credentials of a connection in clear.
  CREDENTIALS_READ,
  /// To turn an integration with its credentials to other hosts.
  CREDENTIALS_WRITE,
  INBOUND_WEBHOOKS_READ,
  INBOUND_WEBHOOKS_WRITE,
  EVENTS_READ,
  EVENTS_WRITE,
  /// To be shown what an event carries.
  EVENTS_DATA,
  /// To be shown the request as the provider sent it.
  EVENTS_RAW,
  OUTBOUND_WEBHOOKS_READ,
  OUTBOUND_WEBHOOKS_WRITE,
  DELIVERIES_READ,
  DELIVERIES_WRITE;

  /// As it stands in JSON: `inbound-webhooks:read`.
  public String wireName() {
    int last = name().lastIndexOf('_');
    return (name().substring(0, last).replace('_', '-') + ":" + name().substring(last + 1))
        .toLowerCase(Locale.ROOT);
  }

  /// The inverse of [#wireName()].
  public static Optional<Scope> of(String wireName) {
    for (var scope : values()) {
      if (scope.wireName().equals(wireName)) {
        return Optional.of(scope);
      }
    }
    return Optional.empty();
  }

  boolean reads() {
    return name().endsWith("_READ");
  }

  boolean writes() {
    return name().endsWith("_WRITE");
  }
}
