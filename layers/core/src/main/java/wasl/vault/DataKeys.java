package wasl.vault;

import wasl.access.Tenant;

/// Gives data keys in clear, whoever wraps them.
public interface DataKeys {
  /// The key that new values are sealed under; made at the first call for a tenant, once whatever
  /// callers race.
  DataKey current(Tenant tenant);

  /// The key of that id. Throws [KeyGone] where there is none any more: its project was erased.
  DataKey byId(Tenant tenant, KeyId id);

  /// The data key is not there; what it sealed is unreadable for good.
  final class KeyGone extends RuntimeException {
    public KeyGone(KeyId id) {
      super("data key " + id + " is gone");
    }
  }
}
