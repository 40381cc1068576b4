package wasl.local.endure;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;
import wasl.local.intercept.AwsAnswer;
import wasl.local.intercept.AwsCall;
import wasl.local.intercept.Interceptor;

/// Breaks calls to AWS at random, every operation alike, each in one of the ways of [FaultKind].
///
/// Breaks nothing until [#begin()], so that a stack can be deployed, and nothing after [#end()].
/// Two runs with one seed break as often and in the same order of kinds; which calls they meet is a
/// matter of threads.
public final class FaultInterceptor implements Interceptor {
  /// How hard to break.
  ///
  /// @param probability that a call is broken, from 0 to 1
  /// @param longestHang the longest time until a connection without an answer is closed: longer
  ///   than clients wait, so that some give up first
  /// @param longestDelay of a slow call
  /// @param spared access keys whose calls are left alone
  /// @param refused events with this text in them are refused by the bus as long as faults last;
  ///   empty for none
  public record Settings(
      double probability,
      Duration longestHang,
      Duration longestDelay,
      Set<String> spared,
      Optional<String> refused) {
    public Settings {
      if (probability < 0 || probability > 1) {
        throw new IllegalArgumentException("a probability of " + probability);
      }
      spared = Set.copyOf(spared);
    }
  }

  /// What was broken how, and how often.
  public record Broken(String service, String operation, FaultKind kind) {}

  private final Settings settings;
  private final RandomGenerator random;
  private final Map<Broken, LongAdder> counts = new ConcurrentHashMap<>();
  private final LongAdder calls = new LongAdder();
  private volatile boolean on;

  /// @param random may be used by many threads at once
  public FaultInterceptor(Settings settings, RandomGenerator random) {
    this.settings = settings;
    this.random = random;
  }

  /// Breaks calls from now on.
  public void begin() {
    on = true;
  }

  /// Breaks no further calls; those that hang already hang on.
  public void end() {
    on = false;
  }

  /// How many calls there were while it was on, broken or not.
  public long calls() {
    return calls.sum();
  }

  /// How often each kind happened.
  public Map<FaultKind, Long> byKind() {
    Map<FaultKind, Long> out = new TreeMap<>();
    counts.forEach((broken, count) -> out.merge(broken.kind, count.sum(), Long::sum));
    return out;
  }

  /// How often each operation was broken, `dynamodb PutItem`.
  public Map<String, Long> byOperation() {
    Map<String, Long> out = new TreeMap<>();
    counts.forEach((broken, count) ->
        out.merge(broken.service + " " + broken.operation, count.sum(), Long::sum));
    return out;
  }

  @Override
  public AwsAnswer answer(AwsCall call, Next next) throws IOException {
    if (!on || settings.spared.contains(call.accessKey())) {
      return next.pass(call);
    }
    calls.increment();
    Optional<BatchCall> batch = BatchCall.of(call);
    if (random.nextDouble() >= settings.probability) {
      return passedOn(call, batch, next);
    }
    FaultKind kind = kind(batch.isPresent());
    counts
        .computeIfAbsent(
            new Broken(call.service(), call.operation(), kind), broken -> new LongAdder())
        .increment();
    return switch (kind) {
      case THROTTLED -> ServiceFaults.throttled(call);
      case FAILED_BEFORE -> ServiceFaults.failed(call);
      case FAILED_AFTER -> {
        passedOn(call, batch, next);
        yield ServiceFaults.failed(call);
      }
      case HUNG_BEFORE -> throw hung();
      case HUNG_AFTER -> {
        passedOn(call, batch, next);
        throw hung();
      }
      case SLOW -> {
        sleep(settings.longestDelay);
        yield passedOn(call, batch, next);
      }
      case PARTIAL -> partially(batch.orElseThrow(), next);
    };
  }

  private AwsAnswer passedOn(AwsCall call, Optional<BatchCall> batch, Next next)
      throws IOException {
    List<Integer> refused = batch.map(this::refused).orElse(List.of());
    return refused.isEmpty() ? next.pass(call) : batch.orElseThrow().without(refused, next);
  }

  private List<Integer> refused(BatchCall batch) {
    return settings
        .refused
        .filter(text -> batch.call().operation().equals("PutEvents"))
        .map(batch::containing)
        .orElse(List.of());
  }

  // At least one fails, chosen anew each time, and those that are refused anyway.
  private AwsAnswer partially(BatchCall batch, Next next) throws IOException {
    List<Integer> refused = refused(batch);
    int certain = random.nextInt(batch.size());
    List<Integer> failing = new ArrayList<>();
    for (int at = 0; at < batch.size(); at++) {
      if (at == certain || refused.contains(at) || random.nextBoolean()) {
        failing.add(at);
      }
    }
    return batch.without(failing, next);
  }

  // What has not happened yet comes first: a short run knows every kind.
  private FaultKind kind(boolean ofBatch) {
    List<FaultKind> kinds =
        Arrays.stream(FaultKind.values())
            .filter(kind -> ofBatch || kind != FaultKind.PARTIAL)
            .toList();
    Set<FaultKind> known = byKind().keySet();
    List<FaultKind> fresh = kinds.stream().filter(kind -> !known.contains(kind)).toList();
    List<FaultKind> from = fresh.isEmpty() ? kinds : fresh;
    return from.get(random.nextInt(from.size()));
  }

  private IOException hung() throws IOException {
    sleep(settings.longestHang);
    return new IOException("closed without an answer");
  }

  private void sleep(Duration longest) throws IOException {
    try {
      Thread.sleep(Duration.ofMillis(random.nextLong(longest.toMillis() + 1)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("closed while it hung", e);
    }
  }
}
