package wasl.connect;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// A provider on loopback that takes OAuth at its word: codes are good once, for the redirect URL
/// that they were asked for with, and for who knows the verifier of their challenge.
final class ConsentProvider implements AutoCloseable {
  static final String CLIENT_ID = "client-1";
  static final String CLIENT_SECRET = "client-secret-9f8e7d";
  private static final ObjectMapper JSON = new ObjectMapper();

  /// How to answer one token call in place of what would be right.
  interface Answer {
    void to(HttpExchange exchange) throws IOException;
  }

  /// One call of the token or the revocation endpoint.
  record Call(String path, String authorization, Map<String, String> form) {}

  private record Asked(String redirectUri, String challenge, String scope, String account) {}

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer server;
  private final Map<String, Asked> codes = new ConcurrentHashMap<>();
  private final Queue<Answer> next = new ConcurrentLinkedQueue<>();
  private final List<Call> calls = new CopyOnWriteArrayList<>();
  private final List<String> secrets = new CopyOnWriteArrayList<>();
  private volatile String account = "acct-1";
  private volatile String granted = "";

  ConsentProvider() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/token", this::token);
    server.createContext("/revoke", this::revoke);
    server.start();
  }

  String url(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  /// Whoever consents from now on is this account; empty text: the provider does not say who.
  void logIn(String newAccount) {
    account = newAccount;
  }

  /// Grants these scopes from now on, whatever is asked for.
  void grantOnly(String scopes) {
    granted = scopes;
  }

  void answerNext(Answer answer) {
    next.add(answer);
  }

  void answerNext(int status, String type, String body) {
    answerNext(exchange -> send(exchange, status, type, body));
  }

  List<Call> calls(String path) {
    return calls.stream().filter(call -> call.path().equals(path)).toList();
  }

  /// Every code and token that it gave, and every verifier that it was told.
  List<String> secrets() {
    return List.copyOf(secrets);
  }

  /// What a browser does here: it consents, and is sent back. Answers the query of the redirect.
  String consent(String authorizationUrl) {
    var query = parameters(URI.create(authorizationUrl).getRawQuery());
    if (!query.getOrDefault("response_type", "").equals("code")
        || !query.getOrDefault("client_id", "").equals(CLIENT_ID)
        || !query.getOrDefault("code_challenge_method", "S256").equals("S256")) {
      throw new IllegalArgumentException("no authorization request: " + query.keySet());
    }
    var code = secret("code");
    codes.put(
        code,
        new Asked(
            query.getOrDefault("redirect_uri", ""),
            query.getOrDefault("code_challenge", ""),
            query.getOrDefault("scope", ""),
            account));
    return "code=" + code + "&state=" + query.get("state");
  }

  /// The user says no.
  static String deny(String authorizationUrl) {
    var query = parameters(URI.create(authorizationUrl).getRawQuery());
    return "error=access_denied&error_description=The+user+said+no%0D%0A&state="
        + query.get("state");
  }

  private void token(HttpExchange exchange) throws IOException {
    try (exchange) {
      var form = read(exchange);
      var answer = next.poll();
      if (answer != null) {
        answer.to(exchange);
        return;
      }
      var asked = codes.remove(form.getOrDefault("code", ""));
      if (!isClient(exchange, form)) {
        send(exchange, 401, "application/json", "{\"error\":\"invalid_client\"}");
      } else if (asked == null
          || !asked.redirectUri().equals(form.get("redirect_uri"))
          || !asked.challenge().equals(challenge(form.getOrDefault("code_verifier", "")))) {
        send(
            exchange,
            400,
            "application/json",
            "{\"error\":\"invalid_grant\",\"error_description\":\"The code is not good.\"}");
      } else {
        send(exchange, 200, "application/json", tokens(asked).toString());
      }
    }
  }

  private ObjectNode tokens(Asked asked) {
    var answer =
        JSON.createObjectNode()
            .put("access_token", secret("access"))
            .put("refresh_token", secret("refresh"))
            .put("expires_in", 3600)
            .put("scope", granted.isEmpty() ? asked.scope() : granted);
    if (!asked.account().isEmpty()) {
      answer.putObject("account").put("id", asked.account());
    }
    return answer;
  }

  private void revoke(HttpExchange exchange) throws IOException {
    try (exchange) {
      read(exchange);
      send(exchange, 200, "application/json", "{}");
    }
  }

  private Map<String, String> read(HttpExchange exchange) throws IOException {
    var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    var form = parameters(body);
    if (form.containsKey("code_verifier")) {
      secrets.add(form.get("code_verifier"));
    }
    var authorization = exchange.getRequestHeaders().getFirst("authorization");
    calls.add(
        new Call(
            exchange.getRequestURI().getPath(), authorization == null ? "" : authorization, form));
    return form;
  }

  private static boolean isClient(HttpExchange exchange, Map<String, String> form) {
    var basic =
        "Basic "
            + Base64.getEncoder()
                .encodeToString((CLIENT_ID + ":" + CLIENT_SECRET).getBytes(StandardCharsets.UTF_8));
    return basic.equals(exchange.getRequestHeaders().getFirst("authorization"))
        || (CLIENT_ID.equals(form.get("client_id"))
            && CLIENT_SECRET.equals(form.get("client_secret")));
  }

  private String secret(String kind) {
    var secret = kind + "-" + UUID.randomUUID();
    secrets.add(secret);
    return secret;
  }

  static void send(HttpExchange exchange, int status, String type, String body) throws IOException {
    var bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("content-type", type);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  static String challenge(String verifier) {
    try {
      return verifier.isEmpty()
          ? ""
          : Base64.getUrlEncoder()
              .withoutPadding()
              .encodeToString(
                  MessageDigest.getInstance("SHA-256")
                      .digest(verifier.getBytes(StandardCharsets.US_ASCII)));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  static Map<String, String> parameters(String form) {
    var parameters = new HashMap<String, String>();
    for (var pair : form.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        parameters.put(decoded(pair.substring(0, equals)), decoded(pair.substring(equals + 1)));
      }
    }
    return parameters;
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
