package wasl.egress;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import wasl.vault.Secret;

/// Real sockets on loopback; names resolve as each test says.
@Timeout(30)
class HttpEgressTest {
  private static final AddressRules LOOPBACK = AddressRules.parse("127.0.0.0/8,::1/128");
  private static final Duration DEADLINE = Duration.ofSeconds(5);

  private final List<AutoCloseable> open = new ArrayList<>();
  private final List<String> seen = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (var each : open) {
      each.close();
    }
  }

  @Test
  void sends_the_bytes_and_headers_and_answers_what_came_back() throws IOException {
    int port =
        server(exchange -> {
          seen.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
          seen.add(exchange.getRequestHeaders().getFirst("webhook-id"));
          seen.add(exchange.getRequestHeaders().getFirst("content-type"));
          seen.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
          exchange.getResponseHeaders().add("Retry-After", "7");
          answer(exchange, 503, "busy");
        });

    var result =
        guard(LOOPBACK)
            .send(
                new EgressRequest(
                    "POST",
                    url("http://127.0.0.1:" + port + "/hooks?a=b"),
                    Map.of("webhook-id", "evt_1", "content-type", "application/json"),
                    "{}".getBytes(UTF_8),
                    DEADLINE));

    assertThat(seen).containsExactly("POST /hooks?a=b", "evt_1", "application/json", "{}");
    assertThat(result).isInstanceOf(EgressResult.Answered.class);
    var answered = (EgressResult.Answered) result;
    assertThat(answered.status()).isEqualTo(503);
    assertThat(answered.headers().get("retry-after")).contains("7");
    assertThat(new String(answered.body(), UTF_8)).isEqualTo("busy");
    assertThat(answered.complete()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]"})
  void reaches_no_forbidden_address(String host) throws IOException {
    int port = server(exchange -> answer(exchange, 200, "reached"));

    for (var scheme : List.of("http", "https")) {
      assertThat(failure(guard(AddressRules.PUBLIC_ONLY), scheme + "://" + host + ":" + port))
          .isEqualTo(EgressFailure.FORBIDDEN_ADDRESS);
    }
  }

  @Test
  void refuses_a_name_that_leads_to_a_forbidden_address() throws IOException {
    var guard = guard(AddressRules.PUBLIC_ONLY, host -> List.of(InetAddress.ofLiteral("10.0.0.1")));
    assertThat(failure(guard, "https://internal.example/"))
        .isEqualTo(EgressFailure.FORBIDDEN_ADDRESS);
  }

  @Test
  void refuses_a_name_of_which_one_address_of_several_is_forbidden() throws IOException {
    int port = server(exchange -> answer(exchange, 200, "reached"));
    var guard =
        guard(
            LOOPBACK,
            host ->
                List.of(
                    InetAddress.ofLiteral("127.0.0.1"), InetAddress.ofLiteral("169.254.169.254")));
    assertThat(failure(guard, "http://mixed.example:" + port + "/"))
        .isEqualTo(EgressFailure.FORBIDDEN_ADDRESS);
  }

  @Test
  void looks_up_once_and_connects_to_what_it_checked_whatever_the_name_says_next()
      throws IOException {
    int port =
        server(exchange -> {
          exchange.getResponseHeaders().add("Connection", "close");
          answer(exchange, 200, "");
        });
    var lookups = new CopyOnWriteArrayList<String>();
    Resolver rebinding =
        host -> {
          lookups.add(host);
          return List.of(
              InetAddress.ofLiteral(lookups.size() == 1 ? "127.0.0.1" : "169.254.169.254"));
        };
    var guard = guard(LOOPBACK, rebinding);

    assertThat(guard.send(get("http://rebind.example:" + port + "/")))
        .isInstanceOf(EgressResult.Answered.class);
    assertThat(lookups).hasSize(1);
    assertThat(failure(guard, "http://rebind.example:" + port + "/"))
        .isEqualTo(EgressFailure.FORBIDDEN_ADDRESS);
  }

  @Test
  void does_not_send_plain_http_to_a_public_address() throws IOException {
    var guard = guard(LOOPBACK, host -> List.of(InetAddress.ofLiteral("8.8.8.8")));
    assertThat(failure(guard, "http://public.example/")).isEqualTo(EgressFailure.FORBIDDEN_ADDRESS);
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void follows_no_redirect_not_even_an_allowed_one(int status) throws IOException {
    int target = server(exchange -> answer(exchange, 200, "followed"));
    int port =
        server(exchange -> {
          exchange
              .getResponseHeaders()
              .add("Location", "http://169.254.169.254/latest/meta-data?" + target);
          answer(exchange, status, "");
        });

    var result = guard(LOOPBACK).send(get("http://127.0.0.1:" + port + "/"));

    assertThat(result)
        .isInstanceOfSatisfying(
            EgressResult.Answered.class, a -> assertThat(a.status()).isEqualTo(status));
  }

  @Test
  void tries_once_and_keeps_no_cookies() throws IOException {
    int port =
        server(exchange -> {
          seen.add(String.valueOf(exchange.getRequestHeaders().getFirst("cookie")));
          exchange.getResponseHeaders().add("Set-Cookie", "session=of-another-tenant; Path=/");
          answer(exchange, 503, "");
        });
    var guard = guard(LOOPBACK);

    guard.send(get("http://127.0.0.1:" + port + "/"));
    guard.send(get("http://127.0.0.1:" + port + "/"));

    assertThat(seen).containsExactly("null", "null");
  }

  @Test
  void reads_no_more_than_64_kilobytes_and_unpacks_nothing() throws IOException {
    int port =
        server(exchange -> {
          seen.add(String.valueOf(exchange.getRequestHeaders().getFirst("accept-encoding")));
          exchange.getResponseHeaders().add("Content-Encoding", "gzip");
          answer(exchange, 200, "x".repeat(1_000_000));
        });

    var result = guard(LOOPBACK).send(get("http://127.0.0.1:" + port + "/"));

    assertThat(result)
        .isInstanceOfSatisfying(
            EgressResult.Answered.class,
            answered -> {
              assertThat(answered.body()).hasSize(HttpEgress.MOST_BODY_BYTES).containsOnly('x');
              assertThat(answered.complete()).isFalse();
            });
    assertThat(seen).containsExactly("null");
  }

  @Test
  void gives_up_at_the_deadline_on_a_receiver_that_never_answers() throws IOException {
    var forever = new CountDownLatch(1);
    open.add(forever::countDown);
    int port = server(exchange -> await(forever));

    var result = guard(LOOPBACK).send(get("http://127.0.0.1:" + port + "/", 300));

    assertThat(result)
        .isInstanceOfSatisfying(
            EgressResult.Failed.class,
            failed -> assertThat(failed.kind()).isEqualTo(EgressFailure.TIMEOUT));
  }

  @Test
  void a_receiver_that_drips_its_head_does_not_hold_longer_than_the_deadline() throws Exception {
    int port = dripping("HTTP/1.1 200 OK\r\nx-drip: ");

    var result = guard(LOOPBACK).send(get("http://127.0.0.1:" + port + "/", 400));

    assertThat(result)
        .isInstanceOfSatisfying(
            EgressResult.Failed.class,
            failed -> assertThat(failed.kind()).isEqualTo(EgressFailure.TIMEOUT));
  }

  @Test
  void a_receiver_that_drips_its_body_has_answered_and_is_cut_off_at_the_deadline()
      throws Exception {
    int port = dripping("HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\nbegun");

    var result = guard(LOOPBACK).send(get("http://127.0.0.1:" + port + "/", 400));

    assertThat(result)
        .isInstanceOfSatisfying(
            EgressResult.Answered.class,
            answered -> {
              assertThat(answered.status()).isEqualTo(200);
              assertThat(answered.complete()).isFalse();
              assertThat(new String(answered.body(), UTF_8)).startsWith("begun");
            });
  }

  @Test
  void a_name_server_that_does_not_answer_does_not_hold_longer_than_the_deadline()
      throws Exception {
    var forever = new CountDownLatch(1);
    open.add(forever::countDown);
    var guard =
        guard(
            LOOPBACK,
            host -> {
              await(forever);
              throw new UnknownHostException(host);
            });
    assertThat(guard.send(get("http://slow.example/", 300)))
        .isInstanceOfSatisfying(
            EgressResult.Failed.class,
            failed -> assertThat(failed.kind()).isEqualTo(EgressFailure.TIMEOUT));
  }

  @Test
  void says_why_there_was_no_answer() throws IOException {
    int nobody;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody = socket.getLocalPort();
    }
    assertThat(failure(guard(LOOPBACK), "http://127.0.0.1:" + nobody + "/"))
        .isEqualTo(EgressFailure.CONNECTION_REFUSED);
    assertThat(failure(guard(LOOPBACK), "http://127.0.0.1:" + raw("") + "/"))
        .isEqualTo(EgressFailure.SOCKET_CLOSED);
    assertThat(failure(guard(LOOPBACK), "http://127.0.0.1:" + raw("SSH-2.0-x\r\n\r\n\r\n") + "/"))
        .isIn(EgressFailure.PROTOCOL_ERROR, EgressFailure.SOCKET_CLOSED);
    var headers = "x: y\r\n".repeat(101);
    assertThat(
            failure(
                guard(LOOPBACK),
                "http://127.0.0.1:" + raw("HTTP/1.1 200 OK\r\n" + headers + "\r\n") + "/"))
        .isEqualTo(EgressFailure.PROTOCOL_ERROR);
    var unknown =
        guard(
            LOOPBACK,
            host -> {
              throw new UnknownHostException(host);
            });
    assertThat(failure(unknown, "http://nowhere.example/"))
        .isEqualTo(EgressFailure.DNS_LOOKUP_FAILED);
    assertThat(failure(guard(LOOPBACK), "https://127.0.0.1:" + raw("no TLS here\r\n\r\n") + "/"))
        .isEqualTo(EgressFailure.TLS_FAILED);
  }

  @Test
  void believes_a_certificate_only_of_a_known_authority_and_for_the_very_host(@TempDir Path folder)
      throws Exception {
    var store = selfSigned(folder, "hooks.example");
    var server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    var keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(store, "password".toCharArray());
    var context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    int port = serve(server, exchange -> answer(exchange, 204, ""));
    var trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(store);
    Resolver loopback = host -> List.of(InetAddress.ofLiteral("127.0.0.1"));
    var guard = new HttpEgress(LOOPBACK, loopback, trust);
    open.add(guard);

    assertThat(guard.send(get("https://hooks.example:" + port + "/")))
        .isInstanceOf(EgressResult.Answered.class);
    assertThat(failure(guard, "https://other.example:" + port + "/"))
        .isEqualTo(EgressFailure.TLS_CERTIFICATE_NAME_MISMATCH);
    assertThat(failure(guard(LOOPBACK, loopback), "https://hooks.example:" + port + "/"))
        .isEqualTo(EgressFailure.TLS_CERTIFICATE_UNTRUSTED);
  }

  @Test
  void shows_a_client_certificate_in_a_connection_of_its_own(@TempDir Path folder)
      throws Exception {
    var theirs = selfSigned(folder, "api.example");
    var one = identity(selfSigned(folder, "client-one"));
    var other = identity(selfSigned(folder, "client-two"));
    var connections = new CopyOnWriteArrayList<Integer>();
    int port =
        demandingServer(
            theirs,
            List.of(one, other),
            exchange -> {
              connections.add(exchange.getRemoteAddress().getPort());
              var shown = ((HttpsExchange) exchange).getSSLSession().getPeerPrincipal();
              answer(exchange, 200, shown.getName());
            });
    var trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(theirs);
    var guard =
        new HttpEgress(LOOPBACK, host -> List.of(InetAddress.ofLiteral("127.0.0.1")), trust);
    open.add(guard);

    assertThat(answer(guard, port, Optional.of(one))).isEqualTo("CN=client-one");
    assertThat(answer(guard, port, Optional.of(other))).isEqualTo("CN=client-two");
    assertThat(answer(guard, port, Optional.of(one))).isEqualTo("CN=client-one");
    assertThat(answer(guard, port, Optional.empty())).startsWith("failed");
    assertThat(connections).hasSize(3).doesNotHaveDuplicates();
  }

  @Test
  void does_not_show_a_client_certificate_to_a_server_that_it_does_not_believe(@TempDir Path folder)
      throws Exception {
    var theirs = selfSigned(folder, "api.example");
    var mine = identity(selfSigned(folder, "client"));
    int port = demandingServer(theirs, List.of(mine), exchange -> answer(exchange, 200, "reached"));
    var guard = guard(LOOPBACK, host -> List.of(InetAddress.ofLiteral("127.0.0.1")));

    assertThat(answer(guard, port, Optional.of(mine)))
        .isEqualTo("failed TLS_CERTIFICATE_UNTRUSTED");
  }

  private static String answer(Egress guard, int port, Optional<ClientIdentity> identity) {
    var request =
        new EgressRequest(
            "GET",
            url("https://api.example:" + port + "/"),
            Map.of(),
            new byte[0],
            DEADLINE,
            identity);
    return switch (guard.send(request)) {
      case EgressResult.Answered answered -> new String(answered.body(), UTF_8);
      case EgressResult.Failed(var kind, var _) -> "failed " + kind;
    };
  }

  /// A TLS server that lets nobody in who does not show one of these.
  private int demandingServer(KeyStore own, List<ClientIdentity> known, Answer answer)
      throws Exception {
    var keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(own, "password".toCharArray());
    var clients = KeyStore.getInstance("PKCS12");
    clients.load(null, null);
    for (var client : known) {
      var certificate = client.chain().getFirst();
      clients.setCertificateEntry(certificate.getSubjectX500Principal().getName(), certificate);
    }
    var trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(clients);
    var context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    var server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(
        new HttpsConfigurator(context) {
          @Override
          public void configure(HttpsParameters parameters) {
            var demanded = context.getDefaultSSLParameters();
            demanded.setNeedClientAuth(true);
            parameters.setSSLParameters(demanded);
          }
        });
    return serve(server, answer);
  }

  /// As it would be given: in PEM.
  private static ClientIdentity identity(KeyStore store) throws Exception {
    var key = pem("PRIVATE KEY", store.getKey("it", "password".toCharArray()).getEncoded());
    var chain = pem("CERTIFICATE", store.getCertificate("it").getEncoded());
    var read = ClientIdentityPem.read(Secret.of(chain), Secret.of(key));
    assertThat(read).isInstanceOf(ClientIdentityPem.Read.Identity.class);
    return ((ClientIdentityPem.Read.Identity) read).identity();
  }

  private static String pem(String kind, byte[] der) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(kind, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der), kind);
  }

  private static KeyStore selfSigned(Path folder, String host) throws Exception {
    var file = folder.resolve(host + ".p12");
    var keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-alias",
                "it",
                "-dname",
                "CN=" + host,
                "-ext",
                "san=dns:" + host,
                "-keystore",
                file.toString(),
                "-storepass",
                "password")
            .redirectErrorStream(true)
            .start();
    keytool.getInputStream().readAllBytes();
    assertThat(keytool.waitFor()).isZero();
    var store = KeyStore.getInstance("PKCS12");
    try (var in = Files.newInputStream(file)) {
      store.load(in, "password".toCharArray());
    }
    // The same certificate also as a trusted one, for whoever is to believe it.
    store.setCertificateEntry("trusted", store.getCertificate("it"));
    return store;
  }

  private EgressFailure failure(Egress guard, String url) {
    var result = guard.send(get(url));
    assertThat(result).isInstanceOf(EgressResult.Failed.class);
    return ((EgressResult.Failed) result).kind();
  }

  private HttpEgress guard(AddressRules rules) {
    return guard(rules, new SystemResolver());
  }

  private HttpEgress guard(AddressRules rules, Resolver resolver) {
    try {
      var trust = TrustManagerFactory.getInstance("PKIX");
      trust.init((KeyStore) null);
      var guard = new HttpEgress(rules, resolver, trust);
      open.add(guard);
      return guard;
    } catch (java.security.GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static EgressRequest get(String url) {
    return new EgressRequest("GET", url(url), Map.of(), new byte[0], DEADLINE);
  }

  private static EgressRequest get(String url, long deadlineMillis) {
    return new EgressRequest(
        "GET", url(url), Map.of(), new byte[0], Duration.ofMillis(deadlineMillis));
  }

  private static EgressUrl url(String url) {
    return new EgressUrl(URI.create(url));
  }

  private interface Answer {
    void to(HttpExchange exchange) throws IOException;
  }

  private int server(Answer answer) throws IOException {
    return serve(
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0), answer);
  }

  private int serve(HttpServer server, Answer answer) {
    var threads = Executors.newVirtualThreadPerTaskExecutor();
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            answer.to(exchange);
          }
        });
    server.start();
    open.add(() -> server.stop(0));
    open.add(threads::shutdownNow);
    return server.getAddress().getPort();
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    var bytes = body.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    if (bytes.length > 0) {
      exchange.getResponseBody().write(bytes);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Writes this to whoever connects, then closes.
  private int raw(String text) throws IOException {
    var socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    open.add(socket);
    Thread.ofVirtual()
        .start(() -> {
          try (var client = socket.accept()) {
            client.getInputStream().read(new byte[4096]);
            client.getOutputStream().write(text.getBytes(UTF_8));
          } catch (IOException closed) {
            // The test has ended.
          }
        });
    return socket.getLocalPort();
  }

  /// Writes this, then one letter every 20 ms for as long as somebody listens.
  private int dripping(String head) throws IOException {
    var socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    open.add(socket);
    Thread.ofVirtual()
        .start(() -> {
          try (var client = socket.accept()) {
            var out = client.getOutputStream();
            out.write(head.getBytes(UTF_8));
            while (true) {
              out.write('x');
              out.flush();
              Thread.sleep(20);
            }
          } catch (IOException | InterruptedException cutOff) {
            // What the test is about.
          }
        });
    return socket.getLocalPort();
  }
}
