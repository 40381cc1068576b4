package wasl.local.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import wasl.local.simulator.Directory.Met;
import wasl.local.simulator.Directory.Nothing;
import wasl.local.simulator.Directory.WrongMethod;
import wasl.local.simulator.Reply.Dropped;
import wasl.local.simulator.Reply.Sent;
import wasl.web.Response;

/// Answers calls as the providers would, unless a fault strikes.
final class Providers implements AutoCloseable {
  private static final int HUGE = 10 * 1024 * 1024;
  private static final int HUGE_TOKEN = 64 * 1024;

  private final Directory directory;
  private final Faults faults;
  private final CallLog log;
  private final InstantSource clock;
  private final ConsentEndpoint consent;
  private final TokenEndpoint token;
  private final AppEndpoints app;
  private final RevocationEndpoint revocation;
  private final WhoAmIEndpoint whoAmI;
  private final CountDownLatch closed = new CountDownLatch(1);

  Providers(
      Directory directory,
      Grants grants,
      Keys keys,
      Memory memory,
      Faults faults,
      CallLog log,
      InstantSource clock) {
    this.directory = directory;
    this.faults = faults;
    this.log = log;
    this.clock = clock;
    this.consent = new ConsentEndpoint(grants, keys, memory);
    this.token = new TokenEndpoint(grants, keys, memory, clock);
    this.app = new AppEndpoints(grants, keys, memory, clock);
    this.revocation = new RevocationEndpoint(grants, keys);
    this.whoAmI = new WhoAmIEndpoint(grants, keys, memory);
  }

  Reply answer(Call call) {
    return switch (directory.find(call.method(), call.host(), call.path())) {
      case Met met ->
          answer(
              call,
              met.endpoint().part(),
              CallKind.of(met.endpoint(), call),
              met.path(),
              new Play(length -> played(met, call, length), () -> invalidGrant(met, call)));
      case WrongMethod(Part part, Set<String> allowed) ->
          unplayed(
              call,
              part,
              Json.error(405, "method_not_allowed", part.name() + " takes another method here")
                  .withHeader("allow", String.join(", ", new TreeSet<>(allowed))));
      case Nothing(Part part) ->
          unplayed(
              call,
              part,
              Json.error(
                  404, "not_found", "the simulator plays nothing of " + part.name() + " here"));
    };
  }

  /// Ends what still waits.
  @Override
  public void close() {
    closed.countDown();
  }

  /// What would be answered without a fault.
  ///
  /// @param usual takes the least length of an access token, in characters
  private record Play(IntFunction<Response> usual, Supplier<Response> invalidGrant) {}

  // Where a provider has other things than those that are played, faults strike all the same.
  private Reply unplayed(Call call, Part part, Response answer) {
    return answer(call, part, CallKind.OTHER, call.path(), new Play(_ -> answer, () -> answer));
  }

  private Reply answer(Call call, Part part, CallKind kind, String path, Play play) {
    boolean isOfToken = kind == CallKind.TOKEN || kind == CallKind.REFRESH;
    log.add(
        new CallLog.Entry(
            clock.instant(),
            part.id(),
            kind,
            call.method(),
            call.host(),
            path,
            isOfToken ? call.fields().get("grant_type") : Optional.empty()));
    return faults
        .strike(part, call.host(), kind)
        .map(fault -> broken(fault, play))
        .orElseGet(() -> new Sent(play.usual().apply(0)));
  }

  private Response played(Met met, Call call, int length) {
    return switch (met.endpoint()) {
      case Endpoint.Consent endpoint -> consent.answer(call, endpoint);
      case Endpoint.Token endpoint -> token.answer(call, endpoint, length);
      case Endpoint.Exchange endpoint -> app.exchange(endpoint, call, met.values(), length);
      case Endpoint.Login endpoint -> app.login(endpoint, call, length);
      case Endpoint.Revocation endpoint -> revocation.answer(endpoint, call, met.values());
      case Endpoint.WhoAmI endpoint -> whoAmI.answer(endpoint, call, met.values());
    };
  }

  private static Response invalidGrant(Met met, Call call) {
    return OAuthError.invalidGrant("by order of the control API")
        .response(Directory.modes(met.endpoint()).getFirst(), call);
  }

  private Reply broken(Fault.Kind fault, Play play) {
    return switch (fault) {
      case Fault.Slow(Duration time) -> {
        sleep(time);
        yield new Sent(play.usual().apply(0));
      }
      case Fault.Status(int status, Optional<Duration> retryAfter) -> {
        Response answer = Json.error(status, "fault", "by order of the control API");
        yield new Sent(
            retryAfter
                .map(wait -> answer.withHeader("retry-after", Long.toString(wait.toSeconds())))
                .orElse(answer));
      }
      case Fault.InvalidGrant() -> new Sent(play.invalidGrant().get());
      case Fault.RotateThenDrop() -> {
        Response _ = play.usual().apply(0);
        yield new Dropped();
      }
      case Fault.Html() ->
          new Sent(
              new Response(
                  200,
                  Map.of("content-type", "text/html; charset=utf-8"),
                  "<!DOCTYPE html><title>Down for maintenance</title>".getBytes(UTF_8)));
      case Fault.Huge() ->
          new Sent(
              Response.json(200, ("{\"padding\":\"" + "a".repeat(HUGE) + "\"}").getBytes(UTF_8)));
      case Fault.Empty() -> new Sent(Response.empty(200));
      case Fault.HugeToken() -> new Sent(play.usual().apply(HUGE_TOKEN));
      case Fault.Close() -> new Dropped();
    };
  }

  private void sleep(Duration time) {
    try {
      // True once the simulator closes: nobody waits for the answer any longer.
      boolean _ = closed.await(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
