package wasl.local.aws;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Speaks AWS's JSON 1.1 protocol for a service that is a table of operations.
///
/// The operation stands after the dot of `X-Amz-Target`; a fault is a body with `__type` and
/// `message`.
final class JsonService implements Service {
  private static final String CONTENT_TYPE = "application/x-amz-json-1.1";
  private static final ObjectMapper JSON = new ObjectMapper();

  /// One operation: what came in, what goes out.
  @FunctionalInterface
  interface Operation {
    ObjectNode run(JsonNode input) throws IOException;
  }

  private final Map<String, Operation> operations;

  JsonService(Map<String, Operation> operations) {
    this.operations = Map.copyOf(operations);
  }

  @Override
  public void answer(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    try {
      ObjectNode output = operationOf(exchange).run(parse(body));
      send(exchange, 200, output);
    } catch (AwsFault fault) {
      sendFault(exchange, fault);
    }
  }

  /// Answers a fault in this protocol.
  static void sendFault(HttpExchange exchange, AwsFault fault) throws IOException {
    exchange.getResponseHeaders().set("x-amzn-errortype", fault.code());
    ObjectNode output = JSON.createObjectNode();
    output.put("__type", fault.code());
    output.put("message", fault.text());
    send(exchange, fault.status(), output);
  }

  private Operation operationOf(HttpExchange exchange) {
    @Nullable String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
    String name = target == null ? "" : target.substring(target.lastIndexOf('.') + 1);
    @Nullable Operation operation = operations.get(name);
    if (operation == null) {
      throw AwsFault.of(
          "UnknownOperationException", "the embedded AWS has no operation \"" + name + "\" here");
    }
    return operation;
  }

  private static JsonNode parse(byte[] body) throws IOException {
    try {
      JsonNode input = body.length == 0 ? JSON.createObjectNode() : JSON.readTree(body);
      if (!input.isObject()) {
        throw AwsFault.of("SerializationException", "the body is no JSON object");
      }
      return input;
    } catch (JsonProcessingException e) {
      throw AwsFault.of("SerializationException", "the body is no JSON");
    }
  }

  private static void send(HttpExchange exchange, int status, ObjectNode output)
      throws IOException {
    byte[] bytes = JSON.writeValueAsBytes(output);
    exchange.getResponseHeaders().set("Content-Type", CONTENT_TYPE);
    exchange.getResponseHeaders().set("x-amzn-RequestId", UUID.randomUUID().toString());
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }
}
