package wasl.aws.crt;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.crt.CRT;
import software.amazon.awssdk.crt.auth.credentials.Credentials;
import software.amazon.awssdk.crt.auth.signing.AwsSigner;
import software.amazon.awssdk.crt.auth.signing.AwsSigningConfig;
import software.amazon.awssdk.crt.http.HttpClientConnection;
import software.amazon.awssdk.crt.http.HttpClientConnectionManager;
import software.amazon.awssdk.crt.http.HttpClientConnectionManagerOptions;
import software.amazon.awssdk.crt.http.HttpException;
import software.amazon.awssdk.crt.http.HttpHeader;
import software.amazon.awssdk.crt.http.HttpRequest;
import software.amazon.awssdk.crt.http.HttpRequestBodyStream;
import software.amazon.awssdk.crt.http.HttpStream;
import software.amazon.awssdk.crt.http.HttpStreamResponseHandler;
import software.amazon.awssdk.crt.io.ClientBootstrap;
import software.amazon.awssdk.crt.io.EventLoopGroup;
import software.amazon.awssdk.crt.io.HostResolver;
import software.amazon.awssdk.crt.io.SocketOptions;
import software.amazon.awssdk.crt.io.TlsContext;
import software.amazon.awssdk.crt.io.TlsContextOptions;

/// Sends HTTP requests through aws-crt, whose TLS and signer are native: nothing of them has to be
/// loaded and interpreted in a cold start.
///
/// Opens what it needs at the first request, and after [#close()] again: a snapshot must hold no
/// connection and no resolved address.
final class CrtHttp implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(1);
  private static final Duration ATTEMPT = Duration.ofSeconds(3);
  private static final int ATTEMPTS = 2;
  private static final long PAUSE_MILLIS = 50;

  // AWS drops a connection that has been idle for longer than some 20 s.
  private static final long IDLE_MILLIS = 15_000;
  private static final int MOST_CONNECTIONS = 8;

  private final CrtSettings settings;
  private final CallBudget budget;
  private @Nullable Native opened;

  CrtHttp(CrtSettings settings, CallBudget budget) {
    this.settings = settings;
    this.budget = budget;
  }

  /// @param name for messages: `dynamodb GetItem`
  /// @param service whose signature it bears; empty for none
  /// @param headers without `host` and `content-length`
  record Call(
      String name,
      String method,
      URI at,
      String path,
      String service,
      HttpHeader[] headers,
      byte[] body) {}

  record Answer(int status, Map<String, String> headers, byte[] body) {
    boolean isSuccess() {
      return status >= 200 && status < 300;
    }
  }

  /// Names the error in an answer that is none of success.
  interface ErrorCode {
    String of(Answer answer);
  }

  /// Sends, and once more where the connection failed or AWS was busy. Answers only a success.
  Answer send(Call call, @Nullable Credentials credentials, ErrorCode errorCode) {
    for (int attempt = 1; ; attempt++) {
      try {
        var answer = attempt(call, credentials);
        if (answer.isSuccess()) {
          return answer;
        }
        throw new AwsCallFailed.Refused(call.name(), answer.status(), errorCode.of(answer));
      } catch (AwsCallFailed failed) {
        if (attempt == ATTEMPTS
            || !failed.isTransient()
            || budget.leftMillis(ATTEMPT) <= PAUSE_MILLIS) {
          throw failed;
        }
        pause(call);
      }
    }
  }

  /// Begins to connect, so that the first call finds a connection. What fails here fails there
  /// again.
  void connect(URI at) {
    var manager = opened().manager(at);
    var _ =
        manager
            .acquireConnection()
            .whenComplete((connection, failed) -> {
              if (connection != null) {
                manager.releaseConnection(connection);
              }
            });
  }

  @Override
  public synchronized void close() {
    if (opened != null) {
      opened.close();
      opened = null;
    }
  }

  private Answer attempt(Call call, @Nullable Credentials credentials) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(budget.leftMillis(ATTEMPT));
    var manager = opened().manager(call.at());
    var request = request(call);
    if (credentials != null) {
      request = await(call, AwsSigner.signRequest(request, signing(call, credentials)), end);
    }
    var connection = acquired(call, manager, end);
    try {
      return exchange(call, connection, request, end);
    } finally {
      manager.releaseConnection(connection);
    }
  }

  private static HttpClientConnection acquired(
      Call call, HttpClientConnectionManager manager, long end) {
    var coming = manager.acquireConnection();
    try {
      return await(call, coming, end);
    } catch (AwsCallFailed failed) {
      // It may come when nobody waits any more; kept by nobody, it would be missing for good.
      var _ = coming.thenAccept(manager::releaseConnection);
      throw failed;
    }
  }

  private static Answer exchange(
      Call call, HttpClientConnection connection, HttpRequest request, long end) {
    var response = new Response();
    try (var stream = connection.makeRequest(request, response)) {
      stream.activate();
      return await(call, response.whole, end);
    } catch (AwsCallFailed failed) {
      // Not to be used again: an answer may still come.
      connection.shutdown();
      throw failed;
    } catch (RuntimeException closed) {
      throw new AwsCallFailed.Unreachable(call.name(), "the connection failed", closed);
    }
  }

  private static HttpRequest request(Call call) {
    var headers = new HttpHeader[call.headers().length + 2];
    headers[0] = new HttpHeader("host", call.at().getRawAuthority());
    headers[1] = new HttpHeader("content-length", Integer.toString(call.body().length));
    System.arraycopy(call.headers(), 0, headers, 2, call.headers().length);
    return new HttpRequest(call.method(), call.path(), headers, new Body(call.body()));
  }

  private AwsSigningConfig signing(Call call, Credentials credentials) {
    var config = new AwsSigningConfig();
    config.setRegion(settings.region());
    config.setService(call.service());
    config.setCredentials(credentials);
    if (call.service().equals("s3")) {
      config.setUseDoubleUriEncode(false);
      config.setShouldNormalizeUriPath(false);
      config.setSignedBodyHeader(AwsSigningConfig.AwsSignedBodyHeaderType.X_AMZ_CONTENT_SHA256);
    }
    return config;
  }

  private static <T> T await(Call call, Future<T> future, long end) {
    try {
      return future.get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw new AwsCallFailed.Unreachable(call.name(), "the connection failed", e.getCause());
    } catch (TimeoutException e) {
      throw new AwsCallFailed.Unreachable(call.name(), "no answer in time", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AwsCallFailed.Unreachable(call.name(), "interrupted", e);
    }
  }

  private static void pause(Call call) {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AwsCallFailed.Unreachable(call.name(), "interrupted", e);
    }
  }

  private synchronized Native opened() {
    if (opened == null) {
      opened = new Native(settings);
    }
    return opened;
  }

  /// The native side: one event loop, a resolver, trust, and connections by host.
  private static final class Native implements AutoCloseable {
    private final EventLoopGroup loop;
    private final HostResolver resolver;
    private final ClientBootstrap bootstrap;
    private final SocketOptions socket;
    private final @Nullable TlsContext tls;
    private final Map<URI, HttpClientConnectionManager> managers = new HashMap<>();

    Native(CrtSettings settings) {
      loadLibrary();
      loop = new EventLoopGroup(1);
      resolver = new HostResolver(loop);
      bootstrap = new ClientBootstrap(loop, resolver);
      socket = new SocketOptions();
      socket.connectTimeoutMs = (int) CONNECT.toMillis();
      tls = needsTls(settings) ? tls(settings) : null;
    }

    synchronized HttpClientConnectionManager manager(URI at) {
      var known = managers.get(at);
      if (known != null) {
        return known;
      }
      var options =
          new HttpClientConnectionManagerOptions()
              .withClientBootstrap(bootstrap)
              .withSocketOptions(socket)
              .withUri(at)
              .withMaxConnections(MOST_CONNECTIONS)
              .withMaxConnectionIdleInMilliseconds(IDLE_MILLIS);
      if (isTls(at)) {
        options.withTlsContext(tls);
      }
      var made = HttpClientConnectionManager.create(options);
      managers.put(at, made);
      return made;
    }

    @Override
    public synchronized void close() {
      managers.values().forEach(HttpClientConnectionManager::close);
      managers.clear();
      if (tls != null) {
        tls.close();
      }
      socket.close();
      bootstrap.close();
      resolver.close();
      loop.close();
    }

    private static boolean needsTls(CrtSettings settings) {
      return settings.endpoint().isEmpty()
          || isTls(settings.endpoint().get())
          || settings.endpoints().values().stream().anyMatch(Native::isTls);
    }

    private static boolean isTls(URI at) {
      return at.getScheme().equals("https");
    }

    private static TlsContext tls(CrtSettings settings) {
      try (var options = TlsContextOptions.createDefaultClient()) {
        settings
            .authorities()
            .ifPresent(file -> options.overrideDefaultTrustStoreFromPath(null, file.toString()));
        return new TlsContext(options);
      }
    }

    /// Loads the library without two detours of aws-crt's own: it looks for classes that are not
    /// there, through every jar of the context's class loader, and runs `ldd` to tell glibc from
    /// musl.
    private static void loadLibrary() {
      if (System.getProperty("aws.crt.libc") == null) {
        System.setProperty("aws.crt.libc", "glibc");
      }
      var thread = Thread.currentThread();
      var context = thread.getContextClassLoader();
      thread.setContextClassLoader(ClassLoader.getPlatformClassLoader());
      try {
        CRT.checkLoaded();
      } finally {
        thread.setContextClassLoader(context);
      }
    }
  }

  /// A body that the signer reads first and the connection afterwards, hence `resetPosition`.
  private static final class Body implements HttpRequestBodyStream {
    private final ByteBuffer bytes;

    Body(byte[] bytes) {
      this.bytes = ByteBuffer.wrap(bytes);
    }

    @Override
    public boolean sendRequestBody(ByteBuffer out) {
      int count = Math.min(out.remaining(), bytes.remaining());
      out.put(out.position(), bytes, bytes.position(), count);
      out.position(out.position() + count);
      bytes.position(bytes.position() + count);
      return !bytes.hasRemaining();
    }

    @Override
    public boolean resetPosition() {
      bytes.rewind();
      return true;
    }

    @Override
    public long getLength() {
      return bytes.capacity();
    }
  }

  /// Collects an answer.
  private static final class Response implements HttpStreamResponseHandler {
    final CompletableFuture<Answer> whole = new CompletableFuture<>();
    private final Map<String, String> headers = new HashMap<>();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();

    @Override
    public void onResponseHeaders(HttpStream stream, int status, int block, HttpHeader[] more) {
      for (var header : more) {
        headers.put(header.getName().toLowerCase(java.util.Locale.ROOT), header.getValue());
      }
    }

    @Override
    public int onResponseBody(HttpStream stream, byte[] part) {
      body.writeBytes(part);
      return part.length;
    }

    @Override
    public void onResponseComplete(HttpStream stream, int errorCode) {
      if (errorCode != CRT.AWS_CRT_SUCCESS) {
        whole.completeExceptionally(new HttpException(errorCode));
        return;
      }
      whole.complete(new Answer(stream.getResponseStatusCode(), headers, body.toByteArray()));
    }
  }
}
