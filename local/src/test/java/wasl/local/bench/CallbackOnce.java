package wasl.local.bench;

import com.amazonaws.services.lambda.runtime.Context;
import java.io.IOException;
import java.lang.reflect.Proxy;
import wasl.function.oauthcallback.Handler;

/// Runs the OAuth callback for one event, from standard input to standard output, as a process of
/// its own.
final class CallbackOnce {
  private CallbackOnce() {}

  public static void main(String[] args) throws IOException {
    new Handler().handleRequest(System.in, System.out, context());
    System.out.flush();
    // The native event loop would keep the process.
    Runtime.getRuntime().halt(0);
  }

  // It asks its context for nothing.
  private static Context context() {
    return (Context)
        Proxy.newProxyInstance(
            Context.class.getClassLoader(),
            new Class<?>[] {Context.class},
            (proxy, method, arguments) -> {
              throw new UnsupportedOperationException(method.getName());
            });
  }
}
