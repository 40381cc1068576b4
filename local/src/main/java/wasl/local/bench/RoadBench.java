package wasl.local.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import wasl.local.scene.Api;
import wasl.local.scene.Road;

/// Measures the road on this machine: signed webhooks in over HTTP, deliveries out to receivers on
/// loopback, the whole bundle between them.
public final class RoadBench implements AutoCloseable {
  /// What `./wasl bench road` was told.
  ///
  /// @param count webhooks to send; empty for a minute's worth
  /// @param rate webhooks a second; empty for the two standard runs
  /// @param fanOut outbound webhooks that each event goes to
  /// @param highest whether to search for the highest rate that holds
  public record Options(
      Optional<Integer> count, Optional<Integer> rate, int fanOut, boolean highest) {
    /// Throws `IllegalArgumentException`, with what is wrong, for a command line that it does not
    /// understand.
    public static Options parse(List<String> arguments) {
      var rest = new ArrayDeque<>(arguments);
      Optional<Integer> count = Optional.empty();
      Optional<Integer> rate = Optional.empty();
      int fanOut = 1;
      boolean highest = false;
      while (!rest.isEmpty()) {
        var option = rest.pop();
        switch (option) {
          case "--count" -> count = Optional.of(number(option, rest.poll(), 1_000_000));
          case "--rate" -> rate = Optional.of(number(option, rest.poll(), 100_000));
          case "--fan-out" -> fanOut = number(option, rest.poll(), 100);
          case "--highest" -> highest = true;
          default -> throw new IllegalArgumentException("unknown option " + option);
        }
      }
      return new Options(count, rate, fanOut, highest);
    }

    private static int number(String option, @Nullable String value, int most) {
      try {
        int number = Integer.parseInt(value == null ? "" : value);
        if (number >= 1 && number <= most) {
          return number;
        }
      } catch (NumberFormatException e) {
        // Told below, with what is out of range.
      }
      throw new IllegalArgumentException(
          option
              + " needs a number from 1 to "
              + most
              + (value == null ? "" : ", not \"" + value + "\""));
    }
  }

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration PROMISED = Duration.ofSeconds(1);
  private static final int SECONDS = 60;
  private static final int WARM_UP = 100;
  private static final int TRIAL_SECONDS = 10;
  private static final int MOST = 3200;

  private final PrintStream out;
  private final Api api;
  private final List<Arrivals> receivers;
  private final Load load;
  private int runs;

  private RoadBench(PrintStream out, Api api, List<Arrivals> receivers, Load load) {
    this.out = out;
    this.api = api;
    this.receivers = List.copyOf(receivers);
    this.load = load;
  }

  /// Runs the bench against a bundle that was started for it.
  ///
  /// @param address of the HTTP API
  /// @return the exit code: 1 where a webhook was lost or not accepted
  public static int run(URI address, String apiKey, Options options, PrintStream out) {
    try (var bench = on(address, apiKey, options.fanOut(), out)) {
      return bench.measured(options) ? 0 : 1;
    } catch (IOException e) {
      throw new UncheckedIOException("the bench cannot set its scene: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 1;
    }
  }

  private static RoadBench on(URI address, String apiKey, int fanOut, PrintStream out)
      throws IOException, InterruptedException {
    var receivers = new ArrayList<Arrivals>();
    for (int at = 0; at < fanOut; at++) {
      receivers.add(Arrivals.start());
    }
    var api = new Api(address, apiKey);
    var road = Road.build(api);
    for (var receiver : receivers) {
      receiver.trust(road.deliverTo(receiver.url()));
    }
    return new RoadBench(out, api, receivers, new Load(api, road, InstantSource.system()));
  }

  private boolean measured(Options options) throws InterruptedException {
    // Starts every function, so that the figures are those of a road in use.
    measure(WARM_UP, 20);
    boolean whole = true;
    if (options.rate().isPresent() || options.count().isPresent()) {
      int rate = options.rate().orElse(50);
      whole = printed(options.count().orElse(rate * SECONDS), rate);
    } else if (!options.highest()) {
      whole = printed(50 * SECONDS, 50);
      whole &= printed(20 * SECONDS, 20);
    }
    if (options.highest()) {
      search();
    }
    return whole;
  }

  private boolean printed(int count, int rate) throws InterruptedException {
    out.printf(
        "%n%d webhooks at %d/s, each to %d receiver%s%n",
        count, rate, receivers.size(), receivers.size() == 1 ? "" : "s");
    var result = measure(count, rate);
    out.print(result.text());
    out.flush();
    return result.isWhole();
  }

  private RoadResult measure(int count, double rate) throws InterruptedException {
    runs++;
    receivers.forEach(Arrivals::clear);
    var sent = load.send("bench" + runs, count, rate);
    int accepted = (int) sent.stream().filter(Load.Sent::isAccepted).count();
    for (var receiver : receivers) {
      receiver.await(accepted, PATIENCE);
    }
    return RoadResult.of(sent, receivers.stream().map(Arrivals::all).toList());
  }

  // Doubles until it no longer holds, then halves the gap.
  private void search() throws InterruptedException {
    out.printf(
        "%nThe highest rate whose accepted-to-delivered p95 stays within %d ms, by runs of %d s%n",
        PROMISED.toMillis(), TRIAL_SECONDS);
    int holds = 0;
    Optional<Integer> fails = Optional.empty();
    int rate = 25;
    while (rate > holds && (fails.isEmpty() || fails.get() - holds > Math.max(5, holds / 20))) {
      if (holds(rate)) {
        holds = rate;
      } else {
        fails = Optional.of(rate);
      }
      rate = fails.isEmpty() ? Math.min(rate * 2, MOST) : (holds + fails.get()) / 2;
    }
    out.printf("  highest: %d/s%n", holds);
  }

  private boolean holds(int rate) throws InterruptedException {
    var result = measure(rate * TRIAL_SECONDS, rate);
    boolean holds = result.isWhole() && result.delivery().p95() <= PROMISED.toNanos();
    out.printf(
        "  %4d/s %s   accepted to delivered %s%n",
        rate, holds ? "holds" : "fails", result.delivery().text());
    out.flush();
    return holds;
  }

  @Override
  public void close() {
    api.close();
    receivers.forEach(Arrivals::close);
  }
}
