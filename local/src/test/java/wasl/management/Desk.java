package wasl.management;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import wasl.aws.crt.CallBudget;
import wasl.aws.crt.CrtAws;
import wasl.aws.crt.CrtDataKeys;
import wasl.aws.crt.CrtInboundDirectory;
import wasl.aws.crt.CrtInboundQueue;
import wasl.aws.crt.CrtLargeBodies;
import wasl.aws.crt.CrtSettings;
import wasl.inbound.CachedInboundDirectory;
import wasl.inbound.Receipt;
import wasl.manifest.Catalog;
import wasl.road.EmbeddedStack;
import wasl.signing.Digests;
import wasl.signing.Encoding;
import wasl.vault.CachedDataKeys;
import wasl.vault.Secret;
import wasl.vault.Vault;
import wasl.web.Headers;

/// One container of the receipt, with its caches, on the embedded AWS.
final class Desk {
  private final Receipt receipt;
  private final CallBudget budget = new CallBudget(Duration.ofSeconds(8));

  Desk(EmbeddedStack stack, InstantSource clock) {
    var environment = new HashMap<>(stack.environment("webhook-receipt"));
    environment.putAll(
        Map.of(
            "AWS_ENDPOINT_URL", stack.endpoint().toString(),
            "AWS_REGION", "us-east-1",
            "AWS_ACCESS_KEY_ID", "test",
            "AWS_SECRET_ACCESS_KEY", "test"));
    var aws = new CrtAws(CrtSettings.of(environment), budget, InstantSource.system());
    var vault =
        new Vault(
            new CachedDataKeys(new CrtDataKeys(aws, value(environment, "WASL_KEYS_TABLE")), clock),
            new SecureRandom());
    receipt =
        new Receipt(
            new CachedInboundDirectory(
                new CrtInboundDirectory(aws, value(environment, "WASL_CONNECTIONS_TABLE")), clock),
            new Catalog(),
            vault,
            new CrtInboundQueue(aws, value(environment, "WASL_INBOUND_QUEUE_URL")),
            new CrtLargeBodies(aws, value(environment, "WASL_BUCKET"), vault),
            clock,
            4_194_304);
  }

  private static String value(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name)).orElseThrow();
  }

  /// Sends a genuine webhook of GitHub.
  Receipt.Result github(String url, String secret) {
    var body = "{\"zen\":\"" + UUID.randomUUID() + "\"}";
    return send(
        url,
        Map.of(
            "content-type",
            "application/json",
            "x-github-event",
            "ping",
            "x-github-delivery",
            UUID.randomUUID().toString(),
            "x-hub-signature-256",
            "sha256=" + Digests.hmacSha256(Secret.of(secret), body, Encoding.HEX)),
        body);
  }

  /// Sends a webhook of Stripe, signed at this time.
  Receipt.Result stripe(String url, String secret, InstantSource clock) {
    var body = "{\"id\":\"evt_" + UUID.randomUUID() + "\",\"type\":\"charge.succeeded\"}";
    long at = clock.instant().getEpochSecond();
    return send(
        url,
        Map.of(
            "content-type",
            "application/json",
            "stripe-signature",
            "t=%d,v1=%s"
                .formatted(
                    at, Digests.hmacSha256(Secret.of(secret), at + "." + body, Encoding.HEX))),
        body);
  }

  private Receipt.Result send(String url, Map<String, String> headers, String body) {
    var parts = url.split("/", -1);
    budget.start();
    return receipt.accept(
        new Receipt.Call(
            parts[parts.length - 2],
            parts[parts.length - 1],
            UUID.randomUUID().toString(),
            "POST",
            "",
            new Headers(headers),
            body.getBytes(UTF_8)));
  }
}
