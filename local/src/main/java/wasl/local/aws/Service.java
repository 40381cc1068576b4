package wasl.local.aws;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;

/// Answers the requests of one AWS service.
@FunctionalInterface
interface Service {
  void answer(HttpExchange exchange) throws IOException;
}
