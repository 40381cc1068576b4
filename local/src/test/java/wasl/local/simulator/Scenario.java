package wasl.local.simulator;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static wasl.signing.Digests.sha256;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import wasl.local.simulator.PlainClient.Answer;
import wasl.road.SettableClock;

/// A simulator that plays one provider, Acme, and a client that has an account there. A test takes
/// it as it is and breaks one thing.
final class Scenario implements AutoCloseable {
  static final String CLIENT = "client-1";
  static final String SECRET = "client-secret";
  static final String CALLBACK = "http://127.0.0.1:9/oauth/callback";
  static final String VERIFIER = "a-verifier-of-at-least-forty-three-characters-1";
  static final String ID = "https://id.acme.example";
  static final String API = "https://api.acme.example";

  private static final JsonMapper JSON = new JsonMapper();

  final SettableClock clock = SettableClock.atRealTime();
  final PlainClient http;
  private final Simulator simulator;

  private Scenario(Map<String, ObjectNode> manifests, Optional<Path> file) throws IOException {
    this.simulator =
        Simulator.start(ManifestsInMemory.catalog(new LinkedHashMap<>(manifests)), file, clock);
    this.http = new PlainClient(simulator.uri());
  }

  static Scenario acme() throws IOException {
    return acme(_ -> {});
  }

  /// @param change to Acme's manifest
  static Scenario acme(Consumer<ObjectNode> change) throws IOException {
    return acme(Optional.empty(), change);
  }

  /// @param file where the simulator keeps its state
  static Scenario acme(Optional<Path> file, Consumer<ObjectNode> change) throws IOException {
    ObjectNode manifest = manifest();
    change.accept(manifest);
    return new Scenario(Map.of("acme", manifest), file);
  }

  /// Acme under the id of a provider of which the simulator knows more than its manifest.
  static Scenario as(String id, Consumer<ObjectNode> change) throws IOException {
    ObjectNode manifest = manifest();
    change.accept(manifest);
    return new Scenario(Map.of(id, manifest), Optional.empty());
  }

  /// Acme with another authorization mode instead of its own.
  static Scenario acmeWith(String mode) throws IOException {
    return acme(manifest -> manifest.putArray("auth").add(object(mode)));
  }

  /// Acme's own authorization mode with further keys, or other values of its keys.
  static Scenario acmeBut(String keys) throws IOException {
    return acme(manifest -> mode(manifest).setAll(object(keys)));
  }

  static ObjectNode mode(ObjectNode manifest) {
    return (ObjectNode) manifest.path("auth").path(0);
  }

  static ObjectNode object(String json) {
    try {
      return (ObjectNode) JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new AssertionError("a test's JSON", e);
    }
  }

  private static ObjectNode manifest() {
    return object(
        """
        {
          "id": "acme",
          "name": {"en": "Acme & Sons", "ar": "أكمي"},
          "description": {"en": "Sells everything.", "ar": "تبيع كل شيء."},
          "category": "commerce",
          "availability": "live",
          "modes": {
            "sandbox": {"baseUrls": {"api": "https://sandbox.acme.example"}},
            "live": {"baseUrls": {"api": "https://api.acme.example"}}
          },
          "auth": [{
            "mode": "oauth2_authorization_code",
            "authorizationUrl": "https://id.acme.example/authorize",
            "tokenUrl": "https://id.acme.example/token",
            "revocationUrl": "https://id.acme.example/revoke",
            "sandbox": {"tokenUrl": "https://id.sandbox.acme.example/token"},
            "clientAuth": "basic",
            "pkce": "optional",
            "accessTokenSeconds": 3600,
            "refresh": {"rotates": true},
            "account": "account.id",
            "send": [{"header": "Authorization", "format": "Bearer {accessToken}"}]
          }],
          "whoami": {"method": "GET", "path": "/v1/me", "account": "user.id", "accountName": "user.name"}
        }
        """);
  }

  @Override
  public void close() {
    http.close();
    simulator.close();
  }

  void move(Duration by) {
    clock.move(by);
  }

  /// The parameters of a good authorization request.
  static Map<String, String> request() {
    Map<String, String> request = new LinkedHashMap<>();
    request.put("response_type", "code");
    request.put("client_id", CLIENT);
    request.put("redirect_uri", CALLBACK);
    request.put("state", "state & more");
    request.put("scope", "read write");
    request.put("code_challenge", challenge());
    request.put("code_challenge_method", "S256");
    return request;
  }

  static String authorizationUrl(Map<String, String> request) {
    return ID + "/authorize?" + PlainClient.form(request);
  }

  static String challenge() {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(sha256(VERIFIER.getBytes(US_ASCII)));
  }

  /// A code that the user gave on the consent page.
  String code() throws IOException, InterruptedException {
    return code(request(), "acct_1");
  }

  String code(Map<String, String> request, String account)
      throws IOException, InterruptedException {
    PlainClient.Form form = http.form(authorizationUrl(request));
    return code(http.press(form, account, "allow"));
  }

  static String code(Answer redirect) {
    return Optional.ofNullable(redirect.sentBack().get("code")).orElse("");
  }

  /// The parameters of a good token call for a code.
  static Map<String, String> redemption(String code) {
    Map<String, String> call = new LinkedHashMap<>();
    call.put("grant_type", "authorization_code");
    call.put("code", code);
    call.put("redirect_uri", CALLBACK);
    call.put("code_verifier", VERIFIER);
    return call;
  }

  /// Posts to the token endpoint as the client.
  Answer token(Map<String, String> call) throws IOException, InterruptedException {
    return http.post(ID + "/token", call, "authorization", PlainClient.basic(CLIENT, SECRET));
  }

  Answer redeem(String code) throws IOException, InterruptedException {
    return token(redemption(code));
  }

  /// Tokens of an account, fresh from the consent page.
  Answer tokens() throws IOException, InterruptedException {
    return redeem(code());
  }

  Answer tokens(String account) throws IOException, InterruptedException {
    return redeem(code(request(), account));
  }

  Answer refresh(String refreshToken) throws IOException, InterruptedException {
    return token(Map.of("grant_type", "refresh_token", "refresh_token", refreshToken));
  }

  Answer whoami(String accessToken) throws IOException, InterruptedException {
    return http.get(API + "/v1/me", "authorization", "Bearer " + accessToken);
  }

  Answer revoke(String token) throws IOException, InterruptedException {
    return http.post(
        ID + "/revoke", Map.of("token", token), "authorization", PlainClient.basic(CLIENT, SECRET));
  }

  /// Sets how Acme behaves.
  Answer behave(String json) throws IOException, InterruptedException {
    return http.control("PUT", "/providers/acme", json);
  }

  Answer fault(String json) throws IOException, InterruptedException {
    return http.control("POST", "/faults", json);
  }

  /// What the control API says of the calls so far.
  Answer calls(String query) throws IOException, InterruptedException {
    return http.control("GET", "/calls" + query, "");
  }

  /// A JWT of these parts, with a signature that nobody can check.
  static String jwt(String header, String claims) {
    Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
    List<String> parts = new ArrayList<>();
    for (String part : List.of(header, claims, "signature")) {
      parts.add(base64.encodeToString(part.getBytes(UTF_8)));
    }
    return String.join(".", parts);
  }
}
