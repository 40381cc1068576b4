package wasl.local.function;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import wasl.local.host.InvocationResult;
import wasl.local.host.InvocationResult.Answered;
import wasl.local.host.InvocationResult.Failed;
import wasl.local.host.InvocationResult.TimedOut;
import wasl.local.process.ChildJvm;
import wasl.local.runtime.Mailbox;
import wasl.local.runtime.Step;
import wasl.local.runtime.Work;

/// One execution environment of a function, as Lambda makes them: a process of its own under the
/// official runtime client, which does one invocation at a time.
final class Sandbox implements AutoCloseable {
  // Lambda gives 10 s to init; a laptop with everything else on it starts slower.
  private static final Duration TO_START = Duration.ofSeconds(30);

  private static final Failed EXITED = new Failed("Runtime.ExitError", "the process ended");

  /// What every sandbox of one function is made from.
  ///
  /// @param arn names the function to its handler
  record Plan(Duration timeout, String arn, Commands commands) {}

  /// Tells how to start a process that asks a mailbox for work.
  @FunctionalInterface
  interface Commands {
    ChildJvm.Command reading(Mailbox mailbox);
  }

  private final Plan plan;
  private final Mailbox mailbox;
  private final ChildJvm process;
  private final InstantSource clock;

  private Sandbox(Plan plan, Mailbox mailbox, ChildJvm process, InstantSource clock) {
    this.plan = plan;
    this.mailbox = mailbox;
    this.process = process;
    this.clock = clock;
  }

  /// Starts the process; returns before its init is over.
  ///
  /// @param log gets what the process prints
  static Sandbox start(Plan plan, Mailbox mailbox, InstantSource clock, Consumer<String> log) {
    ChildJvm process = ChildJvm.start(plan.commands().reading(mailbox), log);
    // Who waits for its next step is to know at once that there will be none.
    var _ = process.onExit().thenRun(mailbox::close);
    return new Sandbox(plan, mailbox, process, clock);
  }

  /// Waits until the process asks for work; what is wrong if it never will.
  Optional<Failed> untilReady() {
    try {
      return switch (mailbox.next(TO_START)) {
        case Step.Ready ready -> Optional.empty();
        case Step.Failed(long nanos, String type, String message) ->
            Optional.of(new Failed(type, message));
        case Step.Ended ended -> Optional.of(EXITED);
        case Step.Answered answered -> throw new AssertionError("a process asks, then answers");
      };
    } catch (TimeoutException e) {
      return Optional.of(new Failed("Sandbox.Timedout", "its init takes longer than " + TO_START));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of(EXITED);
    }
  }

  /// Does one invocation. After any other end than an answer or an exception the sandbox is of no
  /// more use, which {@link #untilReady} would tell too.
  InvocationResult invoke(byte[] event) {
    Instant deadline = clock.instant().plus(plan.timeout());
    mailbox.give(new Work(UUID.randomUUID().toString(), deadline, plan.arn(), event));
    try {
      return switch (mailbox.next(plan.timeout())) {
        case Step.Answered(long nanos, byte[] payload) -> new Answered(payload);
        case Step.Failed(long nanos, String type, String message) -> new Failed(type, message);
        case Step.Ended ended -> EXITED;
        case Step.Ready ready -> throw new AssertionError("a process answers, then asks");
      };
    } catch (TimeoutException e) {
      close();
      return new TimedOut();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      close();
      return EXITED;
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  long pid() {
    return process.pid();
  }

  /// Ends the process at once, without its shutdown hooks: so does Lambda.
  @Override
  public void close() {
    process.kill();
    mailbox.close();
  }
}
