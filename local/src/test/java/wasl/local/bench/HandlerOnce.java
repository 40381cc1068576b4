package wasl.local.bench;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.lang.reflect.Proxy;

/// Runs a handler for one event, from standard input to standard output, as a process of its own.
final class HandlerOnce {
  private HandlerOnce() {}

  /// @param args the name of the handler's class
  public static void main(String[] args) throws Exception {
    var handler =
        Class.forName(args[0])
            .asSubclass(RequestStreamHandler.class)
            .getDeclaredConstructor()
            .newInstance();
    handler.handleRequest(System.in, System.out, context());
    System.out.flush();
    // The native event loop would keep the process.
    Runtime.getRuntime().halt(0);
  }

  // A handler that is run so asks its context for nothing.
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
