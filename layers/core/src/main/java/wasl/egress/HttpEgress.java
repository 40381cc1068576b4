package wasl.egress;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.TrustManagerFactory;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.DefaultSchemePortResolver;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.impl.routing.DefaultRoutePlanner;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;
import wasl.web.Headers;

/// The egress guard on Apache HttpClient, which lets us resolve for it: what was checked is what is
/// connected to, so a name that changes its address between the two gains nothing.
///
/// Connections are reused by scheme, host and port. They carry no state between requests (no
/// cookies, no client certificates, no cached credentials), so it is no matter whose request was
/// the last. A request that shows a client certificate has a client, a connection and a TLS session
/// of its own, which end with it.
public final class HttpEgress implements Egress, AutoCloseable {
  /// Of an answer no more is read.
  public static final int MOST_BODY_BYTES = 64 * 1024;

  private static final Duration LONGEST_CONNECT = Duration.ofSeconds(5);

  // Not long: a receiver that moved is found again soon, and nothing was checked long ago.
  private static final TimeValue REUSED_FOR = TimeValue.ofSeconds(60);
  private static final int MOST_HEADERS = 100;
  private static final int MOST_LINE_CHARACTERS = 16 * 1024;

  // The lookup knows a host only, so there is a client for each kind of URL.
  private final CloseableHttpClient tls;
  private final CloseableHttpClient plain;
  private final DnsResolver tlsDns;
  private final TrustManagerFactory trust;

  public HttpEgress(AddressRules rules) {
    this(rules, new SystemResolver(), systemTrust());
  }

  /// @param trust decides which certificates are believed
  public HttpEgress(AddressRules rules, Resolver resolver, TrustManagerFactory trust) {
    this.trust = trust;
    this.tlsDns = new GuardedDns(rules, resolver, true);
    var anonymous = context(trust, new KeyManager[0]);
    this.tls = client(tlsDns, anonymous);
    this.plain = client(new GuardedDns(rules, resolver, false), anonymous);
  }

  @Override
  public EgressResult send(EgressRequest request) {
    if (!request.url().isTls()) {
      return send(plain, request);
    }
    if (request.identity().isEmpty()) {
      return send(tls, request);
    }
    var own = client(tlsDns, context(trust, keys(request.identity().get())));
    try {
      return send(own, request);
    } finally {
      own.close(CloseMode.IMMEDIATE);
    }
  }

  private static EgressResult send(CloseableHttpClient client, EgressRequest request) {
    var exchange = new Exchange(client, request);
    var task = new FutureTask<>(exchange::run);
    Thread.ofVirtual().name("egress").start(task);
    try {
      return task.get(request.deadline().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException late) {
      exchange.http.cancel();
      return exchange.asFarAsItCame();
    } catch (InterruptedException interrupted) {
      exchange.http.cancel();
      Thread.currentThread().interrupt();
      return new EgressResult.Failed(EgressFailure.TIMEOUT, "interrupted");
    } catch (ExecutionException e) {
      throw new IllegalStateException("an exchange fails by its result", e.getCause());
    }
  }

  @Override
  public void close() {
    tls.close(CloseMode.IMMEDIATE);
    plain.close(CloseMode.IMMEDIATE);
  }

  /// One request on its way. The socket's own timeouts bound single reads only; a receiver that
  /// drips is cut off by whoever waits in `send`.
  private static final class Exchange {
    private final CloseableHttpClient client;
    private final HttpUriRequestBase http;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private volatile EgressResult.@Nullable Answered head;

    Exchange(CloseableHttpClient client, EgressRequest request) {
      this.client = client;
      this.http = new HttpUriRequestBase(request.method(), request.url().uri());
      request.headers().forEach(http::setHeader);
      if (request.body().length > 0) {
        var type = request.headers().get("content-type");
        http.setEntity(
            new ByteArrayEntity(request.body(), type == null ? null : ContentType.parse(type)));
      }
      http.setConfig(
          RequestConfig.custom()
              .setRedirectsEnabled(false)
              .setProtocolUpgradeEnabled(false)
              .setExpectContinueEnabled(false)
              .setConnectionRequestTimeout(Timeout.of(request.deadline()))
              .setResponseTimeout(Timeout.of(request.deadline()))
              .build());
    }

    EgressResult run() {
      try (var response = client.executeOpen(null, http, HttpClientContext.create())) {
        var began =
            new EgressResult.Answered(response.getCode(), headers(response), new byte[0], false);
        head = began;
        boolean complete = read(response);
        return answered(began, complete);
      } catch (IOException | RuntimeException failed) {
        // The status is the answer; a body that broke off takes nothing from it.
        var began = head;
        return began == null ? failure(failed) : answered(began, false);
      }
    }

    EgressResult asFarAsItCame() {
      var began = head;
      return began == null
          ? new EgressResult.Failed(EgressFailure.TIMEOUT, "no answer within the deadline")
          : answered(began, false);
    }

    private EgressResult.Answered answered(EgressResult.Answered began, boolean complete) {
      synchronized (body) {
        return new EgressResult.Answered(
            began.status(), began.headers(), body.toByteArray(), complete);
      }
    }

    private boolean read(ClassicHttpResponse response) throws IOException {
      if (response.getEntity() == null) {
        return true;
      }
      var in = response.getEntity().getContent();
      var buffer = new byte[8192];
      while (true) {
        int room = MOST_BODY_BYTES - body.size();
        int read = in.read(buffer, 0, Math.min(buffer.length, Math.max(1, room)));
        if (read < 0) {
          return true;
        }
        if (room == 0) {
          return false;
        }
        synchronized (body) {
          body.write(buffer, 0, read);
        }
      }
    }

    private static Headers headers(ClassicHttpResponse response) {
      var headers = new HashMap<String, String>();
      for (var header : response.getHeaders()) {
        headers.merge(
            header.getName().toLowerCase(Locale.ROOT),
            header.getValue() == null ? "" : header.getValue(),
            (one, two) -> one + "," + two);
      }
      return new Headers(Map.copyOf(headers));
    }
  }

  /// Resolves for the client, and refuses as a whole a host that has one forbidden address: a
  /// receiver has no honest reason for such a mixture.
  private record GuardedDns(AddressRules rules, Resolver resolver, boolean overTls)
      implements DnsResolver {
    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
      List<InetAddress> addresses =
          resolver.resolve(host.startsWith("[") ? host.substring(1, host.length() - 1) : host);
      for (var address : addresses) {
        if (!rules.permits(address, overTls)) {
          throw new ForbiddenAddress(host, address);
        }
      }
      return addresses.toArray(InetAddress[]::new);
    }

    @Override
    public String resolveCanonicalHostname(String host) {
      return host;
    }
  }

  private static final class ForbiddenAddress extends UnknownHostException {
    ForbiddenAddress(String host, InetAddress address) {
      super(host + " leads to " + address.getHostAddress());
    }
  }

  private static EgressResult failure(Throwable failed) {
    return new EgressResult.Failed(
        kind(failed), failed.getClass().getSimpleName() + ": " + failed.getMessage());
  }

  private static EgressFailure kind(Throwable failed) {
    return switch (failed) {
      case ForbiddenAddress _ -> EgressFailure.FORBIDDEN_ADDRESS;
      case UnknownHostException _ -> EgressFailure.DNS_LOOKUP_FAILED;
      case SSLPeerUnverifiedException _ -> EgressFailure.TLS_CERTIFICATE_NAME_MISMATCH;
      case SSLException tls -> tlsKind(tls);
      case SocketTimeoutException _ -> EgressFailure.TIMEOUT;
      case NoRouteToHostException _ -> EgressFailure.HOST_UNREACHABLE;
      case ConnectException refused -> connectKind(refused);
      case NoHttpResponseException _, ConnectionClosedException _ -> EgressFailure.SOCKET_CLOSED;
      case SocketException _ -> EgressFailure.CONNECTION_RESET;
      default -> EgressFailure.PROTOCOL_ERROR;
    };
  }

  private static EgressFailure connectKind(ConnectException failed) {
    var message = String.valueOf(failed.getMessage());
    return message.contains("unreachable")
        ? EgressFailure.HOST_UNREACHABLE
        : EgressFailure.CONNECTION_REFUSED;
  }

  private static EgressFailure tlsKind(SSLException failed) {
    var causes = Stream.iterate((Throwable) failed, Objects::nonNull, Throwable::getCause).toList();
    if (isAny(causes, CertificateExpiredException.class, CertificateNotYetValidException.class)) {
      return EgressFailure.TLS_CERTIFICATE_EXPIRED;
    }
    if (isAny(causes, CertPathBuilderException.class, CertPathValidatorException.class)) {
      return EgressFailure.TLS_CERTIFICATE_UNTRUSTED;
    }
    if (isAny(causes, CertificateException.class)) {
      return EgressFailure.TLS_CERTIFICATE_NAME_MISMATCH;
    }
    if (isAny(causes, SocketException.class)) {
      return EgressFailure.CONNECTION_RESET;
    }
    return EgressFailure.TLS_FAILED;
  }

  private static boolean isAny(List<Throwable> causes, Class<?>... kinds) {
    return causes.stream().anyMatch(cause -> Stream.of(kinds).anyMatch(k -> k.isInstance(cause)));
  }

  private static CloseableHttpClient client(DnsResolver dns, SSLContext trust) {
    var headLimits =
        Http1Config.custom()
            .setMaxHeaderCount(MOST_HEADERS)
            .setMaxLineLength(MOST_LINE_CHARACTERS)
            .setMaxEmptyLineCount(10)
            .build();
    PoolingHttpClientConnectionManager connections =
        PoolingHttpClientConnectionManagerBuilder.create()
            .setDnsResolver(dns)
            .setTlsSocketStrategy(new DefaultClientTlsStrategy(trust))
            .setConnectionFactory(
                ManagedHttpClientConnectionFactory.builder().http1Config(headLimits).build())
            .setDefaultConnectionConfig(
                ConnectionConfig.custom()
                    .setConnectTimeout(Timeout.of(LONGEST_CONNECT))
                    .setTimeToLive(REUSED_FOR)
                    .setValidateAfterInactivity(TimeValue.ofMilliseconds(100))
                    .build())
            .setDefaultSocketConfig(
                SocketConfig.custom()
                    .setSoTimeout(Timeout.of(LONGEST_CONNECT))
                    .setTcpNoDelay(true)
                    .build())
            .setMaxConnTotal(1000)
            .setMaxConnPerRoute(200)
            .build();
    return HttpClients.custom()
        .setConnectionManager(connections)
        // Said outright: no system property or environment variable puts a proxy between.
        .setRoutePlanner(new DefaultRoutePlanner(DefaultSchemePortResolver.INSTANCE))
        .disableAutomaticRetries()
        .disableRedirectHandling()
        .disableCookieManagement()
        .disableAuthCaching()
        .disableConnectionState()
        .disableContentCompression()
        .setUserAgent("Wasl")
        .build();
  }

  private static TrustManagerFactory systemTrust() {
    try {
      var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init((KeyStore) null);
      return trust;
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK has authorities that it trusts", e);
    }
  }

  private static SSLContext context(TrustManagerFactory trust, KeyManager[] keys) {
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(keys, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK has TLS", e);
    }
  }

  private static KeyManager[] keys(ClientIdentity identity) {
    try {
      // In memory only, so its password protects nothing.
      var password = new char[] {'-'};
      var store = KeyStore.getInstance("PKCS12");
      store.load(null, password);
      store.setKeyEntry(
          "it", identity.key(), password, identity.chain().toArray(X509Certificate[]::new));
      var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, password);
      return keys.getKeyManagers();
    } catch (GeneralSecurityException | IOException e) {
      // Without its cause: it may tell of the key.
      throw new IllegalStateException("a client identity cannot be used");
    }
  }
}
