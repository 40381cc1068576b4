package wasl.receipt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import wasl.access.Environment;
import wasl.access.ProjectId;
import wasl.access.Tenant;
import wasl.connection.ConnectionId;
import wasl.connection.Integration;
import wasl.connection.IntegrationId;
import wasl.connection.Mode;
import wasl.event.ArchivedBody;
import wasl.event.BodyRef;
import wasl.id.Ids;
import wasl.inbound.InboundDirectory;
import wasl.inbound.InboundMessage;
import wasl.inbound.InboundMessage.Body;
import wasl.inbound.InboundMessage.Received;
import wasl.inbound.InboundMessages;
import wasl.inbound.InboundWebhook;
import wasl.inbound.InboundWebhook.Graced;
import wasl.inbound.InboundWebhook.Token;
import wasl.inbound.InboundWebhookId;
import wasl.inbound.Receipt;
import wasl.inbound.Receipt.Call;
import wasl.inbound.Receipt.Result;
import wasl.manifest.Catalog;
import wasl.signing.Digests;
import wasl.signing.Encoding;
import wasl.signing.Verdict.Reason;
import wasl.vault.DataKey;
import wasl.vault.DataKeys;
import wasl.vault.KeyId;
import wasl.vault.Sealed;
import wasl.vault.Secret;
import wasl.vault.Vault;
import wasl.web.Headers;
import wasl.web.Problem;
import wasl.web.Response;

/// One genuine Stripe webhook; each test breaks one thing about it, or about what it meets.
class ReceiptTest {
  private static final Instant NOW = Instant.parse("2026-11-20T12:00:00.123Z");
  private static final int MOST_BODY = 4 * 1024 * 1024;
  private static final Tenant TENANT =
      new Tenant(
          new ProjectId(Ids.of(ProjectId.PREFIX, Instant.EPOCH, new byte[16])), Environment.DEV);
  private static final InboundWebhookId ID =
      new InboundWebhookId(Ids.of(InboundWebhookId.PREFIX, Instant.EPOCH, new byte[16]));
  private static final IntegrationId INTEGRATION = new IntegrationId("shop");
  private static final String TOKEN = "current-token";
  private static final String SECRET = "whsec_current";
  private static final byte[] BODY =
      "{\"id\":\"evt_1\",\"type\":\"charge.succeeded\"}".getBytes(UTF_8);

  private final Vault vault = new Vault(new OneKey(), new Random(1));
  private final Ports ports = new Ports();
  private final Receipt receipt =
      new Receipt(ports, new Catalog(), vault, ports::queue, ports::archive, () -> NOW, MOST_BODY);

  @Test
  void stores_a_genuine_webhook_as_it_came_and_answers_200_with_an_empty_body() {
    var result = receipt.accept(stripe().call());

    assertThat(result).isEqualTo(new Result.Stored(ID, Response.empty(200)));
    assertThat(ports.queued)
        .containsExactly(
            new Received(
                TENANT,
                ID,
                "shop",
                "stripe",
                INTEGRATION,
                Optional.empty(),
                Optional.empty(),
                "req-1",
                new Body.Inline(
                    new ArchivedBody("POST", "a=%20", stripe().call().headers(), BODY, NOW))));
    assertThat(ports.archived).isEmpty();
  }

  @Test
  void names_the_connection_as_owner_where_the_webhook_belongs_to_one() {
    var connection = new ConnectionId(Ids.of(ConnectionId.PREFIX, Instant.EPOCH, new byte[16]));
    ports.webhook = Optional.of(webhook(Optional.of(connection), tokens(), own(SECRET), true));

    receipt.accept(stripe().call());

    assertThat(((Received) ports.queued.getFirst()).owner()).isEqualTo(connection.value());
  }

  @Test
  void refuses_an_altered_body_and_stores_nothing() {
    var altered = BODY.clone();
    altered[3]++;

    assertForged(stripe().withBody(altered), Reason.WRONG_SIGNATURE);
  }

  @Test
  void refuses_a_stale_time_and_a_future_one() {
    assertForged(stripe().signedAt(NOW.minus(Duration.ofMinutes(6))), Reason.STALE);
    assertForged(stripe().signedAt(NOW.plus(Duration.ofMinutes(6))), Reason.FUTURE);
  }

  @Test
  void refuses_a_missing_signature_and_another_secret() {
    assertForged(stripe().withHeaders(Headers.NONE), Reason.MISSING_SIGNATURE);
    assertForged(stripe().signedWith("whsec_other"), Reason.WRONG_SIGNATURE);
  }

  @Test
  void refuses_every_call_where_no_secret_is_configured() {
    ports.webhook = Optional.of(webhook(Optional.empty(), tokens(), List.of(), true));
    assertForged(stripe(), Reason.NO_SECRET);

    ports.webhook = Optional.of(webhook(Optional.empty(), tokens(), own(""), true));
    assertForged(stripe().signedWith(""), Reason.NO_SECRET);
  }

  @Test
  void takes_the_integrations_secret_where_the_webhook_has_none_of_its_own() {
    ports.webhook = Optional.of(webhook(Optional.empty(), tokens(), List.of(), true));
    ports.integration = Optional.of(integration("stripe", Optional.of(SECRET), Optional.empty()));

    assertThat(receipt.accept(stripe().call())).isInstanceOf(Result.Stored.class);
  }

  @Test
  void takes_the_webhooks_own_secret_and_not_the_integrations() {
    ports.integration =
        Optional.of(integration("stripe", Optional.of("whsec_app"), Optional.empty()));

    assertForged(stripe().signedWith("whsec_app"), Reason.WRONG_SIGNATURE);
  }

  @Test
  void takes_both_secrets_until_the_end_of_the_old_ones_grace() {
    var old = new Graced(sealedSecret("whsec_old"), Optional.of(NOW.plusMillis(1)));
    ports.webhook =
        Optional.of(
            webhook(Optional.empty(), tokens(), List.of(own(SECRET).getFirst(), old), true));
    assertThat(receipt.accept(stripe().call())).isInstanceOf(Result.Stored.class);
    assertThat(receipt.accept(stripe().signedWith("whsec_old").call()))
        .isInstanceOf(Result.Stored.class);

    var over = new Graced(sealedSecret("whsec_old"), Optional.of(NOW));
    ports.webhook =
        Optional.of(
            webhook(Optional.empty(), tokens(), List.of(own(SECRET).getFirst(), over), true));
    assertForged(stripe().signedWith("whsec_old"), Reason.WRONG_SIGNATURE, 2);
  }

  @Test
  void takes_a_rotated_url_until_the_end_of_its_grace() {
    var old = new Token(hash("old-token"), Optional.of(NOW.plusMillis(1)));
    ports.webhook =
        Optional.of(
            webhook(Optional.empty(), List.of(tokens().getFirst(), old), own(SECRET), true));
    assertThat(receipt.accept(stripe().at("old-token").call())).isInstanceOf(Result.Stored.class);

    var over = new Token(hash("old-token"), Optional.of(NOW));
    ports.webhook =
        Optional.of(
            webhook(Optional.empty(), List.of(tokens().getFirst(), over), own(SECRET), true));
    assertThat(receipt.accept(stripe().at("old-token").call())).isEqualTo(notFound());
  }

  @Test
  void knows_no_url_of_an_unknown_token_another_provider_or_an_inactive_webhook() {
    assertThat(receipt.accept(stripe().at("x".repeat(65)).call())).isEqualTo(notFound());
    assertThat(receipt.accept(stripe().ofProvider("github").call())).isEqualTo(notFound());

    ports.webhook = Optional.of(webhook(Optional.empty(), tokens(), own(SECRET), false));
    assertThat(receipt.accept(stripe().call())).isEqualTo(notFound());

    ports.webhook = Optional.empty();
    assertThat(receipt.accept(stripe().call())).isEqualTo(notFound());
    assertThat(ports.queued).isEmpty();
  }

  @Test
  void refuses_a_body_above_the_limit_and_takes_one_at_it() {
    assertThat(receipt.accept(stripe().signing(new byte[MOST_BODY + 1]).call()))
        .isInstanceOfSatisfying(
            Result.Refused.class, refused -> assertThat(refused.why().status()).isEqualTo(413));
    assertThat(receipt.accept(stripe().signing(new byte[MOST_BODY]).call()))
        .isInstanceOf(Result.Stored.class);
  }

  @Test
  void archives_a_message_above_200_kilobytes_first_and_queues_its_reference() {
    receipt.accept(stripe().signing(new byte[InboundMessage.MOST_BYTES]).call());

    assertThat(ports.archived).hasSize(1);
    assertThat(((Received) ports.queued.getFirst()).body())
        .isEqualTo(new Body.ByReference(new BodyRef("bodies/req-1", 0, 1)));
  }

  @Test
  void never_queues_a_text_above_the_limit_whatever_the_body_is_close_to_it() {
    for (int bytes = 152_000; bytes < 154_500; bytes += 50) {
      receipt.accept(stripe().signing(new byte[bytes]).call());
    }

    assertThat(ports.archived).isNotEmpty();
    assertThat(ports.queued)
        .allSatisfy(message ->
            assertThat(InboundMessages.write(message).length())
                .isLessThanOrEqualTo(InboundMessage.MOST_BYTES))
        .anySatisfy(
            message -> assertThat(((Received) message).body()).isInstanceOf(Body.Inline.class));
  }

  @Test
  void has_the_provider_try_again_when_anything_behind_it_fails() {
    for (var failing : EnumSet.complementOf(EnumSet.of(Failing.NOTHING))) {
      ports.failing = failing;
      var result = receipt.accept(stripe().signing(new byte[InboundMessage.MOST_BYTES]).call());

      assertThat(result)
          .as(failing.name())
          .isInstanceOfSatisfying(
              Result.NotStored.class,
              failed -> {
                assertThat(failed.cause()).isSameAs(ports.fault);
                assertThat(failed.why()).isEqualTo(Problem.unavailable(Duration.ofSeconds(30)));
              });
      assertThat(ports.queued).isEmpty();
    }
  }

  @Test
  void reads_a_generic_webhook_by_its_integrations_configuration_and_sends_that_along() {
    var section =
        "{\"scheme\":\"hmac\",\"algorithm\":\"sha256\",\"encoding\":\"hex\",\"key\":\"utf8\","
            + "\"signature\":{\"header\":\"X-Signature\"},\"signed\":[\"body\"],"
            + "\"eventId\":{\"json\":\"id\"},\"answer\":{\"status\":204}}";
    ports.webhook =
        Optional.of(
            new InboundWebhook(
                TENANT,
                ID,
                "webhook",
                INTEGRATION,
                Optional.empty(),
                sealedUrl("webhook"),
                tokens(),
                own(SECRET),
                true,
                NOW,
                NOW,
                1));
    ports.integration =
        Optional.of(
            integration(
                "webhook",
                Optional.empty(),
                Optional.of("{\"other\":[1],\"webhook\":" + section + "}")));
    var signature = Digests.hmacSha256(Secret.of(SECRET), new String(BODY, UTF_8), Encoding.HEX);
    var call =
        stripe()
            .ofProvider("webhook")
            .withHeaders(new Headers(Map.of("x-signature", signature)))
            .call();

    assertThat(receipt.accept(call)).isEqualTo(new Result.Stored(ID, Response.empty(204)));
    assertThat(((Received) ports.queued.getFirst()).webhookSpec()).contains(section);
  }

  @Test
  void shows_neither_token_nor_content_of_a_call_as_text() {
    assertThat(stripe().call().toString()).doesNotContain(TOKEN).doesNotContain("evt_1");
  }

  private void assertForged(Scenario scenario, Reason reason) {
    assertForged(scenario, reason, 0);
  }

  private void assertForged(Scenario scenario, Reason reason, int queuedBefore) {
    assertThat(receipt.accept(scenario.call())).isEqualTo(new Result.Forged(ID, reason));
    assertThat(ports.queued).hasSize(queuedBefore);
  }

  private static Result notFound() {
    return new Result.Refused(Problem.notFound());
  }

  private static Scenario stripe() {
    return new Scenario("stripe", TOKEN, SECRET, NOW, BODY, BODY, Optional.empty());
  }

  /// A request of Stripe's: signed over `signed`, sent with `body`.
  private record Scenario(
      String provider,
      String token,
      String secret,
      Instant signedAt,
      byte[] signed,
      byte[] body,
      Optional<Headers> headers) {
    Scenario ofProvider(String other) {
      return new Scenario(other, token, secret, signedAt, signed, body, headers);
    }

    Scenario at(String other) {
      return new Scenario(provider, other, secret, signedAt, signed, body, headers);
    }

    Scenario signedWith(String other) {
      return new Scenario(provider, token, other, signedAt, signed, body, headers);
    }

    Scenario signedAt(Instant other) {
      return new Scenario(provider, token, secret, other, signed, body, headers);
    }

    Scenario signing(byte[] other) {
      return new Scenario(provider, token, secret, signedAt, other, other, headers);
    }

    Scenario withBody(byte[] other) {
      return new Scenario(provider, token, secret, signedAt, signed, other, headers);
    }

    Scenario withHeaders(Headers other) {
      return new Scenario(provider, token, secret, signedAt, signed, body, Optional.of(other));
    }

    Call call() {
      return new Call(
          provider, token, "req-1", "POST", "a=%20", headers.orElseGet(this::stripeHeaders), body);
    }

    private Headers stripeHeaders() {
      long at = signedAt.getEpochSecond();
      var text = at + "." + new String(signed, UTF_8);
      var signature =
          secret.isEmpty() ? "00" : Digests.hmacSha256(Secret.of(secret), text, Encoding.HEX);
      return new Headers(
          Map.of(
              "content-type",
              "application/json",
              "stripe-signature",
              "t=" + at + ",v1=" + signature));
    }
  }

  private enum Failing {
    NOTHING,
    DIRECTORY,
    QUEUE,
    ARCHIVE
  }

  /// What stands behind the receipt, in memory; fails where it is told to.
  private final class Ports implements InboundDirectory {
    final RuntimeException fault = new IllegalStateException("unreachable");

    Optional<InboundWebhook> webhook =
        Optional.of(webhook(Optional.empty(), tokens(), own(SECRET), true));
    Optional<Integration> integration = Optional.empty();
    Failing failing = Failing.NOTHING;
    final List<InboundMessage> queued = new ArrayList<>();
    final List<ArchivedBody> archived = new ArrayList<>();

    @Override
    public Optional<InboundWebhook> byToken(String tokenSha256Hex) {
      failIf(Failing.DIRECTORY);
      return webhook;
    }

    @Override
    public Optional<Integration> integration(Tenant tenant, IntegrationId id) {
      return integration;
    }

    void queue(InboundMessage message) {
      failIf(Failing.QUEUE);
      queued.add(message);
    }

    BodyRef archive(Tenant tenant, String name, ArchivedBody body) {
      failIf(Failing.ARCHIVE);
      archived.add(body);
      return new BodyRef("bodies/" + name, 0, 1);
    }

    private void failIf(Failing here) {
      if (failing == here) {
        throw fault;
      }
    }
  }

  private InboundWebhook webhook(
      Optional<ConnectionId> connection, List<Token> tokens, List<Graced> secrets, boolean active) {
    return new InboundWebhook(
        TENANT,
        ID,
        "stripe",
        INTEGRATION,
        connection,
        sealedUrl("stripe"),
        tokens,
        secrets,
        active,
        NOW,
        NOW,
        1);
  }

  private Integration integration(
      String provider, Optional<String> webhookSecret, Optional<String> config) {
    return new Integration(
        TENANT,
        INTEGRATION,
        provider,
        Mode.SANDBOX,
        Optional.empty(),
        Optional.empty(),
        webhookSecret.map(secret ->
            vault.seal(Integration.webhookSecretPlace(TENANT, INTEGRATION), Secret.of(secret))),
        List.of(),
        List.of(),
        List.of(),
        config,
        NOW,
        NOW,
        1);
  }

  private List<Graced> own(String secret) {
    return List.of(new Graced(sealedSecret(secret), Optional.empty()));
  }

  private Sealed sealedSecret(String secret) {
    return vault.seal(InboundWebhook.secretPlace(TENANT, ID), Secret.of(secret));
  }

  private Sealed sealedUrl(String provider) {
    return vault.seal(
        InboundWebhook.urlPlace(TENANT, ID),
        Secret.of("https://api.example.com/webhooks/" + provider + "/" + TOKEN));
  }

  private static List<Token> tokens() {
    return List.of(new Token(hash(TOKEN), Optional.empty()));
  }

  private static String hash(String token) {
    return Digests.sha256Hex(token.getBytes(UTF_8));
  }

  private record OneKey() implements DataKeys {
    private static final DataKey KEY =
        new DataKey(new KeyId(new byte[16]), Secret.of(filled((byte) 7)));

    @Override
    public DataKey current(Tenant tenant) {
      return KEY;
    }

    @Override
    public DataKey byId(Tenant tenant, KeyId id) {
      return KEY;
    }

    private static byte[] filled(byte with) {
      var bytes = new byte[32];
      Arrays.fill(bytes, with);
      return bytes;
    }
  }
}
