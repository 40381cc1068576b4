package wasl.oauth;

import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import wasl.connection.Token;
import wasl.egress.EgressResult.Answered;
import wasl.manifest.Node;
import wasl.manifest.OauthSpec;
import wasl.oauth.TokenResult.Unavailable;
import wasl.provider.AccountName;
import wasl.provider.ErrorWords;
import wasl.signing.JsonPath;
import wasl.vault.Secret;
import wasl.web.Headers;
import wasl.web.RetryAfter;

/// Reads what token endpoints answer, as they really do: JSON or a form, errors with any status,
/// `expires_in` as number, text, zero or not at all.
final class TokenAnswers {
  // Longer ones fit into no header that a call carries them in.
  private static final int LONGEST_TOKEN = 16 * 1024;
  private static final Duration LONGEST_LIFE = Duration.ofDays(3650);

  // The provider's way to say what 503 says (RFC 6749, section 4.1.2.1), and what 429 says (RFC
  // 8628).
  private static final Set<String> PASSING = Set.of("temporarily_unavailable", "server_error");
  private static final Set<String> THROTTLING = Set.of("slow_down", "ratelimited", "rate_limited");

  private static final JsonPath ERROR = JsonPath.of("error");
  private static final JsonPath NESTED_ERROR = JsonPath.of("error.code");
  private static final JsonPath DESCRIPTION = JsonPath.of("error_description");

  private TokenAnswers() {}

  static TokenResult read(OauthClient client, Answered answered, Instant now) {
    int status = answered.status();
    if (status == 429 || status >= 500) {
      return unavailable("http_" + status, answered.headers(), status != 429, now);
    }
    var body = body(answered);
    var error = body.flatMap(json -> error(client.spec(), json));
    if (error.filter(PASSING::contains).isPresent()) {
      return unavailable(error.get(), answered.headers(), true, now);
    }
    if (error.filter(THROTTLING::contains).isPresent()) {
      return unavailable(error.get(), answered.headers(), false, now);
    }
    if (status >= 400 || (status == 200 && error.isPresent())) {
      var description = body.flatMap(json -> json.at(DESCRIPTION)).map(ErrorWords::line);
      return error.filter(client.spec().clientErrors()::contains).isPresent()
          ? new TokenResult.Refused(TokenResult.Refused.INVALID_CLIENT, description.or(() -> error))
          : new TokenResult.Refused(error.orElse("http_" + status), description);
    }
    if (status != 200 && status != 201) {
      return unusable(Unavailable.ODD_STATUS + status);
    }
    if (!answered.complete()) {
      return unusable(Unavailable.TOO_LARGE);
    }
    return body.isEmpty()
        ? unusable(Unavailable.NOT_JSON)
        : granted(client, body.get(), answered, now);
  }

  private static TokenResult granted(
      OauthClient client, Node body, Answered answered, Instant now) {
    var spec = client.spec();
    var accessToken = body.at(spec.answer().accessToken()).filter(text -> !text.isBlank());
    var refreshToken = body.at(spec.answer().refreshToken()).filter(text -> !text.isBlank());
    if (accessToken.isEmpty()) {
      return unusable(Unavailable.WITHOUT_TOKEN);
    }
    if (Stream.of(accessToken, refreshToken)
        .flatMap(Optional::stream)
        .anyMatch(TokenAnswers::isNoToken)) {
      return unusable(Unavailable.TOKEN_UNUSABLE);
    }
    var apiBase = spec.answer().apiBase().flatMap(body::at);
    if (apiBase.filter(base -> !isWithin(base, spec.answer().apiBaseWithin())).isPresent()) {
      return unusable(Unavailable.API_BASE_FOREIGN);
    }
    var token =
        new Token(
            Secret.of(accessToken.get()),
            refreshToken.map(Secret::of),
            expiresAt(spec, body, answered.headers(), now),
            now,
            client.tokenOrigin(),
            apiBase);
    return new TokenResult.Granted(
        new TokenAnswer(
            token,
            scopes(body, spec.answer().scope()),
            spec.account().stream()
                .map(path -> AccountName.of(body.at(path)))
                .flatMap(Optional::stream)
                .findFirst()));
  }

  /// @param maybeDone not where the provider throttles: it has not looked at what was sent
  private static TokenResult unavailable(
      String why, Headers headers, boolean maybeDone, Instant now) {
    return new Unavailable(why, RetryAfter.of(headers, now), maybeDone);
  }

  private static TokenResult unusable(String why) {
    return new Unavailable(why, Optional.empty(), true);
  }

  /// A JSON object, or a form as one; empty for anything else.
  private static Optional<Node> body(Answered answered) {
    var bytes = answered.body();
    try {
      var json = Node.json(bytes);
      return json instanceof Node.Fields ? Optional.of(json) : Optional.empty();
    } catch (IOException notJson) {
      return form(answered);
    }
  }

  private static Optional<Node> form(Answered answered) {
    var text = new String(answered.body(), StandardCharsets.UTF_8).strip();
    var type = answered.headers().mediaType();
    boolean maybe = type.equals("application/x-www-form-urlencoded") || type.equals("text/plain");
    if (!maybe || text.isEmpty() || text.indexOf('=') < 1 || text.startsWith("<")) {
      return Optional.empty();
    }
    var fields = new LinkedHashMap<String, Node>();
    try {
      for (var pair : text.split("&", -1)) {
        int equals = pair.indexOf('=');
        if (equals > 0) {
          fields.putIfAbsent(
              decoded(pair.substring(0, equals)),
              new Node.Text(decoded(pair.substring(equals + 1))));
        }
      }
    } catch (IllegalArgumentException notEncoded) {
      return Optional.empty();
    }
    return Optional.of(new Node.Fields(fields));
  }

  // GitHub and Slack say errors with status 200; whoever names one has not given a token.
  private static Optional<String> error(OauthSpec spec, Node body) {
    return body.at(ERROR)
        .or(() -> body.at(NESTED_ERROR))
        .or(() -> spec.answer().error().flatMap(body::at))
        .filter(text -> !text.isBlank() && !text.equals("false") && !text.equals("error"))
        .map(ErrorWords::code);
  }

  private static boolean isNoToken(String token) {
    return token.length() > LONGEST_TOKEN || !token.chars().allMatch(c -> c > ' ' && c < 127);
  }

  private static boolean isWithin(String base, List<String> domains) {
    try {
      var host =
          Optional.ofNullable(URI.create(base).getHost()).orElse("").toLowerCase(Locale.ROOT);
      return base.startsWith("https://")
          && domains.stream()
              .anyMatch(domain -> host.equals(domain) || host.endsWith("." + domain));
    } catch (IllegalArgumentException noUrl) {
      return false;
    }
  }

  private static Optional<Instant> expiresAt(
      OauthSpec spec, Node body, Headers headers, Instant now) {
    var said = body.at(spec.answer().expiry());
    var manifest = spec.accessTokenLife().map(now::plus);
    return switch (spec.expiry()) {
      case ABSENT -> manifest;
      // Zero, or nothing: it does not end, unless the manifest knows better.
      case EXPIRES_IN -> said.flatMap(TokenAnswers::seconds).map(now::plus).or(() -> manifest);
      case EXPIRES_AT ->
          said.flatMap(TokenAnswers::time)
              .map(end -> corrected(end, headers, now))
              .or(() -> manifest);
      case ISSUED_AT ->
          said.flatMap(TokenAnswers::millis)
              .map(issued -> corrected(issued, headers, now))
              .flatMap(issued -> spec.accessTokenLife().map(issued::plus))
              .or(() -> manifest);
    };
  }

  private static Optional<Duration> seconds(String text) {
    return number(text)
        .filter(seconds -> seconds > 0)
        .map(seconds -> Duration.ofSeconds(Math.min(seconds, LONGEST_LIFE.toSeconds())));
  }

  private static Optional<Instant> time(String text) {
    var number = number(text).filter(seconds -> seconds > 0 && seconds < 253_402_300_800L);
    if (number.isPresent()) {
      return number.map(Instant::ofEpochSecond);
    }
    try {
      return Optional.of(DateTimeFormatter.ISO_OFFSET_DATE_TIME.parse(text, Instant::from));
    } catch (DateTimeException noTime) {
      return Optional.empty();
    }
  }

  private static Optional<Instant> millis(String text) {
    return number(text)
        .filter(millis -> millis > 0 && millis < 253_402_300_800_000L)
        .map(Instant::ofEpochMilli);
  }

  private static Optional<Long> number(String text) {
    var digits = text.strip();
    int point = digits.indexOf('.');
    try {
      return Optional.of(Long.parseLong(point > 0 ? digits.substring(0, point) : digits));
    } catch (NumberFormatException noNumber) {
      return Optional.empty();
    }
  }

  // A time is by the provider's clock; its Date header says how far that is from ours.
  private static Instant corrected(Instant theirs, Headers headers, Instant now) {
    return RetryAfter.date(headers)
        .map(date -> theirs.plus(Duration.between(date, now)))
        .orElse(theirs);
  }

  private static Optional<List<String>> scopes(Node body, JsonPath path) {
    var list = body.textsAt(path);
    return list.isEmpty() ? body.at(path).map(TokenAnswers::scopes) : Optional.of(list);
  }

  // Blank by RFC 6749, section 3.3; comma at GitHub and Slack.
  private static List<String> scopes(String text) {
    return Arrays.stream(text.split("[ ,]+")).filter(scope -> !scope.isBlank()).distinct().toList();
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
