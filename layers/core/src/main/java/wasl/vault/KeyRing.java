package wasl.vault;

import java.time.Instant;
import wasl.access.Tenant;

/// Replaces and destroys the data keys of tenants.
public interface KeyRing {
  /// How many earlier keys still open, each for as long as anything sealed under it is kept.
  int replaced(Tenant tenant);

  /// Puts another key into the place of the current one, which goes on opening what it sealed. Does
  /// nothing where no key was made yet, or all are erased.
  ///
  /// @param id of the new key; a repeated call finds it there and changes nothing
  void rotate(Tenant tenant, KeyId id);

  /// Destroys the keys that were replaced by then: what they sealed is unreadable for good.
  void dropReplaced(Tenant tenant, Instant by);

  /// Destroys every key of the tenant, and sees to it that nobody makes another.
  void erase(Tenant tenant);

  /// The same ring; a cache in this process forgets what is changed through it.
  static KeyRing telling(CachedDataKeys cache, KeyRing ring) {
    return new KeyRing() {
      @Override
      public int replaced(Tenant tenant) {
        return ring.replaced(tenant);
      }

      @Override
      public void rotate(Tenant tenant, KeyId id) {
        ring.rotate(tenant, id);
        cache.forget(tenant);
      }

      @Override
      public void dropReplaced(Tenant tenant, Instant by) {
        ring.dropReplaced(tenant, by);
        cache.forget(tenant);
      }

      @Override
      public void erase(Tenant tenant) {
        ring.erase(tenant);
        cache.forget(tenant);
      }
    };
  }
}
