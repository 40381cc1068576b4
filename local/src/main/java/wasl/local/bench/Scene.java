package wasl.local.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import wasl.access.Environment;
import wasl.access.Project;
import wasl.access.ProjectId;
import wasl.access.Tenant;
import wasl.aws.AccessItems;
import wasl.aws.ConnectFlowItems;
import wasl.aws.DataKeyItem;
import wasl.aws.InboundWebhookItem;
import wasl.aws.IntegrationItem;
import wasl.aws.Item;
import wasl.connection.Integration;
import wasl.connection.IntegrationId;
import wasl.connection.Mode;
import wasl.id.Ids;
import wasl.inbound.InboundWebhook;
import wasl.inbound.InboundWebhookId;
import wasl.oauth.ConnectSession;
import wasl.oauth.ConnectSessionId;
import wasl.signing.Digests;
import wasl.signing.Encoding;
import wasl.vault.DataKey;
import wasl.vault.DataKeys;
import wasl.vault.KeyId;
import wasl.vault.Secret;
import wasl.vault.Vault;

/// One tenant with one Stripe webhook, and with a session that waits for a browser, as they stand
/// in the tables; and the events of `events/`, the webhook's signed anew, since a signature is good
/// for minutes.
final class Scene {
  static final String RECEIPT = "webhook-receipt";
  static final String CALLBACK = "oauth-callback";
  private static final IntegrationId SHOP = new IntegrationId("shop");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Secret SECRET = Secret.of("whsec_bench");
  private static final Instant MADE = Instant.parse("2026-01-01T00:00:00Z");
  private static final Tenant TENANT =
      new Tenant(new ProjectId(Ids.of(ProjectId.PREFIX, MADE, new byte[16])), Environment.PROD);

  private final Path events;
  private final byte[] dataKey = new byte[32];
  private final KeyId keyId = new KeyId(new byte[KeyId.BYTES]);

  /// @param events the folder with one event per function
  Scene(Path events) {
    this.events = events;
    new SecureRandom().nextBytes(dataKey);
  }

  byte[] dataKey() {
    return dataKey.clone();
  }

  Map<String, Item> items() throws IOException {
    var token = event(RECEIPT).at("/pathParameters/token").asText();
    var wrapped = new DataKeyItem.Wrapped(TENANT, keyId, new byte[184], MADE);
    var webhook = webhook(token);
    var copy = InboundWebhookItem.copy(webhook, webhook.tokens().getFirst());
    return Stream.of(
            copy,
            DataKeyItem.write(wrapped),
            DataKeyItem.current(wrapped, List.of()),
            AccessItems.project(new Project(TENANT.project(), "bench", MADE)),
            IntegrationItem.write(integration()),
            ConnectFlowItems.write(session()))
        .collect(Collectors.toUnmodifiableMap(Item::pk, item -> item));
  }

  boolean hasEvent(String function) {
    return Files.isRegularFile(events.resolve(function + ".json"));
  }

  /// The event to invoke a function with now.
  byte[] eventFor(String function) throws IOException {
    var event = event(function);
    if (function.equals(RECEIPT)) {
      sign(event);
    }
    return JSON.writeValueAsBytes(event);
  }

  private JsonNode event(String function) throws IOException {
    return JSON.readTree(Files.readAllBytes(events.resolve(function + ".json")));
  }

  private static void sign(JsonNode event) {
    long now = Instant.now().getEpochSecond();
    var signature =
        Digests.hmacSha256(SECRET, now + "." + event.get("body").asText(), Encoding.HEX);
    ((ObjectNode) event.get("headers")).put("stripe-signature", "t=" + now + ",v1=" + signature);
  }

  private InboundWebhook webhook(String token) {
    var vault = new Vault(new OneKey(new DataKey(keyId, Secret.of(dataKey))), new SecureRandom());
    var id = new InboundWebhookId(Ids.of(InboundWebhookId.PREFIX, MADE, new byte[16]));
    var url = Secret.of("https://api.example.com/webhooks/stripe/" + token);
    return new InboundWebhook(
        TENANT,
        id,
        "stripe",
        SHOP,
        Optional.empty(),
        vault.seal(InboundWebhook.urlPlace(TENANT, id), url),
        List.of(
            new InboundWebhook.Token(
                Digests.sha256Hex(token.getBytes(StandardCharsets.UTF_8)), Optional.empty())),
        List.of(
            new InboundWebhook.Graced(
                vault.seal(InboundWebhook.secretPlace(TENANT, id), SECRET), Optional.empty())),
        true,
        MADE,
        MADE,
        1);
  }

  private static Integration integration() {
    return new Integration(
        TENANT,
        SHOP,
        "github",
        Mode.LIVE,
        Optional.of("bench"),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        List.of("repo", "read:user"),
        List.of(),
        Optional.empty(),
        MADE,
        MADE,
        1);
  }

  private ConnectSession session() throws IOException {
    return new ConnectSession(
        TENANT,
        new ConnectSessionId(event(CALLBACK).at("/queryStringParameters/session").asText()),
        SHOP,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        MADE,
        Instant.now().plus(ConnectSession.LIFE),
        Optional.empty(),
        false);
  }

  private record OneKey(DataKey key) implements DataKeys {
    @Override
    public DataKey current(Tenant tenant) {
      return key;
    }

    @Override
    public DataKey byId(Tenant tenant, KeyId id) {
      return key;
    }
  }
}
