package wasl.provider;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import wasl.egress.Egress;
import wasl.egress.EgressResult;
import wasl.egress.EgressResult.Answered;
import wasl.manifest.Node;
import wasl.manifest.Node.Fields;
import wasl.manifest.Node.Nothing;
import wasl.signing.JsonPath;
import wasl.web.RetryAfter;

/// Has a provider say whether credentials are good: makes the call that its manifest names for it
/// (`whoami`), and reads the verdict.
public final class CredentialCheck {
  /// A caller waits for it.
  public static final Duration USUAL_DEADLINE = Duration.ofSeconds(10);

  // A provider's own ways to say with a 200 that it is not the credentials' fault.
  private static final Set<String> PASSING =
      Set.of(
          "fatal_error",
          "internal_error",
          "ratelimited",
          "rate_limited",
          "server_error",
          "service_unavailable",
          "temporarily_unavailable");

  private static final JsonPath ERROR = JsonPath.of("error");

  private final Egress egress;
  private final ProviderCalls calls;
  private final InstantSource clock;
  private final Duration deadline;

  /// @param egress to providers
  public CredentialCheck(
      Egress egress, ProviderCalls calls, InstantSource clock, Duration deadline) {
    this.egress = egress;
    this.calls = calls;
    this.clock = clock;
    this.deadline = deadline;
  }

  /// What a provider says of credentials.
  public sealed interface Verdict {
    /// @param account the provider's name for the account, where the manifest knows where it stands
    /// @param accountName what people call it
    record Good(Optional<String> account, Optional<String> accountName) implements Verdict {}

    /// @param why a word: `http_401`, `not_authed`, …
    record Bad(String why) implements Verdict {}

    /// They never left: these fields hold what cannot be sent.
    ///
    /// @param fields each with what is wrong with it
    record Unsendable(java.util.Map<String, String> fields) implements Verdict {}

    /// It does not say: it is down, slow or throttles, or answers something else.
    ///
    /// @param why a word: `timeout`, `http_503`, …
    /// @param retryAfter how long it asks to be left alone
    record Unclear(String why, Optional<Duration> retryAfter) implements Verdict {}

    /// Its manifest names no call that could tell.
    record Unasked() implements Verdict {}
  }

  public Verdict check(ProviderAccount account) {
    return check(account, deadline);
  }

  /// @param atMost so long the caller can wait still; less than the deadline counts
  public Verdict check(ProviderAccount account, Duration atMost) {
    var whoami = account.manifest().whoami(account.auth());
    if (whoami.isEmpty()) {
      return new Verdict.Unasked();
    }
    if (!atMost.isPositive()) {
      return new Verdict.Unclear("timeout", Optional.empty());
    }
    var within = atMost.compareTo(deadline) < 0 ? atMost : deadline;
    return switch (calls.authorized(account, ProviderCall.of(whoami.get()), within)) {
      case ProviderCalls.Built.Unsendable(var fields) -> new Verdict.Unsendable(fields);
      case ProviderCalls.Built.Ready(var request) ->
          switch (egress.send(request)) {
            case EgressResult.Failed(var kind, _) ->
                new Verdict.Unclear(kind.name().toLowerCase(Locale.ROOT), Optional.empty());
            case Answered answered -> read(account, whoami.get(), answered);
          };
    };
  }

  private Verdict read(ProviderAccount account, Fields whoami, Answered answered) {
    int status = answered.status();
    var body = body(answered);
    if (throttles(account, answered)) {
      return unclear(answered);
    }
    if (status >= 200 && status < 300) {
      return succeeded(whoami, body) ? good(whoami, body) : failed(whoami, body, answered);
    }
    if (proves(whoami, status)) {
      return good(whoami, body);
    }
    // Some say with a 400 that a key is malformed; only their own words tell it from our mistake.
    boolean saysNo = status == 400 && whoami.has("success") && says(whoami, body).isPresent();
    return status == 401 || status == 403 || saysNo
        ? new Verdict.Bad("http_" + status)
        : unclear(answered);
  }

  /// Of those who throttle with a status that else refuses credentials, headers tell.
  private static boolean throttles(ProviderAccount account, Answered answered) {
    if (answered.status() == 401 || answered.status() < 400) {
      return false;
    }
    var limits = account.manifest().document().fields("rateLimits");
    boolean spent =
        limits.texts("headers").stream()
            .filter(name -> name.toLowerCase(Locale.ROOT).endsWith("remaining"))
            .anyMatch(name -> answered.headers().get(name).filter("0"::equals).isPresent());
    return answered.status() == 429 || spent || answered.headers().get("retry-after").isPresent();
  }

  private static boolean succeeded(Fields whoami, Node body) {
    return !whoami.has("success")
        || says(whoami, body)
            .filter(whoami.fields("success").text("equals", "")::equals)
            .isPresent();
  }

  private static Optional<String> says(Fields whoami, Node body) {
    return body.at(JsonPath.of(whoami.fields("success").text("json", "")));
  }

  private Verdict failed(Fields whoami, Node body, Answered answered) {
    var error = body.at(ERROR);
    return says(whoami, body).isEmpty() || error.filter(PASSING::contains).isPresent()
        ? unclear(answered)
        : new Verdict.Bad(error.map(ErrorWords::code).orElse("unsuccessful"));
  }

  private static Verdict good(Fields whoami, Node body) {
    return new Verdict.Good(
        whoami.texts("account").stream()
            .map(path -> AccountName.of(body.at(JsonPath.of(path))))
            .flatMap(Optional::stream)
            .findFirst(),
        whoami.text("accountName").flatMap(path -> AccountName.of(body.at(JsonPath.of(path)))));
  }

  private static boolean proves(Fields whoami, int status) {
    return whoami.list("proves").contains(new Node.Digits(Integer.toString(status)));
  }

  private Verdict unclear(Answered answered) {
    return new Verdict.Unclear(
        "http_" + answered.status(), RetryAfter.of(answered.headers(), clock.instant()));
  }

  private static Node body(Answered answered) {
    try {
      return Node.json(answered.body());
    } catch (IOException noJson) {
      return Nothing.NOTHING;
    }
  }

  /// The fields that a provider which refuses credentials is taken to have meant: those that are
  /// secret and were given, or all that were given.
  public static List<String> suspects(ProviderAccount account) {
    var given =
        account.manifest().fields(account.auth(), account.mode()).stream()
            .filter(field -> account.credentials().fields().containsKey(field.name()))
            .toList();
    var secret = given.stream().filter(field -> field.secret()).toList();
    return (secret.isEmpty() ? given : secret).stream().map(field -> field.name()).toList();
  }
}
