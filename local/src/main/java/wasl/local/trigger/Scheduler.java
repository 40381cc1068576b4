package wasl.local.trigger;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import wasl.local.function.Invoker;
import wasl.local.template.Schedule;

/// Calls scheduled functions at their rate.
public final class Scheduler implements AutoCloseable {
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().name("scheduler").factory());
  private final Invoker functions;
  private final InstantSource clock;
  private final Consumer<String> log;

  private Scheduler(Invoker functions, InstantSource clock, Consumer<String> log) {
    this.functions = functions;
    this.clock = clock;
    this.log = log;
  }

  /// The first call comes at once: what fell due while nothing ran is late already.
  ///
  /// @param log gets what keeps a schedule from running
  public static Scheduler start(
      List<Schedule> schedules, Invoker functions, InstantSource clock, Consumer<String> log) {
    Scheduler scheduler = new Scheduler(functions, clock, log);
    for (Schedule schedule : schedules) {
      Duration every = schedule.every();
      var _ =
          scheduler.timer.scheduleAtFixedRate(
              () -> Thread.startVirtualThread(() -> scheduler.call(schedule)),
              0,
              every.toMillis(),
              TimeUnit.MILLISECONDS);
    }
    return scheduler;
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }

  private void call(Schedule schedule) {
    try {
      var _ = functions.invoke(schedule.function(), event(schedule));
    } catch (RuntimeException e) {
      log.accept("schedule " + schedule.name() + ": " + e.getMessage());
    }
  }

  private byte[] event(Schedule schedule) {
    String input = schedule.input();
    if (input != null) {
      return input.getBytes(StandardCharsets.UTF_8);
    }
    ObjectNode event =
        JsonNodeFactory.instance
            .objectNode()
            .put("version", "0")
            .put("id", UUID.randomUUID().toString())
            .put("detail-type", "Scheduled Event")
            .put("source", schedule.source())
            .put("account", "000000000000")
            .put("time", clock.instant().truncatedTo(ChronoUnit.SECONDS).toString())
            .put("region", "local");
    event
        .putArray("resources")
        .add("arn:aws:scheduler:local:000000000000:schedule/default/" + schedule.name());
    // The scheduler sends the detail as text; a rule sends an object.
    if (schedule.source().equals("aws.events")) {
      event.putObject("detail");
    } else {
      event.put("detail", "{}");
    }
    return event.toString().getBytes(StandardCharsets.UTF_8);
  }
}
