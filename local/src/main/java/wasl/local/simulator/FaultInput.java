package wasl.local.simulator;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import wasl.local.simulator.Fault.Kind;
import wasl.local.simulator.Fault.Lasting;
import wasl.local.simulator.Fault.On;
import wasl.local.simulator.Fault.Target;
import wasl.web.JsonInput;
import wasl.web.Result;
import wasl.web.Text;

/// Reads what is to go wrong.
final class FaultInput {
  private static final long USUAL_SLOWNESS = 25;
  private static final long LONGEST_SLOWNESS = 600;
  private static final long USUAL_STATUS = 503;
  private static final long LONGEST_TIME = 604_800;
  private static final long MOST_TIMES = 1_000_000;
  private static final List<String> KINDS =
      List.of(
          "slow",
          "status",
          "invalid_grant",
          "rotate_then_drop",
          "html",
          "huge",
          "empty",
          "huge_token",
          "close");
  private static final Set<String> OF_TOKENS =
      Set.of("invalid_grant", "rotate_then_drop", "huge_token");

  private final Directory directory;
  private final InstantSource clock;

  FaultInput(Directory directory, InstantSource clock) {
    this.directory = directory;
    this.clock = clock;
  }

  Result<Fault> read(JsonInput input) {
    Optional<Target> target = target(input);
    Optional<On> on =
        input.required(
            "on",
            input.oneOf(
                "on",
                given ->
                    Arrays.stream(On.values()).filter(of -> of.word().equals(given)).findFirst(),
                Stream.of(On.values()).map(On::word)));
    Optional<String> word =
        input.required(
            "kind",
            input.oneOf(
                "kind", given -> Optional.of(given).filter(KINDS::contains), KINDS.stream()));
    if (word.filter(OF_TOKENS::contains).isPresent()
        && on.filter(of -> !of.bringsTokensOnly()).isPresent()) {
      input.fault("on", "must be token or refresh for this kind");
    }
    Kind kind = kind(input, word.orElse(""));
    Lasting lasts = lasts(input);
    if (input.isFaulty()) {
      return input.refused();
    }
    return Result.ok(new Fault(target.orElseThrow(), on.orElseThrow(), kind, lasts));
  }

  private Optional<Target> target(JsonInput input) {
    Optional<String> provider = input.optionalText("provider", Text.line(300));
    Optional<String> host = input.optionalText("host", Text.line(300));
    if (provider.isPresent() == host.isPresent()) {
      input.fault("provider", "needs to be there, or host in its place");
      return Optional.empty();
    }
    String field = provider.isPresent() ? "provider" : "host";
    String name = provider.or(() -> host).orElseThrow();
    Optional<Part> part = directory.part(name).filter(directory::hasUrls);
    if (part.isEmpty()) {
      input.fault(field, Control.unknown());
    }
    return provider.isPresent()
        ? part.map(found -> new Fault.OfPart(found.id()))
        : Optional.of(new Fault.OfHost(UrlPattern.withoutUsualPort(name)));
  }

  private static Kind kind(JsonInput input, String word) {
    Optional<Long> seconds = input.wholeNumber("seconds", 0, LONGEST_SLOWNESS);
    Optional<Long> status = input.wholeNumber("status", 400, 599);
    Optional<Long> retryAfter = input.wholeNumber("retryAfter", 0, LONGEST_TIME);
    if (!word.equals("slow")) {
      refuse(input, "seconds", seconds, "slow");
    }
    if (!word.equals("status")) {
      refuse(input, "status", status, "status");
      refuse(input, "retryAfter", retryAfter, "status");
    }
    return switch (word) {
      case "slow" -> new Fault.Slow(Duration.ofSeconds(seconds.orElse(USUAL_SLOWNESS)));
      case "status" ->
          new Fault.Status(
              status.orElse(USUAL_STATUS).intValue(), retryAfter.map(Duration::ofSeconds));
      case "invalid_grant" -> new Fault.InvalidGrant();
      case "rotate_then_drop" -> new Fault.RotateThenDrop();
      case "html" -> new Fault.Html();
      case "huge" -> new Fault.Huge();
      case "empty" -> new Fault.Empty();
      case "huge_token" -> new Fault.HugeToken();
      // Also what stands for a word that was refused.
      default -> new Fault.Close();
    };
  }

  private static void refuse(JsonInput input, String name, Optional<Long> given, String kind) {
    if (given.isPresent()) {
      input.fault(name, "is for kind " + kind + " alone");
    }
  }

  private Lasting lasts(JsonInput input) {
    Optional<Long> times = input.wholeNumber("times", 1, MOST_TIMES);
    Optional<Long> forSeconds = input.wholeNumber("forSeconds", 1, LONGEST_TIME);
    if (times.isPresent() && forSeconds.isPresent()) {
      input.fault("forSeconds", "must not stand beside times");
    }
    return forSeconds
        .<Lasting>map(seconds -> new Fault.Until(clock.instant().plusSeconds(seconds)))
        .orElseGet(() -> new Fault.Times(times.orElse(1L).intValue()));
  }
}
