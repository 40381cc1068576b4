package wasl.local.simulator;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;
import static wasl.signing.Digests.sha256;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import wasl.local.simulator.PlainClient.Answer;
import wasl.manifest.Catalog;
import wasl.manifest.Manifest;
import wasl.signing.JsonPath;

/// Connects to every provider of the catalog that has a consent page, refreshes and leaves again,
/// with a plain HTTP client and by the manifest's data alone.
class EveryManifestTest {
  private static final String MODE = "oauth2_authorization_code";

  @TestFactory
  Stream<DynamicTest> the_whole_dance_works_from_the_manifest_alone() {
    var catalog = new Catalog();
    var tests = new ArrayList<DynamicTest>();
    for (var id : catalog.ids()) {
      var manifest = catalog.manifest(id).orElseThrow();
      for (var mode : manifest.auth()) {
        if (mode.mode().equals(MODE) && mode.facts().has("authorizationUrl")) {
          String name = id + mode.facts().text("variant").map(" "::concat).orElse("");
          tests.add(dynamicTest(name, () -> dance(manifest, Facts.of(mode.facts()))));
        }
      }
    }
    assertThat(tests).isNotEmpty();
    return tests.stream();
  }

  private static void dance(Manifest manifest, Facts mode)
      throws IOException, InterruptedException {
    try (var simulator = Simulator.start(new Catalog(), Optional.empty(), InstantSource.system());
        var http = new PlainClient(simulator.uri())) {
      new Dancer(http, manifest, mode).dance();
    }
  }

  /// A client that knows OAuth and one manifest.
  private record Dancer(PlainClient http, Manifest manifest, Facts mode) {
    private static final String CALLBACK = "http://127.0.0.1:9/callback";
    private static final String VERIFIER = "the-verifier-of-a-dance-has-forty-three-characters";
    private static final String ACCOUNT = "acct_dance";

    void dance() throws IOException, InterruptedException {
      Map<String, String> back = consent();
      assertThat(back).containsEntry("state", "s1");
      mode.text("accountParameter")
          .ifPresent(name -> assertThat(back).containsEntry(name, ACCOUNT));

      Answer tokens = redeem(back.getOrDefault("code", ""));
      assertThat(tokens.status()).as(tokens.body()).isEqualTo(200);
      String access = at(tokens, "accessToken", "access_token");
      assertThat(access).isNotEmpty();
      account(mode.path("account"), tokens);
      whoami(access).ifPresent(answer -> assertKnown(answer));

      String refresh = at(tokens, "refreshToken", "refresh_token");
      assertThat(refresh.isEmpty()).isNotEqualTo(mode.has("refresh"));
      if (!refresh.isEmpty()) {
        Answer next = call(Map.of("grant_type", "refresh_token", "refresh_token", refresh));
        access = at(next, "accessToken", "access_token");
        assertThat(access).as(next.body()).isNotEmpty();
        String rotated = at(next, "refreshToken", "refresh_token");
        assertThat(rotated.isEmpty()).isNotEqualTo(mode.at("refresh").flag("rotates", false));
        refresh = rotated.isEmpty() ? refresh : rotated;
        whoami(access).ifPresent(answer -> assertKnown(answer));
      }
      if (revoke(access, refresh)) {
        whoami(access).ifPresent(answer -> assertUnknown(answer));
      }
    }

    private Map<String, String> consent() throws IOException, InterruptedException {
      Map<String, String> request = new LinkedHashMap<>();
      request.put("response_type", "code");
      request.put("client_id", "client-1");
      request.put("redirect_uri", CALLBACK);
      request.put("state", "s1");
      List<String> scopes = mode.texts("scopes");
      if (!scopes.isEmpty()) {
        request.put("scope", String.join(mode.text("scopeSeparator", " "), scopes));
      }
      if (provesKey()) {
        request.put(
            "code_challenge",
            Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(sha256(VERIFIER.getBytes(US_ASCII))));
        request.put("code_challenge_method", "S256");
      }
      request.putAll(mode.textMap("authorizationParameters"));
      String url = filled(mode.text("authorizationUrl", ""));
      PlainClient.Form form = http.form(url + "?" + PlainClient.form(request));
      return http.press(form, ACCOUNT, "allow").sentBack();
    }

    private Answer redeem(String code) throws IOException, InterruptedException {
      Map<String, String> fields = new LinkedHashMap<>();
      fields.put("grant_type", "authorization_code");
      fields.put("code", code);
      fields.put("redirect_uri", CALLBACK);
      if (provesKey()) {
        fields.put("code_verifier", VERIFIER);
      }
      mode.textMap("tokenParameters").forEach((name, value) -> fields.put(name, filled(value)));
      return call(fields);
    }

    private boolean provesKey() {
      return !mode.text("pkce", "optional").equals("none");
    }

    private Answer call(Map<String, String> fields) throws IOException, InterruptedException {
      return call(filled(mode.text("tokenUrl", "")), mode.text("bodyFormat", "form"), fields);
    }

    private Answer call(String url, String bodyFormat, Map<String, String> fields)
        throws IOException, InterruptedException {
      Map<String, String> body = new LinkedHashMap<>(fields);
      Map<String, String> client = Map.of("client_id", "client-1", "client_secret", "s3cret");
      String query = "";
      List<String> headers = new ArrayList<>(List.of("accept", "application/json"));
      switch (mode.text("clientAuth", "basic")) {
        case "basic" -> {
          headers.add("authorization");
          headers.add(PlainClient.basic("client-1", "s3cret"));
        }
        case "post" -> body.putAll(client);
        case "query" -> query = "?" + PlainClient.form(client);
        case "none" -> body.put("client_id", "client-1");
        default -> throw new AssertionError("no way to prove the client");
      }
      String[] all = headers.toArray(String[]::new);
      return bodyFormat.equals("json")
          ? http.postJson(url + query, body, all)
          : http.post(url + query, body, all);
    }

    private String at(Answer answer, String part, String usual) {
      return answer.text(pointer(mode.at("answer").path(part).orElse(JsonPath.of(usual))));
    }

    private static String pointer(JsonPath path) {
      var pointer = new StringBuilder();
      for (String step : path.steps()) {
        pointer
            .append('/')
            .append(step.startsWith("[") ? step.substring(1, step.length() - 1) : step);
      }
      return pointer.toString();
    }

    private void account(Optional<JsonPath> path, Answer answer) {
      path.ifPresent(
          found -> assertThat(answer.text(pointer(found))).as(answer.body()).isEqualTo(ACCOUNT));
    }

    private Facts whoamiFacts() {
      return mode.has("whoami")
          ? mode.at("whoami")
          : Facts.of(manifest.document().fields("whoami"));
    }

    private Optional<Answer> whoami(String access) throws IOException, InterruptedException {
      Facts whoami = whoamiFacts();
      Optional<String> url =
          whoami
              .text("url")
              .or(() ->
                  whoami.text("path").map(path -> base(whoami.text("baseUrl", "api")) + path));
      if (url.isEmpty()) {
        return Optional.empty();
      }
      List<String> headers = new ArrayList<>();
      for (Facts sent : mode.list("send")) {
        sent.text("header")
            .ifPresent(header -> {
              headers.add(header);
              headers.add(sent.text("format", "").replace("{accessToken}", access));
            });
      }
      return Optional.of(
          http.send(
              whoami.text("method", "GET"),
              filled(url.get().replace("{accessToken}", access)),
              "",
              headers.toArray(String[]::new)));
    }

    private void assertKnown(Answer answer) {
      List<Integer> proving = whoamiFacts().numbers("proves");
      assertThat(answer.status())
          .as(answer.body())
          .matches(status -> status == 200 || proving.contains(status));
      if (answer.status() == 200) {
        account(whoamiFacts().path("account"), answer);
      }
    }

    private void assertUnknown(Answer answer) {
      Facts success = whoamiFacts().at("success");
      if (success.has("json")) {
        String verdict = answer.text(pointer(success.path("json").orElseThrow()));
        assertThat(verdict).isNotEqualTo(success.section().path("equals").asText());
      } else {
        assertThat(answer.status()).isEqualTo(401);
      }
    }

    /// @return whether there was a way
    private boolean revoke(String access, String refresh) throws IOException, InterruptedException {
      Facts own = mode.at("revocation");
      if (own.has("method")) {
        Answer answer = revokeAsDescribed(own, access, refresh);
        assertThat(answer.status()).as(answer.body()).isIn(200, 204);
        return true;
      }
      Optional<String> url = mode.text("revocationUrl");
      if (url.isEmpty()) {
        return false;
      }
      String token = refresh.isEmpty() ? access : refresh;
      Answer answer = call(filled(url.get()), "form", Map.of("token", token));
      assertThat(answer.status()).as(answer.body()).isEqualTo(200);
      return true;
    }

    private Answer revokeAsDescribed(Facts own, String access, String refresh)
        throws IOException, InterruptedException {
      Map<String, String> known =
          Map.of(
              "accessToken", access,
              "refreshToken", refresh,
              "clientId", "client-1",
              "clientSecret", "s3cret",
              "account", ACCOUNT);
      String url =
          own.text("url").orElseGet(() -> base(own.text("baseUrl", "api")) + own.text("path", ""));
      Map<String, String> body = new LinkedHashMap<>();
      own.textMap("body").forEach((name, value) -> body.put(name, filled(value, known)));
      Map<String, String> headers = new LinkedHashMap<>();
      own.textMap("headers").forEach((name, value) -> headers.put(name, filled(value, known)));
      switch (own.text("client", "none")) {
        case "basic" -> headers.put("authorization", PlainClient.basic("client-1", "s3cret"));
        case "post" -> body.putAll(Map.of("client_id", "client-1", "client_secret", "s3cret"));
        default -> {
          // By the token alone.
        }
      }
      if (own.flag("bearer", false)) {
        headers.put("authorization", "Bearer " + access);
      }
      boolean isJson = own.text("bodyFormat", "form").equals("json");
      headers.put(
          "content-type", isJson ? "application/json" : "application/x-www-form-urlencoded");
      return http.send(
          own.text("method", "POST"),
          filled(url, known),
          isJson ? new JsonMapper().writeValueAsString(body) : PlainClient.form(body),
          headers.entrySet().stream()
              .flatMap(header -> Stream.of(header.getKey(), header.getValue()))
              .toArray(String[]::new));
    }

    private static String filled(String template, Map<String, String> known) {
      String text = template;
      for (Map.Entry<String, String> each : known.entrySet()) {
        text = text.replace("{" + each.getKey() + "}", each.getValue());
      }
      return filled(text);
    }

    private String base(String name) {
      return manifest.modes().values().stream()
          .flatMap(side -> Optional.ofNullable(side.baseUrls().get(name)).stream())
          .findFirst()
          .orElseThrow();
    }

    private static String filled(String template) {
      return template.replaceAll("\\{[^{}]+}", "some");
    }
  }
}
