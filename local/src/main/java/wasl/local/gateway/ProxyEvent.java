package wasl.local.gateway;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Writes a request as API Gateway's HTTP API does for a function, payload format 2.0.
///
/// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
final class ProxyEvent {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ROOT).withZone(ZoneOffset.UTC);

  // Besides text/*. AWS does not write down which types it takes for text; measured by others on
  // AWS itself, a form and a body without a type are binary.
  private static final Set<String> TEXT =
      Set.of("application/json", "application/xml", "application/javascript");

  private ProxyEvent() {}

  static ObjectNode of(GatewayRequest request, RouteTable.Match match) {
    Map<String, String> headers = folded(request);
    ObjectNode event = JSON.objectNode();
    event.put("version", "2.0");
    event.put("routeKey", match.route().key());
    event.put("rawPath", request.rawPath());
    event.put("rawQueryString", request.rawQuery());
    String cookies = headers.remove("cookie");
    if (cookies != null) {
      var array = event.putArray("cookies");
      List.of(cookies.split(";\\s*")).forEach(array::add);
    }
    headers.forEach(event.putObject("headers")::put);
    Map<String, String> query = query(request.rawQuery());
    if (!query.isEmpty()) {
      query.forEach(event.putObject("queryStringParameters")::put);
    }
    event.set("requestContext", context(request, match, headers.getOrDefault("user-agent", "")));
    if (!match.pathParameters().isEmpty()) {
      match.pathParameters().forEach(event.putObject("pathParameters")::put);
    }
    body(event, headers.getOrDefault("content-type", ""), request.body());
    return event;
  }

  private static ObjectNode context(
      GatewayRequest request, RouteTable.Match match, String userAgent) {
    ObjectNode context = JSON.objectNode();
    context.put("accountId", "000000000000");
    context.put("apiId", "local");
    context.put("domainName", "localhost");
    context.put("domainPrefix", "local");
    context
        .putObject("http")
        .put("method", request.method())
        .put("path", request.rawPath())
        .put("protocol", request.protocol())
        .put("sourceIp", request.sourceIp())
        .put("userAgent", userAgent);
    context.put("requestId", request.requestId());
    context.put("routeKey", match.route().key());
    context.put("stage", "$default");
    context.put("time", TIME.format(request.at()));
    context.put("timeEpoch", request.at().toEpochMilli());
    return context;
  }

  private static Map<String, String> folded(GatewayRequest request) {
    Map<String, String> headers = new TreeMap<>();
    request
        .headers()
        .forEach((name, values) -> {
          String lower = name.toLowerCase(Locale.ROOT);
          String separator = lower.equals("cookie") ? "; " : ",";
          headers.merge(lower, String.join(separator, values), (a, b) -> a + separator + b);
        });
    headers.merge("x-forwarded-for", request.sourceIp(), (before, own) -> before + ", " + own);
    headers.put("x-forwarded-port", Integer.toString(request.port()));
    headers.put("x-forwarded-proto", "http");
    return headers;
  }

  private static Map<String, String> query(String raw) {
    Map<String, String> parameters = new LinkedHashMap<>();
    if (raw.isEmpty()) {
      return parameters;
    }
    for (String pair : raw.split("&", -1)) {
      int equals = pair.indexOf('=');
      String name = decodedForm(equals < 0 ? pair : pair.substring(0, equals));
      String value = equals < 0 ? "" : decodedForm(pair.substring(equals + 1));
      if (!name.isEmpty()) {
        parameters.merge(name, value, (first, next) -> first + "," + next);
      }
    }
    return parameters;
  }

  private static String decodedForm(String raw) {
    try {
      return URLDecoder.decode(raw, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return raw;
    }
  }

  private static void body(ObjectNode event, String contentType, byte[] body) {
    if (body.length == 0) {
      event.put("isBase64Encoded", false);
      return;
    }
    if (isText(contentType)) {
      try {
        event.put(
            "body", StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString());
        event.put("isBase64Encoded", false);
        return;
      } catch (CharacterCodingException e) {
        // Called text, but bytes: as text they would not survive, and a signature is over bytes.
      }
    }
    event.put("body", Base64.getEncoder().encodeToString(body));
    event.put("isBase64Encoded", true);
  }

  private static boolean isText(String contentType) {
    int parameters = contentType.indexOf(';');
    String type =
        (parameters < 0 ? contentType : contentType.substring(0, parameters))
            .strip()
            .toLowerCase(Locale.ROOT);
    return type.startsWith("text/") || TEXT.contains(type);
  }
}
