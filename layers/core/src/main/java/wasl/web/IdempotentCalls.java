package wasl.web;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import wasl.access.Caller;
import wasl.access.Tenant;
import wasl.id.IdTaken;
import wasl.id.RepeatableRandom;
import wasl.vault.Place;
import wasl.vault.Sealed;
import wasl.vault.Secret;
import wasl.vault.Vault;

/// Does a write that carries an `Idempotency-Key` once, however often it is sent.
///
/// For 24 hours the same API key, method, path and `Idempotency-Key` are the same call. It is
/// claimed before it is done; its answer is remembered, sealed, and given to whoever sends it
/// again. Where a try died, or its end is not known (5xx), the next one does the call again with
/// the first one's seed: what it makes has the same ids and secrets, so what is there already is
/// found.
///
/// What never began is not remembered: a request that is not valid, or beyond its caller's rights,
/// can be sent again under the same key once it is corrected.
public final class IdempotentCalls implements RouteTable.Writes {
  public static final String HEADER = "idempotency-key";

  /// How long an answer is remembered.
  public static final Duration KEPT = Duration.ofHours(24);

  /// Longer than the function may run (45 s): whoever finds a claim ended knows that its holder
  /// does nothing any more.
  static final Duration LEASE = Duration.ofSeconds(60);

  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);
  private static final int MOST_CHARACTERS = 255;
  private static final int MOST_ROUNDS = 5;
  private static final int SEED_BYTES = 32;
  private static final int FORM = 1;
  private static final Set<Integer> NEVER_BEGUN = Set.of(400, 401, 403, 413, 422, 429);
  private static final JsonFactory JSON = new JsonFactory();

  private final CallMemory memory;
  private final Vault vault;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final RepeatableRandom ids;

  /// @param random real randomness, for seeds
  /// @param ids what the routes draw ids and secrets from
  public IdempotentCalls(
      CallMemory memory,
      Vault vault,
      InstantSource clock,
      RandomGenerator random,
      RepeatableRandom ids) {
    this.memory = memory;
    this.vault = vault;
    this.clock = clock;
    this.random = random;
    this.ids = ids;
  }

  @Override
  public Response answer(Caller caller, ApiCall call, Route route, Supplier<Response> write) {
    var key = call.headers().get(HEADER);
    if (key.isEmpty()) {
      return write.get();
    }
    if (!isKey(key.get())) {
      return Problem.invalid(
              List.of(
                  new Problem.Fault(
                      "#header/" + HEADER,
                      "must be 1 to " + MOST_CHARACTERS + " printable ASCII characters")))
          .response(call.requestId());
    }
    return new Attempt(caller, call, route, key.get()).answer(write);
  }

  private static boolean isKey(String key) {
    return !key.isBlank()
        && key.length() <= MOST_CHARACTERS
        && key.chars().allMatch(c -> c >= ' ' && c <= '~');
  }

  // The hash is kept sealed with the seed: of a short body it would tell what stood in it.
  private record Beginning(byte[] seed, byte[] asked) {
    static Beginning read(byte[] bytes) {
      return new Beginning(
          Arrays.copyOf(bytes, SEED_BYTES), Arrays.copyOfRange(bytes, SEED_BYTES, bytes.length));
    }

    byte[] bytes() {
      return ByteBuffer.allocate(seed.length + asked.length).put(seed).put(asked).array();
    }
  }

  /// One request that asks for the call.
  private final class Attempt {
    private final Tenant tenant;
    private final ApiCall call;
    private final Route route;
    private final String id;

    Attempt(Caller caller, ApiCall call, Route route, String key) {
      this.tenant = caller.tenant();
      this.call = call;
      this.route = route;
      this.id =
          HexFormat.of()
              .formatHex(sha256(caller.key().value(), call.method(), call.rawPath(), key));
    }

    Response answer(Supplier<Response> write) {
      var beginning = new Beginning(seed(), asked());
      var now = clock.instant();
      var fresh =
          new CallMemory.Known(
              tenant,
              id,
              sealed("beginning", beginning.bytes()),
              now,
              call.requestId(),
              now.plus(LEASE),
              Optional.empty());
      for (int round = 0; round < MOST_ROUNDS; round++) {
        var known = memory.claim(fresh, now);
        if (known.isEmpty()) {
          return done(fresh, new RepeatableRandom.Work(beginning.seed, now, false), write);
        }
        var first = Beginning.read(open("beginning", known.get().beginning()));
        var told = told(known.get(), first, now);
        if (told.isPresent()) {
          return told.get();
        }
        var mine = known.get().heldBy(call.requestId(), now.plus(LEASE));
        if (memory.takeOver(known.get(), mine)) {
          return done(mine, new RepeatableRandom.Work(first.seed, mine.firstTry(), true), write);
        }
      }
      return running(LONGEST_WAIT);
    }

    /// What can be answered without doing anything.
    private Optional<Response> told(CallMemory.Known known, Beginning first, Instant now) {
      if (!MessageDigest.isEqual(first.asked, asked())) {
        return Optional.of(reused());
      }
      if (known.answer().isPresent()) {
        return Optional.of(
            read(open("answer", known.answer().get())).withHeader("idempotent-replayed", "true"));
      }
      return now.isBefore(known.until())
          ? Optional.of(running(Duration.between(now, known.until())))
          : Optional.empty();
    }

    private Response done(
        CallMemory.Known mine, RepeatableRandom.Work work, Supplier<Response> write) {
      Response response;
      try {
        response = ids.within(work, write);
      } catch (RuntimeException unknownEnd) {
        if (!(work.isRepeat() && unknownEnd instanceof IdTaken)) {
          released(mine, unknownEnd);
          throw unknownEnd;
        }
        response = madeAndGone();
      }
      if (isGoneAlready(work, response)) {
        response = Response.empty(route.deleted());
      }
      concluded(mine, work, response);
      return response;
    }

    // What was to be deleted is not there: the first try did it, or there never was anything.
    private boolean isGoneAlready(RepeatableRandom.Work work, Response response) {
      return work.isRepeat() && call.method().equals("DELETE") && response.status() == 404;
    }

    // The caller gets the answer also where it cannot be remembered: it is true, and whoever sends
    // the call again finds what was made.
    private void concluded(CallMemory.Known mine, RepeatableRandom.Work work, Response response) {
      try {
        if (response.status() >= 500 || (work.isRepeat() && isNeverBegun(response))) {
          memory.release(mine);
        } else if (isNeverBegun(response)) {
          memory.forget(mine);
        } else {
          memory.conclude(mine, sealed("answer", written(response)));
        }
      } catch (RuntimeException notRemembered) {
        // Its claim ends by itself.
      }
    }

    private boolean isNeverBegun(Response response) {
      return NEVER_BEGUN.contains(response.status());
    }

    private void released(CallMemory.Known mine, RuntimeException why) {
      try {
        memory.release(mine);
      } catch (RuntimeException notReleased) {
        why.addSuppressed(notReleased);
      }
    }

    private byte[] seed() {
      var seed = new byte[SEED_BYTES];
      random.nextBytes(seed);
      return seed;
    }

    private byte[] asked() {
      return sha256(
          call.method().getBytes(StandardCharsets.UTF_8),
          call.rawPath().getBytes(StandardCharsets.UTF_8),
          call.rawQuery().getBytes(StandardCharsets.UTF_8),
          call.body());
    }

    private Sealed sealed(String field, byte[] bytes) {
      return vault.seal(place(field), Secret.of(bytes));
    }

    private byte[] open(String field, Sealed sealed) {
      return vault.open(place(field), sealed).revealBytes();
    }

    private Place place(String field) {
      return new Place(tenant, "call#" + id, field);
    }

    private Response madeAndGone() {
      return Problem.conflict(
              "made-and-gone", "a first try of this request made it, and somebody deleted it since")
          .response(call.requestId());
    }

    private Response reused() {
      return new Problem(
              422,
              "idempotency-key-reused",
              "The request is not valid",
              "this Idempotency-Key was sent before with another request")
          .response(call.requestId());
    }

    private Response running(Duration left) {
      return new Problem(
              409,
              "idempotency-key-in-use",
              "Conflict",
              "a request with this Idempotency-Key is still being done",
              List.of(),
              Optional.of(left.compareTo(LONGEST_WAIT) < 0 ? left : LONGEST_WAIT))
          .response(call.requestId());
    }
  }

  private static byte[] written(Response response) {
    var out = new ByteArrayOutputStream(response.body().length + 256);
    try (var json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeNumberField("v", FORM);
      json.writeNumberField("status", response.status());
      json.writeObjectFieldStart("headers");
      for (var header : response.headers().entrySet()) {
        json.writeStringField(header.getKey(), header.getValue());
      }
      json.writeEndObject();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writes to memory only", e);
    }
    // JSON escapes line feeds, so the first one ends the head.
    out.write('\n');
    out.writeBytes(response.body());
    return out.toByteArray();
  }

  static Response read(byte[] written) {
    int end = 0;
    while (written[end] != '\n') {
      end++;
    }
    int form = 0;
    int status = 0;
    var headers = new LinkedHashMap<String, String>();
    try (var json = JSON.createParser(written, 0, end)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        var name = json.currentName();
        json.nextToken();
        switch (name) {
          case "v" -> form = json.getIntValue();
          case "status" -> status = json.getIntValue();
          case "headers" -> {
            while (json.nextToken() == JsonToken.FIELD_NAME) {
              headers.put(json.currentName(), json.nextTextValue());
            }
          }
          default -> json.skipChildren();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a remembered answer is no JSON", e);
    }
    if (form != FORM) {
      throw new IllegalStateException("a remembered answer of form " + form);
    }
    return new Response(status, headers, Arrays.copyOfRange(written, end + 1, written.length));
  }

  private static byte[] sha256(String... parts) {
    return sha256(
        Arrays.stream(parts)
            .map(part -> part.getBytes(StandardCharsets.UTF_8))
            .toArray(byte[][]::new));
  }

  // The length before each part, so that no two lists give the same bytes.
  private static byte[] sha256(byte[]... parts) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      for (var part : parts) {
        digest.update(ByteBuffer.allocate(4).putInt(part.length).array());
        digest.update(part);
      }
      return digest.digest();
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
