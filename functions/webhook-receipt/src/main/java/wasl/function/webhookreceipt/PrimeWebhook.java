package wasl.function.webhookreceipt;

import com.fasterxml.jackson.core.JsonFactory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import wasl.access.Environment;
import wasl.access.ProjectId;
import wasl.access.Tenant;
import wasl.aws.DataKeyItem;
import wasl.aws.InboundWebhookItem;
import wasl.aws.Item;
import wasl.connection.Integration;
import wasl.connection.IntegrationId;
import wasl.id.Ids;
import wasl.inbound.InboundDirectory;
import wasl.inbound.InboundWebhook;
import wasl.inbound.InboundWebhookId;
import wasl.signing.Digests;
import wasl.signing.Encoding;
import wasl.vault.DataKey;
import wasl.vault.DataKeys;
import wasl.vault.KeyId;
import wasl.vault.Secret;
import wasl.vault.Vault;

/// A webhook of a tenant that does not exist, with all that it takes to receive genuine requests at
/// it.
final class PrimeWebhook implements InboundDirectory, DataKeys {
  private static final JsonFactory JSON = new JsonFactory();
  private static final String PROVIDER = "stripe";
  private static final String TOKEN = "prime";
  private static final Secret SECRET = Secret.of("whsec_prime");
  private static final byte[] BODY =
      "{\"id\":\"evt_prime\",\"type\":\"prime\"}".getBytes(StandardCharsets.UTF_8);

  private final DataKey key;
  private final InboundWebhook webhook;
  private final Item webhookItem;
  private final Item keyItem;

  /// @param key 32 bytes, for this webhook alone
  PrimeWebhook(byte[] key, Instant now) {
    var id = new KeyId(new byte[KeyId.BYTES]);
    this.key = new DataKey(id, Secret.of(key));
    this.webhook = webhook(new Vault(this, new SecureRandom()), now);
    this.webhookItem = InboundWebhookItem.copy(webhook, webhook.tokens().getFirst());
    this.keyItem =
        DataKeyItem.write(new DataKeyItem.Wrapped(webhook.tenant(), id, new byte[1], now));
  }

  /// A signed request of now, as API Gateway sends it.
  byte[] event(Instant now) throws IOException {
    long seconds = now.getEpochSecond();
    var text = new String(BODY, StandardCharsets.UTF_8);
    var signature = Digests.hmacSha256(SECRET, seconds + "." + text, Encoding.HEX);
    var out = new ByteArrayOutputStream();
    try (var json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeStringField("version", "2.0");
      json.writeStringField("rawPath", "/webhooks/" + PROVIDER + "/" + TOKEN);
      json.writeStringField("rawQueryString", "");
      json.writeObjectFieldStart("headers");
      json.writeStringField("content-type", "application/json");
      json.writeStringField("stripe-signature", "t=" + seconds + ",v1=" + signature);
      json.writeEndObject();
      json.writeObjectFieldStart("requestContext");
      json.writeStringField("requestId", "prime");
      json.writeObjectFieldStart("http");
      json.writeStringField("method", "POST");
      json.writeEndObject();
      json.writeEndObject();
      json.writeObjectFieldStart("pathParameters");
      json.writeStringField("provider", PROVIDER);
      json.writeStringField("token", TOKEN);
      json.writeEndObject();
      json.writeBooleanField("isBase64Encoded", false);
      json.writeStringField("body", text);
      json.writeEndObject();
    }
    return out.toByteArray();
  }

  @Override
  public Optional<InboundWebhook> byToken(String tokenSha256Hex) {
    return Optional.of(InboundWebhookItem.read(webhookItem));
  }

  @Override
  public Optional<Integration> integration(Tenant tenant, IntegrationId id) {
    return Optional.empty();
  }

  @Override
  public DataKey current(Tenant tenant) {
    return key;
  }

  @Override
  public DataKey byId(Tenant tenant, KeyId id) {
    return new DataKey(DataKeyItem.read(keyItem).id(), key.key());
  }

  private static InboundWebhook webhook(Vault vault, Instant now) {
    var tenant =
        new Tenant(
            new ProjectId(Ids.of(ProjectId.PREFIX, Instant.EPOCH, new byte[16])), Environment.DEV);
    var id = new InboundWebhookId(Ids.of(InboundWebhookId.PREFIX, Instant.EPOCH, new byte[16]));
    var url = Secret.of("https://prime.invalid/webhooks/" + PROVIDER + "/" + TOKEN);
    var hash = Digests.sha256Hex(TOKEN.getBytes(StandardCharsets.UTF_8));
    return new InboundWebhook(
        tenant,
        id,
        PROVIDER,
        new IntegrationId("prime"),
        Optional.empty(),
        vault.seal(InboundWebhook.urlPlace(tenant, id), url),
        List.of(new InboundWebhook.Token(hash, Optional.empty())),
        List.of(
            new InboundWebhook.Graced(
                vault.seal(InboundWebhook.secretPlace(tenant, id), SECRET), Optional.empty())),
        true,
        now,
        now,
        1);
  }
}
