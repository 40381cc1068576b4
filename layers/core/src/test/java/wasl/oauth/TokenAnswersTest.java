package wasl.oauth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import wasl.connection.Token;
import wasl.egress.EgressResult.Answered;
import wasl.oauth.TokenResult.Granted;
import wasl.oauth.TokenResult.Refused;
import wasl.oauth.TokenResult.Unavailable;
import wasl.vault.Secret;
import wasl.web.Headers;

/// What token endpoints really answer.
class TokenAnswersTest {
  private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");
  private static final String FULL =
      """
      {"access_token": "at", "refresh_token": "rt", "expires_in": 3600, "scope": "read write",
       "token_type": "bearer", "team": {"id": "T1"}}
      """;

  private static TokenResult read(String facts, int status, String type, String body) {
    return read(facts, status, Map.of("content-type", type), body);
  }

  private static TokenResult read(
      String facts, int status, Map<String, String> headers, String body) {
    var answered = new Answered(status, new Headers(headers), body.getBytes(UTF_8), true);
    return TokenAnswers.read(Facts.client(facts), answered, NOW);
  }

  private static TokenResult json(String facts, String body) {
    return read(facts, 200, "application/json", body);
  }

  private static TokenAnswer granted(TokenResult result) {
    assertThat(result).isInstanceOf(Granted.class);
    return ((Granted) result).answer();
  }

  private static Optional<Instant> end(TokenResult result) {
    return granted(result).token().expiresAt();
  }

  @Test
  void reads_a_whole_answer() {
    assertThat(json("\"account\": [\"enterprise.id\", \"team.id\"]", FULL))
        .isEqualTo(
            new Granted(
                new TokenAnswer(
                    new Token(
                        Secret.of("at"),
                        Optional.of(Secret.of("rt")),
                        Optional.of(NOW.plusSeconds(3600)),
                        NOW,
                        "https://login.acme.example",
                        Optional.empty()),
                    Optional.of(List.of("read", "write")),
                    Optional.of("T1"))));
  }

  @Test
  void reads_a_form_as_github_sends_it_to_those_who_do_not_ask_for_json() {
    var answer =
        granted(
            read(
                "",
                200,
                "application/x-www-form-urlencoded; charset=utf-8",
                "access_token=gho_1&scope=repo%2Cgist&token_type=bearer"));

    assertThat(answer.token().accessToken()).isEqualTo(Secret.of("gho_1"));
    assertThat(answer.scopes()).contains(List.of("repo", "gist"));
    assertThat(answer.token().expiresAt()).isEmpty();
    assertThat(answer.token().refreshToken()).isEmpty();
  }

  @Test
  void reads_where_the_manifest_says_and_scopes_that_are_a_list() {
    var answer =
        granted(
            json(
                "\"answer\": {\"accessToken\": \"authed_user.access_token\", \"scope\":"
                    + " \"scopes\"}",
                "{\"ok\": true, \"authed_user\": {\"access_token\": \"xoxp\"}, \"scopes\": [\"a\","
                    + " \"b\"]}"));

    assertThat(answer.token().accessToken()).isEqualTo(Secret.of("xoxp"));
    assertThat(answer.scopes()).contains(List.of("a", "b"));
  }

  @Test
  void reads_an_errors_code_where_the_manifest_says_that_it_stands() {
    var body = "{\"status\": \"BAD_REFRESH_TOKEN\", \"message\": \"missing or unknown\"}";

    assertThat(read("\"answer\": {\"error\": \"status\"}", 400, "application/json", body))
        .isEqualTo(new Refused("bad_refresh_token", Optional.empty()));
    assertThat(read("", 400, "application/json", body))
        .isEqualTo(new Refused("http_400", Optional.empty()));
  }

  @Test
  void knows_that_the_client_is_meant_in_a_providers_own_words() {
    var facts = "\"clientErrors\": [\"Bad_Client_Secret\"]";
    var refused = json(facts, "{\"ok\": false, \"error\": \"bad_client_secret\"}");

    assertThat(refused).isEqualTo(new Refused("invalid_client", Optional.of("bad_client_secret")));
  }

  @Test
  void takes_the_first_account_that_can_be_a_name() {
    var facts = "\"account\": [\"a\", \"b\", \"c\"]";
    var said = "{\"access_token\": \"t\", \"a\": \" \", \"b\": \"" + "x".repeat(201) + "\", %s}";

    assertThat(granted(json(facts, said.formatted("\"c\": \" T1 \""))).account()).contains("T1");
    assertThat(granted(json(facts, said.formatted("\"c\": \"a\\nb\""))).account()).isEmpty();
  }

  @Test
  void an_answer_without_scopes_says_nothing_of_them_and_an_empty_one_says_none() {
    assertThat(granted(json("", "{\"access_token\": \"a\"}")).scopes()).isEmpty();
    assertThat(granted(json("", "{\"access_token\": \"a\", \"scope\": \"\"}")).scopes())
        .contains(List.of());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ``                                          | "expires_in": 60          | 60
          ``                                          | "expires_in": "60"        | 60
          ``                                          | "expires_in": " 60 "      | 60
          ``                                          | "expires_in": 60.9        | 60
          ``                                          | "expires_in": 0           | -
          ``                                          | "expires_in": "0"         | -
          ``                                          | "expires_in": -5          | -
          ``                                          | "expires_in": "soon"      | -
          ``                                          | "expires_in": null        | -
          ``                                          | "x": 1                    | -
          "accessTokenSeconds": 7200                  | "x": 1                    | 7200
          "accessTokenSeconds": 7200                  | "expires_in": 0           | 7200
          "accessTokenSeconds": 7200                  | "expires_in": 60          | 60
          "expiry": "absent"                          | "expires_in": 60          | -
          "expiry": "absent","accessTokenSeconds": 9  | "expires_in": 60          | 9
          "answer": {"expiresIn": "life.s"}           | "life": {"s": 30}         | 30
          "expiry": "expires_at"                      | "expires_at": 1795176060  | 60
          "expiry": "expires_at"                      | "expires_at": "1795176060"| 60
          "expiry": "expires_at"                      | "expires_at": "2026-11-20T14:01:00+02:00" | 60
          "expiry": "expires_at"                      | "expires_at": "tomorrow"  | -
          "expiry": "expires_at","accessTokenSeconds": 9 | "expires_at": "tomorrow" | 9
          "expiry": "issued_at","accessTokenSeconds": 100,"answer": {"expiresIn": "issued_at"} | "issued_at": "1795175990000" | 90
          "expiry": "issued_at"                       | "issued_at": "1795175990000" | -
          """)
  void knows_when_a_token_ends(String facts, String answer, String seconds) {
    var result = json(facts, "{\"access_token\": \"a\", " + answer + "}");

    assertThat(end(result))
        .isEqualTo(
            seconds.equals("-")
                ? Optional.empty()
                : Optional.of(NOW.plusSeconds(Long.parseLong(seconds))));
  }

  @ParameterizedTest
  @CsvSource({"'Fri, 20 Nov 2026 12:05:00 GMT'", "'Fri, 20 Nov 2026 11:55:00 GMT'"})
  void takes_a_time_by_the_providers_clock_however_far_that_is_from_ours(String date) {
    var theirs =
        java.time.ZonedDateTime.parse(date, java.time.format.DateTimeFormatter.RFC_1123_DATE_TIME)
            .toInstant();
    var headers = Map.of("content-type", "application/json", "date", date);

    var result =
        read(
            "\"expiry\": \"expires_at\"",
            200,
            headers,
            "{\"access_token\": \"a\", \"expires_at\": " + (theirs.getEpochSecond() + 600) + "}");

    assertThat(end(result)).contains(NOW.plusSeconds(600));
  }

  @Test
  void a_life_in_seconds_begins_now_whatever_the_provider_takes_for_now() {
    var headers =
        Map.of("content-type", "application/json", "date", "Fri, 20 Nov 2026 12:05:00 GMT");

    assertThat(end(read("", 200, headers, FULL))).contains(NOW.plusSeconds(3600));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          400 | {"error": "invalid_grant"}                              | invalid_grant
          401 | {"error": "invalid_client"}                             | invalid_client
          200 | {"error": "bad_verification_code"}                      | bad_verification_code
          200 | {"ok": false, "error": "invalid_code"}                  | invalid_code
          200 | {"error": "x", "access_token": "a"}                     | x
          400 | {"error": {"code": "OAuthException", "message": "m"}}   | oauthexception
          400 | {"error": "<script>\\u202e"}                            | _script__
          403 | nothing of JSON                                         | http_403
          400 | {"message": "of their own"}                             | http_400
          """)
  void an_error_is_a_refusal_whatever_its_status(int status, String body, String error) {
    assertThat(read("", status, "application/json", body))
        .isInstanceOfSatisfying(
            Refused.class, refused -> assertThat(refused.error()).isEqualTo(error));
  }

  @Test
  void an_error_in_a_form_with_status_200_is_one_too() {
    assertThat(
            read(
                "",
                200,
                "application/x-www-form-urlencoded",
                "error=redirect_uri_mismatch&error_description=The+redirect"))
        .isEqualTo(new Refused("redirect_uri_mismatch", Optional.of("The redirect")));
  }

  @Test
  void passes_a_description_on_as_one_short_line_that_turns_no_text_around() {
    var result =
        read(
            "",
            400,
            "application/json",
            "{\"error\": \"e\", \"error_description\": \"a\\r\\nSet-Cookie: x\\u202eb"
                + "y".repeat(1000)
                + "\"}");

    assertThat(((Refused) result).description().orElseThrow())
        .startsWith("a Set-Cookie: x byyy")
        .hasSize(301)
        .endsWith("…");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          200 | <!doctype html><p>Sign in                    | answer_not_json
          200 | ``                                           | answer_not_json
          200 | ["a"]                                        | answer_not_json
          200 | {"access_token": "a"                         | answer_not_json
          200 | {"access_token": "a", "access_token": "b"}   | answer_not_json
          200 | {}                                           | answer_without_token
          200 | {"access_token": ""}                         | answer_without_token
          200 | {"access_token": null}                       | answer_without_token
          200 | {"access_token": {"of": "theirs"}}           | answer_without_token
          200 | {"access_token": "a b"}                      | token_unusable
          200 | {"access_token": "a\\nb"}                    | token_unusable
          200 | {"access_token": "a", "refresh_token": "ü"}  | token_unusable
          302 | {"access_token": "a"}                        | odd_http_302
          204 | ``                                           | odd_http_204
          """)
  void tells_an_answer_that_nothing_can_be_made_of(int status, String body, String why) {
    assertThat(read("", status, "application/json", body))
        .isInstanceOfSatisfying(
            Unavailable.class,
            unavailable -> {
              assertThat(unavailable.why()).isEqualTo(why);
              assertThat(unavailable.isUnusable()).isTrue();
              assertThat(unavailable.maybeDone()).isTrue();
            });
  }

  @Test
  void a_token_that_fits_into_no_header_and_an_answer_that_was_cut_off_are_none() {
    var longToken = "{\"access_token\": \"" + "a".repeat(16 * 1024 + 1) + "\"}";
    var cutOff = new Answered(200, Headers.NONE, FULL.getBytes(UTF_8), false);

    assertThat(((Unavailable) json("", longToken)).why()).isEqualTo("token_unusable");
    assertThat(((Unavailable) TokenAnswers.read(Facts.client(""), cutOff, NOW)).why())
        .isEqualTo("answer_too_large");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          500 | {}                                    | http_500                | true
          503 | {"error": "invalid_grant"}            | http_503                | true
          429 | {"error": "rate_limited"}             | http_429                | false
          400 | {"error": "temporarily_unavailable"}  | temporarily_unavailable | true
          400 | {"error": "slow_down"}                | slow_down               | false
          200 | {"ok": false, "error": "ratelimited"} | ratelimited             | false
          """)
  void an_outage_is_no_refusal_and_who_throttles_did_nothing(
      int status, String body, String why, boolean maybeDone) {
    assertThat(read("", status, "application/json", body))
        .isInstanceOfSatisfying(
            Unavailable.class,
            unavailable -> {
              assertThat(unavailable.why()).isEqualTo(why);
              assertThat(unavailable.isUnusable()).isFalse();
              assertThat(unavailable.maybeDone()).isEqualTo(maybeDone);
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          120                           | 120
          Fri, 20 Nov 2026 12:10:00 GMT | 300
          999999999                     | 86400
          -3                            |
          later                         |
          """)
  void knows_how_long_it_is_to_be_left_alone(String retryAfter, Long seconds) {
    var headers = Map.of("retry-after", retryAfter, "date", "Fri, 20 Nov 2026 12:05:00 GMT");

    assertThat(((Unavailable) read("", 429, headers, "")).retryAfter())
        .isEqualTo(Optional.ofNullable(seconds).map(Duration::ofSeconds));
  }

  @ParameterizedTest
  @CsvSource({
    "https://eu.acme.example, true",
    "https://acme.example/v1, true",
    "http://eu.acme.example, false",
    "https://acme.example.evil.test, false",
    "https://evil.test/acme.example, false",
    "https://eu.acme.example@evil.test, false",
    "not a url, false"
  })
  void believes_an_api_base_within_the_providers_domains_only(String base, boolean believed) {
    var facts = "\"answer\": {\"apiBase\": \"base\", \"apiBaseWithin\": [\"acme.example\"]}";

    var result = json(facts, "{\"access_token\": \"a\", \"base\": \"" + base + "\"}");

    if (believed) {
      assertThat(granted(result).token().apiBase()).contains(base);
    } else {
      assertThat(((Unavailable) result).why()).isEqualTo("api_base_foreign");
    }
  }
}
