package wasl.id;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Randomness that the same work draws again when it is repeated, so that it makes the same ids and
/// secrets and finds what its first try made.
///
/// Within [#within] what is drawn derives from a seed (HMAC-SHA-256, RFC 2104): by what it is drawn
/// for, and how many of that were drawn before. Outside it is real randomness. Never for a vault's
/// salts and nonces: the repeated work may seal something else with them.
public final class RepeatableRandom implements RandomGenerator {
  private static final String ANYTHING = "";

  private final ScopedValue<Run> running = ScopedValue.newInstance();
  private final RandomGenerator random;

  /// @param random cryptographically strong
  public RepeatableRandom(RandomGenerator random) {
    this.random = random;
  }

  /// One run of work that may be repeated.
  ///
  /// @param seed real randomness, the same in each run
  /// @param firstTry when the first run began: the time that ids carry
  /// @param isRepeat whether an earlier run may have done something
  public record Work(byte[] seed, Instant firstTry, boolean isRepeat) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Work that
          && Arrays.equals(seed, that.seed)
          && firstTry.equals(that.firstTry)
          && isRepeat == that.isRepeat;
    }

    @Override
    public int hashCode() {
      return firstTry.hashCode();
    }

    /// Without the seed, from which secrets derive.
    @Override
    public String toString() {
      return "Work(" + firstTry + (isRepeat ? ", repeated)" : ")");
    }
  }

  private record Run(Work work, Map<String, Integer> drawn) {}

  /// Does the work; what this thread draws meanwhile derives from its seed.
  public <T> T within(Work work, Supplier<T> done) {
    return ScopedValue.where(running, new Run(work, new HashMap<>())).call(done::get);
  }

  @Override
  public long nextLong() {
    return running.isBound() ? ByteBuffer.wrap(draw(ANYTHING, 8)).getLong() : random.nextLong();
  }

  @Override
  public void nextBytes(byte[] bytes) {
    if (running.isBound()) {
      System.arraycopy(draw(ANYTHING, bytes.length), 0, bytes, 0, bytes.length);
    } else {
      random.nextBytes(bytes);
    }
  }

  /// The next bytes for this purpose, whatever was drawn for others.
  byte[] draw(String purpose, int length) {
    var bytes = new byte[length];
    if (!running.isBound()) {
      random.nextBytes(bytes);
      return bytes;
    }
    var run = running.get();
    int number = run.drawn.merge(purpose, 1, Integer::sum);
    derive(run.work.seed, purpose + "\n" + number, bytes);
    return bytes;
  }

  Instant time(Instant now) {
    return running.isBound() ? running.get().work.firstTry : now;
  }

  boolean isRepeat() {
    return running.isBound() && running.get().work.isRepeat;
  }

  private static void derive(byte[] seed, String what, byte[] out) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(seed, "HmacSHA256"));
      for (int from = 0; from < out.length; from += mac.getMacLength()) {
        var block = mac.doFinal((what + "\n" + from).getBytes(StandardCharsets.UTF_8));
        System.arraycopy(block, 0, out, from, Math.min(block.length, out.length - from));
      }
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK has HmacSHA256", e);
    }
  }
}
