package wasl.local.endpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/// Calls an AWS endpoint that asks for no true signature: the embedded AWS or any other emulator.
///
/// The runner needs a dozen calls, so it speaks the protocol itself instead of loading the SDK,
/// whose classes would double its memory.
public final class AwsEndpoint implements AutoCloseable {
  /// By what an interceptor tells the runner's own calls, Lambda's among them, from functions'.
  public static final String USER_AGENT = "wasl-runner";

  private static final Duration TO_ANSWER = Duration.ofSeconds(60);

  private final ObjectMapper json = new ObjectMapper();
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final URI endpoint;
  private final String region;
  private final String accessKey;

  public AwsEndpoint(URI endpoint, String region) {
    this(endpoint, region, "runner");
  }

  /// @param accessKey by which an interceptor tells this caller from others
  public AwsEndpoint(URI endpoint, String region, String accessKey) {
    this.endpoint = endpoint;
    this.region = region;
    this.accessKey = accessKey;
  }

  public URI uri() {
    return endpoint;
  }

  public String region() {
    return region;
  }

  /// An empty JSON object, to be filled with a call's input.
  public ObjectNode input() {
    return json.createObjectNode();
  }

  /// Makes one call and waits for its answer.
  ///
  /// @throws AwsFault if the service answers with an error
  /// @throws UncheckedIOException if no answer comes
  public JsonNode call(AwsService service, String action, JsonNode input) {
    HttpResponse<String> response =
        send(
            request("/", service.scope)
                .header("Content-Type", service.contentType)
                .header("X-Amz-Target", service.target + "." + action)
                .POST(BodyPublishers.ofString(input.toString()))
                .build());
    if (response.statusCode() != 200) {
      throw fault(action, response);
    }
    return parse(response.body());
  }

  /// Makes one call of CloudFormation, which speaks the older Query protocol, and waits for its
  /// answer.
  ///
  /// @throws AwsFault if the service answers with an error
  /// @throws UncheckedIOException if no answer comes
  public Element cloudFormation(String action, Map<String, String> input) {
    Map<String, String> form = new LinkedHashMap<>(input);
    form.put("Action", action);
    form.put("Version", "2010-05-15");
    String body =
        form.entrySet().stream()
            .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
            .collect(Collectors.joining("&"));
    HttpResponse<String> response =
        send(
            request("/", "cloudformation")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(body))
                .build());
    Element answer = parseXml(response.body());
    if (response.statusCode() != 200) {
      throw new AwsFault(
          firstText(answer, "Code"), action + ": " + firstText(answer, "Message").strip());
    }
    return answer;
  }

  /// Creates a bucket, unless it is there.
  public void createBucket(String bucket) {
    HttpResponse<String> head =
        send(request("/" + bucket, "s3").method("HEAD", BodyPublishers.noBody()).build());
    if (head.statusCode() == 200) {
      return;
    }
    String location =
        "<CreateBucketConfiguration><LocationConstraint>"
            + region
            + "</LocationConstraint></CreateBucketConfiguration>";
    // The one region that must not be named.
    String body = region.equals("us-east-1") ? "" : location;
    HttpResponse<String> made =
        send(request("/" + bucket, "s3").PUT(BodyPublishers.ofString(body)).build());
    if (made.statusCode() != 200) {
      throw new AwsFault("CreateBucket", made.statusCode() + " " + made.body());
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
  }

  private HttpRequest.Builder request(String path, String scope) {
    // Emulators read service and region out of the credential scope, and check no signature.
    return HttpRequest.newBuilder(endpoint.resolve(path))
        .timeout(TO_ANSWER)
        .header("User-Agent", USER_AGENT)
        .header(
            "Authorization",
            "AWS4-HMAC-SHA256 Credential="
                + accessKey
                + "/20260101/"
                + region
                + "/"
                + scope
                + "/aws4_request, SignedHeaders=host, Signature=0");
  }

  private HttpResponse<String> send(HttpRequest request) {
    try {
      return http.send(request, BodyHandlers.ofString(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("no answer from " + endpoint + ": " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new InterruptedIOException("waiting for " + endpoint));
    }
  }

  private AwsFault fault(String action, HttpResponse<String> response) {
    JsonNode body;
    try {
      body = parse(response.body());
    } catch (UncheckedIOException e) {
      return new AwsFault("HTTP" + response.statusCode(), action + ": " + response.body());
    }
    String type = body.path("__type").asText("HTTP" + response.statusCode());
    String message = body.path("message").asText(body.path("Message").asText(""));
    return new AwsFault(type.substring(type.lastIndexOf('#') + 1), action + ": " + message.strip());
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static String firstText(Element parent, String name) {
    var found = parent.getElementsByTagName(name);
    return found.getLength() == 0 ? "" : found.item(0).getTextContent();
  }

  private Element parseXml(String body) {
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      DocumentBuilder builder = factory.newDocumentBuilder();
      // The default prints to standard error what is thrown anyway.
      builder.setErrorHandler(null);
      return builder.parse(new InputSource(new StringReader(body))).getDocumentElement();
    } catch (ParserConfigurationException e) {
      throw new AssertionError("every JDK's parser can refuse a DOCTYPE", e);
    } catch (SAXException | IOException e) {
      throw new UncheckedIOException(
          new IOException(endpoint + " answered with something that is no XML", e));
    }
  }

  private JsonNode parse(String body) {
    try {
      return body.isEmpty() ? input() : json.readTree(body);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(
          String.format(Locale.ROOT, "%s answered with something that is no JSON", endpoint), e);
    }
  }
}
