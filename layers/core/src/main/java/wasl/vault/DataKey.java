package wasl.vault;

/// A tenant's data key in clear: 32 bytes. Lives in memory for minutes, is stored only wrapped by
/// KMS.
public record DataKey(KeyId id, Secret key) {
  public DataKey {
    if (key.length() != 32) {
      throw new IllegalArgumentException("a data key has 32 bytes");
    }
  }
}
