package wasl.aws.crt;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.crt.http.HttpHeader;
import wasl.aws.Item;
import wasl.aws.ItemKeys;

/// The few AWS calls on the way from a provider's request to its answer, without the SDK, whose
/// classes take longer to load than a provider should wait.
///
/// Every method throws [AwsCallFailed] where AWS did not do what was asked.
public final class CrtAws implements AutoCloseable {
  private static final JsonFactory JSON = new JsonFactory();

  private final CrtSettings settings;
  private final CrtHttp http;
  private final CrtCredentials credentials;

  public CrtAws(CrtSettings settings, CallBudget budget, InstantSource clock) {
    this.settings = settings;
    this.http = new CrtHttp(settings, budget);
    this.credentials = new CrtCredentials(settings.credentials(), http, clock);
  }

  /// A data key in clear, and as KMS wrapped it.
  public record GeneratedKey(byte[] clear, byte[] wrapped) {
    @Override
    public String toString() {
      return "GeneratedKey(***)";
    }
  }

  /// Reads an item, strongly consistent.
  public Optional<Item> getItem(String table, String pk) {
    var answer =
        json(
            "dynamodb",
            "DynamoDB_20120810.GetItem",
            "1.0",
            json -> {
              json.writeStringField("TableName", table);
              json.writeObjectFieldStart("Key");
              json.writeObjectFieldStart(ItemKeys.PK);
              json.writeStringField("S", pk);
              json.writeEndObject();
              json.writeEndObject();
              json.writeBooleanField("ConsistentRead", true);
            });
    try (var json = JSON.createParser(answer)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        var name = json.currentName();
        json.nextToken();
        if (name.equals("Item")) {
          return Optional.of(new Item(attributes(json)));
        }
        json.skipChildren();
      }
      return Optional.empty();
    } catch (IOException e) {
      throw unreadable("dynamodb GetItem");
    }
  }

  /// Unwraps a data key.
  ///
  /// @param context must be the one that it was wrapped under
  public byte[] decrypt(byte[] wrapped, Map<String, String> context) {
    var answer =
        json(
            "kms",
            "TrentService.Decrypt",
            "1.1",
            json -> {
              json.writeStringField("CiphertextBlob", Base64.getEncoder().encodeToString(wrapped));
              write(json, context);
            });
    return bytes(answer, "kms Decrypt", "Plaintext");
  }

  /// Has KMS make a data key of 32 bytes.
  public GeneratedKey generateDataKey(String keyId, Map<String, String> context) {
    var answer =
        json(
            "kms",
            "TrentService.GenerateDataKey",
            "1.1",
            json -> {
              json.writeStringField("KeyId", keyId);
              json.writeStringField("KeySpec", "AES_256");
              write(json, context);
            });
    return new GeneratedKey(
        bytes(answer, "kms GenerateDataKey", "Plaintext"),
        bytes(answer, "kms GenerateDataKey", "CiphertextBlob"));
  }

  /// Puts a message on a queue; durable when it returns. Sent again after a failure, it may be
  /// there twice.
  ///
  /// @param group shares the queue fairly: a group with many messages delays only its own
  public void sendMessage(String queueUrl, String body, String group) {
    json(
        "sqs",
        "AmazonSQS.SendMessage",
        "1.0",
        json -> {
          json.writeStringField("QueueUrl", queueUrl);
          json.writeStringField("MessageBody", body);
          json.writeStringField("MessageGroupId", group);
        });
  }

  /// Writes an object whole.
  ///
  /// @param key of letters, digits and `-_./` only
  public void putObject(String bucket, String key, byte[] bytes) {
    boolean ownHost = settings.isAws("s3");
    http.send(
        new CrtHttp.Call(
            "s3 PutObject",
            "PUT",
            settings.uri("s3", ownHost ? bucket + "." : ""),
            ownHost ? "/" + key : "/" + bucket + "/" + key,
            "s3",
            new HttpHeader[] {new HttpHeader("content-type", "application/octet-stream")},
            bytes),
        credentials.get(),
        refused -> "");
  }

  /// Begins to connect to the services that every webhook needs, and does not wait for it.
  public void connect() {
    // One emulator may stand for all of them.
    var hosts = new LinkedHashSet<URI>();
    for (var service : new String[] {"dynamodb", "kms", "sqs"}) {
      hosts.add(settings.uri(service, ""));
    }
    hosts.forEach(http::connect);
  }

  /// Closes every connection and forgets the credentials; the next call opens and asks anew.
  @Override
  public void close() {
    credentials.clear();
    http.close();
  }

  private interface Fields {
    void write(JsonGenerator json) throws IOException;
  }

  private byte[] json(String service, String target, String version, Fields fields) {
    var body = new ByteArrayOutputStream();
    try (var json = JSON.createGenerator(body)) {
      json.writeStartObject();
      fields.write(json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writes to memory only", e);
    }
    var call =
        new CrtHttp.Call(
            service + " " + target.substring(target.indexOf('.') + 1),
            "POST",
            settings.uri(service, ""),
            "/",
            service,
            new HttpHeader[] {
              new HttpHeader("content-type", "application/x-amz-json-" + version),
              new HttpHeader("x-amz-target", target)
            },
            body.toByteArray());
    return http.send(call, credentials.get(), CrtAws::errorCode).body();
  }

  private static void write(JsonGenerator json, Map<String, String> context) throws IOException {
    json.writeObjectFieldStart("EncryptionContext");
    for (var entry : context.entrySet()) {
      json.writeStringField(entry.getKey(), entry.getValue());
    }
    json.writeEndObject();
  }

  private static byte[] bytes(byte[] answer, String call, String field) {
    try (var json = JSON.createParser(answer)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        var name = json.currentName();
        json.nextToken();
        if (name.equals(field)) {
          return Base64.getDecoder().decode(json.getText());
        }
        json.skipChildren();
      }
    } catch (IOException | IllegalArgumentException e) {
      throw unreadable(call);
    }
    throw unreadable(call);
  }

  /// `ResourceNotFoundException` of `{"__type": "com.amazonaws.dynamodb.v20120810#Resource…"}`.
  private static String errorCode(CrtHttp.Answer answer) {
    var type = answer.headers().getOrDefault("x-amzn-errortype", "");
    if (type.isEmpty()) {
      type = typeIn(answer.body());
    }
    int end = type.indexOf(':');
    var whole = end < 0 ? type : type.substring(0, end);
    return whole.substring(whole.indexOf('#') + 1);
  }

  private static String typeIn(byte[] body) {
    try (var json = JSON.createParser(body)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        return "";
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        var name = json.currentName();
        json.nextToken();
        if (name.equals("__type")) {
          return json.getText();
        }
        json.skipChildren();
      }
      return "";
    } catch (IOException e) {
      // A proxy's page: its status says enough.
      return "";
    }
  }

  // What AWS answered may be a secret, so the parser's message goes no further.
  private static AwsCallFailed unreadable(String call) {
    return new AwsCallFailed.Unreachable(call, "the answer cannot be read", null);
  }

  private static Map<String, Object> attributes(JsonParser json) throws IOException {
    var out = new LinkedHashMap<String, Object>();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      var name = json.currentName();
      json.nextToken();
      out.put(name, attribute(json));
    }
    return out;
  }

  /// Reads one `{"S": "…"}`, from its opening brace to its closing one.
  private static Object attribute(JsonParser json) throws IOException {
    json.nextToken();
    var type = json.currentName();
    json.nextToken();
    Object value =
        switch (type) {
          case "S" -> json.getText();
          case "N" -> new BigDecimal(json.getText());
          case "BOOL" -> json.currentToken() == JsonToken.VALUE_TRUE;
          case "B" -> Base64.getDecoder().decode(json.getText());
          case "L" -> {
            var list = new ArrayList<Object>();
            while (json.nextToken() == JsonToken.START_OBJECT) {
              list.add(attribute(json));
            }
            yield list;
          }
          case "M" -> attributes(json);
          default -> throw new IllegalStateException("an attribute of type " + type);
        };
    json.nextToken();
    return value;
  }
}
