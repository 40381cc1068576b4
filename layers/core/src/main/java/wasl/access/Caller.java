package wasl.access;

import java.util.Set;

/// Who makes a request: an API key that was found good, and what it allows.
public record Caller(Tenant tenant, ApiKeyId key, Set<Scope> scopes) {
  public Caller {
    scopes = Set.copyOf(scopes);
  }

  public boolean may(Scope scope) {
    return scopes.contains(scope);
  }
}
