package wasl.vault;

import wasl.access.Tenant;

/// Gives data keys in clear, whoever wraps them.
public interface DataKeys {
  /// The key that new values are sealed under; made at the first call for a tenant, once whatever
  /// callers race. Throws [KeyGone] after an erasure: nobody makes another.
  DataKey current(Tenant tenant);

  /// The key of that id. Throws [KeyGone] where there is none any more: its project was erased.
  DataKey byId(Tenant tenant, KeyId id);

  /// The data key is not there; what it sealed is unreadable for good.
  final class KeyGone extends RuntimeException {
    private final transient Tenant tenant;

    public KeyGone(Tenant tenant, KeyId id) {
      super("data key " + id + " is gone");
      this.tenant = tenant;
    }

    /// Every key of the tenant was erased.
    public KeyGone(Tenant tenant) {
      super("the data keys of " + tenant + " were erased");
      this.tenant = tenant;
    }

    /// Whose key it was.
    public Tenant tenant() {
      return tenant;
    }
  }
}
