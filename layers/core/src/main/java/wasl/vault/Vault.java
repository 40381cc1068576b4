package wasl.vault;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import wasl.access.Tenant;

/// Seals and opens secrets by envelope encryption: KMS wraps a tenant's data key, and a key derived
/// from it for one sealing encrypts with AES-256-GCM.
///
/// The place of a value (project, environment, record, field) and the form's version go into the
/// derivation (HKDF, RFC 5869, with a salt per sealing) and into the GCM additional data, so that a
/// value copied to any other place does not open. The commitment, 32 more bytes of the same
/// derivation, ties the ciphertext to one key: GCM alone does not.
public final class Vault {
  // Named, since without a name the JDK loads every provider that it has, smart cards and all.
  private static final String PROVIDER = "SunJCE";

  private final DataKeys keys;
  private final RandomGenerator random;

  public Vault(DataKeys keys, RandomGenerator random) {
    this.keys = keys;
    this.random = random;
  }

  /// Seals under the tenant's current data key.
  public Sealed seal(Place place, Secret secret) {
    return sealer(place.tenant()).seal(place, secret);
  }

  /// The tenant's current data key at hand: for who must not fail to seal what he is about to get.
  /// Held for no longer than a function runs.
  public Sealer sealer(Tenant tenant) {
    return new Sealer(tenant, keys.current(tenant));
  }

  /// Seals one tenant's secrets without asking for a key.
  public final class Sealer {
    private final Tenant tenant;
    private final DataKey dataKey;

    private Sealer(Tenant tenant, DataKey dataKey) {
      this.tenant = tenant;
      this.dataKey = dataKey;
    }

    public Sealed seal(Place place, Secret secret) {
      if (!place.tenant().equals(tenant)) {
        throw new IllegalArgumentException("another tenant's key seals nothing here");
      }
      var salt = random(32);
      var nonce = random(12);
      var tuple = tuple(place);
      var derived = derive(dataKey, salt, tuple);
      var ciphertext =
          crypt(Cipher.ENCRYPT_MODE, derived, nonce, tuple, secret.revealBytes(), place);
      return new Sealed(
          ByteBuffer.allocate(Sealed.CIPHERTEXT + ciphertext.length)
              .put(Sealed.VERSION)
              .put(dataKey.id().bytes())
              .put(salt)
              .put(derived, 32, 32)
              .put(nonce)
              .put(ciphertext)
              .array());
    }
  }

  /// Opens what was sealed at this very place. Throws [CannotOpen] for any other, and
  /// [DataKeys.KeyGone] after an erasure.
  public Secret open(Place place, Sealed sealed) {
    var bytes = sealed.bytes();
    var dataKey = keys.byId(place.tenant(), sealed.keyId());
    var tuple = tuple(place);
    var derived = derive(dataKey, Arrays.copyOfRange(bytes, Sealed.SALT, Sealed.COMMITMENT), tuple);
    var commitment = Arrays.copyOfRange(bytes, Sealed.COMMITMENT, Sealed.NONCE);
    if (!MessageDigest.isEqual(commitment, Arrays.copyOfRange(derived, 32, 64))) {
      throw new CannotOpen(place);
    }
    var nonce = Arrays.copyOfRange(bytes, Sealed.NONCE, Sealed.CIPHERTEXT);
    var ciphertext = Arrays.copyOfRange(bytes, Sealed.CIPHERTEXT, bytes.length);
    return Secret.of(crypt(Cipher.DECRYPT_MODE, derived, nonce, tuple, ciphertext, place));
  }

  /// The same secret under the tenant's current data key; the very same bytes where they are that
  /// already.
  public Sealed reseal(Place place, Sealed sealed) {
    return keys.current(place.tenant()).id().equals(sealed.keyId())
        ? sealed
        : seal(place, open(place, sealed));
  }

  /// The value was not sealed for this place, or was altered.
  public static final class CannotOpen extends RuntimeException {
    CannotOpen(Place place) {
      super("a sealed value does not belong to " + place.record() + " " + place.field());
    }
  }

  private byte[] random(int length) {
    var bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  // Each part with its length before it: no two places give the same bytes.
  private static byte[] tuple(Place place) {
    var parts =
        new String[] {
          place.tenant().project().value(),
          place.tenant().environment().wireName(),
          place.record(),
          place.field()
        };
    int most = 1;
    for (var part : parts) {
      most += 4 + part.length() * 3;
    }
    var out = ByteBuffer.allocate(most);
    out.put(Sealed.VERSION);
    for (var part : parts) {
      var bytes = part.getBytes(StandardCharsets.UTF_8);
      out.putInt(bytes.length).put(bytes);
    }
    return Arrays.copyOf(out.array(), out.position());
  }

  private static byte[] derive(DataKey dataKey, byte[] salt, byte[] tuple) {
    try {
      return KDF.getInstance("HKDF-SHA256", PROVIDER)
          .deriveData(
              HKDFParameterSpec.ofExtract()
                  .addIKM(dataKey.key().revealBytes())
                  .addSalt(salt)
                  .thenExpand(tuple, 64));
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK from 25 on has HKDF-SHA256", e);
    }
  }

  private static byte[] crypt(
      int mode, byte[] derived, byte[] nonce, byte[] tuple, byte[] input, Place place) {
    try {
      var cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(
          mode,
          new SecretKeySpec(derived, 0, 32, "AES"),
          new GCMParameterSpec(Sealed.TAG_BYTES * 8, nonce));
      cipher.updateAAD(tuple);
      return cipher.doFinal(input);
    } catch (AEADBadTagException e) {
      throw new CannotOpen(place);
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK has AES/GCM", e);
    }
  }
}
