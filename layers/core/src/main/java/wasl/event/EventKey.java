package wasl.event;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Optional;
import java.util.random.RandomGenerator;
import wasl.access.Tenant;
import wasl.id.Base62;
import wasl.id.Ids;

/// The partition of an event's record: the first 128 bits of SHA-256 over project, environment,
/// owner and the id that makes it the same event. Copies of one event meet in one record through
/// it.
public record EventKey(byte[] bytes) {
  public EventKey {
    if (bytes.length != 16) {
      throw new IllegalArgumentException("an event key has 16 bytes");
    }
  }

  /// The key of an event.
  ///
  /// @param owner what the id is unique within: a connection's id, an integration's slug, `app` for
  ///   published events, `wasl` for Wasl's own
  /// @param id the provider's event id, the published id, or whatever stands for it (see the dedup
  ///   rules)
  public static EventKey of(Tenant tenant, String owner, String id) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      for (var part :
          new String[] {tenant.project().value(), tenant.environment().wireName(), owner, id}) {
        var bytes = part.getBytes(StandardCharsets.UTF_8);
        // The length before each part, so that no two tuples give the same bytes.
        digest.update(ByteBuffer.allocate(4).putInt(bytes.length).array());
        digest.update(bytes);
      }
      return new EventKey(Arrays.copyOf(digest.digest(), 16));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  /// The key of an event that the user published under this id. The word before the id keeps it
  /// apart from those of an integration that is called `app`.
  public static EventKey published(Tenant tenant, EventId id) {
    return of(tenant, "app", "published:" + id.value());
  }

  /// The key of an event of Wasl's own.
  ///
  /// @param about what makes it the same event: its type, its subject and when or why
  public static EventKey ofWasl(Tenant tenant, String about) {
    return of(tenant, "wasl", about);
  }

  /// A key for an event that is like no other.
  public static EventKey random(RandomGenerator random) {
    return new EventKey(Ids.draw("event key", 16, random));
  }

  /// The key inside an id that Wasl made; empty for a published one.
  public static Optional<EventKey> inside(EventId id) {
    return Ids.isOne(EventId.PREFIX, id.value())
        ? Optional.of(new EventKey(Ids.unguessablePart(EventId.PREFIX, id.value())))
        : Optional.empty();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof EventKey that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /// Base62, as it stands in item keys.
  @Override
  public String toString() {
    return Base62.encode(bytes);
  }
}
