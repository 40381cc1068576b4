package wasl.inbound;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import wasl.connection.Integration;
import wasl.event.ArchivedBody;
import wasl.inbound.InboundMessage.Body;
import wasl.inbound.InboundMessage.Received;
import wasl.manifest.Catalog;
import wasl.manifest.ProviderId;
import wasl.manifest.WebhookSpec;
import wasl.signing.Digests;
import wasl.signing.Verdict;
import wasl.signing.Verifier;
import wasl.vault.DataKeys;
import wasl.vault.Place;
import wasl.vault.Sealed;
import wasl.vault.Secret;
import wasl.vault.Vault;
import wasl.web.Headers;
import wasl.web.HttpRequest;
import wasl.web.Problem;
import wasl.web.Response;

/// Takes a provider's webhook: finds whose it is, answers a handshake, refuses what is not genuine,
/// and says "stored" only after the queue has it.
public final class Receipt {
  /// How long a provider is asked to wait after a failure to store.
  private static final Duration TRY_AGAIN = Duration.ofSeconds(30);

  /// A token of ours has 43 characters; a longer one is not worth a look-up.
  private static final int LONGEST_TOKEN = 64;

  private static final JsonFactory JSON = new JsonFactory();

  private final InboundDirectory directory;
  private final Catalog catalog;
  private final Vault vault;
  private final InboundQueue queue;
  private final LargeBodies largeBodies;
  private final InstantSource clock;
  private final long mostBodyBytes;
  private final Verifier verifier = new Verifier();
  private final Handshake handshake = new Handshake();

  public Receipt(
      InboundDirectory directory,
      Catalog catalog,
      Vault vault,
      InboundQueue queue,
      LargeBodies largeBodies,
      InstantSource clock,
      long mostBodyBytes) {
    this.directory = directory;
    this.catalog = catalog;
    this.vault = vault;
    this.queue = queue;
    this.largeBodies = largeBodies;
    this.clock = clock;
    this.mostBodyBytes = mostBodyBytes;
  }

  /// What came to a webhook's URL.
  ///
  /// @param provider as the path names it
  /// @param token as the path ends
  /// @param requestId unique
  /// @param rawQuery undecoded, without the question mark
  public record Call(
      String provider,
      String token,
      String requestId,
      String method,
      String rawQuery,
      Headers headers,
      byte[] body) {
    /// Names neither token nor content.
    @Override
    public String toString() {
      return "Call(" + provider + ", " + requestId + ", " + body.length + " bytes)";
    }
  }

  /// What became of a call.
  public sealed interface Result {
    /// The queue has it; the answer is the one that the provider wants.
    record Stored(InboundWebhookId webhook, Response answer) implements Result {}

    /// It was a handshake.
    record Challenged(InboundWebhookId webhook, Response answer) implements Result {}

    /// No such URL, or too large.
    record Refused(Problem why) implements Result {}

    /// Not genuine. The reason is for the log: the caller learns nothing of it.
    record Forged(InboundWebhookId webhook, Verdict.Reason reason) implements Result {}

    /// Something that has to answer did not; the provider is to try again.
    record NotStored(RuntimeException cause, Problem why) implements Result {}
  }

  public Result accept(Call call) {
    if (call.body().length > mostBodyBytes) {
      return new Result.Refused(
          new Problem(413, "too-large", "Too large", "at most " + mostBodyBytes + " bytes"));
    }
    if (call.token().length() > LONGEST_TOKEN) {
      return new Result.Refused(Problem.notFound());
    }
    try {
      return accept(call, clock.instant().truncatedTo(ChronoUnit.MILLIS));
    } catch (PortFailed failed) {
      return new Result.NotStored(failed.cause, Problem.unavailable(TRY_AGAIN));
    } catch (DataKeys.KeyGone erased) {
      // The project was erased; its webhooks are about to be.
      return new Result.Refused(Problem.notFound());
    }
  }

  private Result accept(Call call, Instant now) {
    var found = webhook(call, now);
    if (found.isEmpty()) {
      return new Result.Refused(Problem.notFound());
    }
    var webhook = found.get();
    var lazyIntegration = new LazyIntegration(webhook);
    var rules = rules(webhook, lazyIntegration);
    if (rules.isEmpty()) {
      return new Result.Refused(Problem.notFound());
    }
    var spec = rules.get().spec();
    var secrets = secrets(webhook, lazyIntegration, now);
    if (secrets.isEmpty()) {
      return new Result.Forged(webhook.id(), Verdict.Reason.NO_SECRET);
    }
    var request = request(call, webhook);
    var challenge = handshake.answer(spec, request, secrets, now);
    if (challenge.isPresent()) {
      return new Result.Challenged(webhook.id(), response(challenge.get()));
    }
    return switch (verifier.verify(spec.scheme(), request, secrets, now)) {
      case Verdict.Refused refused -> new Result.Forged(webhook.id(), refused.reason());
      case Verdict.Genuine genuine -> {
        store(call, webhook, rules.get().configured(), now);
        yield new Result.Stored(webhook.id(), response(spec.answer()));
      }
    };
  }

  private Optional<InboundWebhook> webhook(Call call, Instant now) {
    var hash = Digests.sha256Hex(call.token().getBytes(StandardCharsets.UTF_8));
    return asked(() -> directory.byToken(hash))
        .filter(webhook ->
            webhook.active()
                && webhook.provider().equals(call.provider())
                && isLive(webhook, hash, now));
  }

  private static boolean isLive(InboundWebhook webhook, String hash, Instant now) {
    for (var token : webhook.tokens()) {
      if (token.sha256Hex().equals(hash)) {
        return token.until().isEmpty() || now.isBefore(token.until().get());
      }
    }
    return false;
  }

  /// How a webhook's requests are checked.
  ///
  /// @param configured the section, where it is the integration's
  private record Rules(WebhookSpec spec, Optional<String> configured) {}

  private Optional<Rules> rules(InboundWebhook webhook, LazyIntegration integration) {
    var provider = new ProviderId(webhook.provider());
    var known = catalog.webhook(provider);
    if (known.isPresent()) {
      return Optional.of(new Rules(known.get(), Optional.empty()));
    }
    return integration
        .get()
        .flatMap(Integration::config)
        .flatMap(Receipt::webhookSection)
        .map(section ->
            new Rules(
                WebhookSpec.parse(provider, section.getBytes(StandardCharsets.UTF_8)),
                Optional.of(section)));
  }

  /// The text of `webhook` in an integration's `config`.
  private static Optional<String> webhookSection(String config) {
    var section = new StringWriter();
    try (var json = JSON.createParser(config);
        var out = JSON.createGenerator(section)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        var name = json.currentName();
        json.nextToken();
        if (name.equals("webhook")) {
          out.copyCurrentStructure(json);
          out.flush();
          return Optional.of(section.toString());
        }
        json.skipChildren();
      }
      return Optional.empty();
    } catch (IOException e) {
      throw new IllegalStateException("an integration's config is no JSON", e);
    }
  }

  /// The webhook's own secrets that are live, newest first, else its integration's.
  private List<Secret> secrets(InboundWebhook webhook, LazyIntegration integration, Instant now) {
    var own = new ArrayList<Secret>();
    var place = InboundWebhook.secretPlace(webhook.tenant(), webhook.id());
    for (var graced : webhook.secrets()) {
      if (graced.until().isEmpty() || now.isBefore(graced.until().get())) {
        own.add(open(place, graced.secret()));
      }
    }
    if (!own.isEmpty()) {
      return own;
    }
    var found = integration.get();
    return found.isPresent() ? secrets(found.get(), now) : List.of();
  }

  private List<Secret> secrets(Integration integration, Instant now) {
    var live = new ArrayList<Secret>();
    var place = Integration.webhookSecretPlace(integration.tenant(), integration.id());
    if (integration.webhookSecret().isPresent()) {
      live.add(open(place, integration.webhookSecret().get()));
    }
    for (var earlier : integration.earlierWebhookSecrets()) {
      if (earlier.isLive(now)) {
        live.add(open(place, earlier.secret()));
      }
    }
    return live;
  }

  /// The request as the provider signed it: at the stored URL, whatever `Host` says, but with the
  /// token that was called, since after a rotation the old URL stays good for a while.
  private HttpRequest request(Call call, InboundWebhook webhook) {
    var stored =
        open(InboundWebhook.urlPlace(webhook.tenant(), webhook.id()), webhook.url()).reveal();
    var url = stored.substring(0, stored.lastIndexOf('/') + 1).concat(call.token());
    return new HttpRequest(
        call.method(),
        call.rawQuery().isEmpty() ? url : url + "?" + call.rawQuery(),
        call.headers(),
        call.body());
  }

  private void store(Call call, InboundWebhook webhook, Optional<String> configured, Instant now) {
    var body = new ArchivedBody(call.method(), call.rawQuery(), call.headers(), call.body(), now);
    var message = message(call, webhook, configured, new Body.Inline(body));
    if (isLarge(message, body)) {
      var ref = asked(() -> largeBodies.put(webhook.tenant(), call.requestId(), body));
      message = message(call, webhook, configured, new Body.ByReference(ref));
    }
    var queued = message;
    asked(() -> {
      queue.put(queued);
      return queued;
    });
  }

  private static boolean isLarge(InboundMessage message, ArchivedBody body) {
    // Base64 makes four of three; only what may just fit is written out to be measured.
    if (body.body().length / 3 * 4 > InboundMessage.MOST_BYTES) {
      return true;
    }
    return body.body().length > InboundMessage.MOST_BYTES / 8
        && InboundMessages.write(message).length() > InboundMessage.MOST_BYTES;
  }

  private static Received message(
      Call call, InboundWebhook webhook, Optional<String> configured, Body body) {
    return new Received(
        webhook.tenant(),
        webhook.id(),
        webhook.owner(),
        webhook.provider(),
        webhook.integration(),
        webhook.connection(),
        configured,
        call.requestId(),
        body);
  }

  private Secret open(Place place, Sealed sealed) {
    try {
      return vault.open(place, sealed);
    } catch (DataKeys.KeyGone | Vault.CannotOpen told) {
      throw told;
    } catch (RuntimeException e) {
      throw new PortFailed(e);
    }
  }

  private static <T> T asked(Supplier<T> port) {
    try {
      return port.get();
    } catch (RuntimeException e) {
      throw new PortFailed(e);
    }
  }

  /// Tells a port's failure, after which the provider is to try again, from a fault of this code.
  private static final class PortFailed extends RuntimeException {
    private final RuntimeException cause;

    PortFailed(RuntimeException cause) {
      super(cause);
      this.cause = cause;
    }
  }

  /// Asks for the integration only where something of it is needed, and then once.
  private final class LazyIntegration {
    private final InboundWebhook webhook;
    private boolean asked;
    private Optional<Integration> found = Optional.empty();

    LazyIntegration(InboundWebhook webhook) {
      this.webhook = webhook;
    }

    Optional<Integration> get() {
      if (!asked) {
        asked = true;
        found = Receipt.asked(() -> directory.integration(webhook.tenant(), webhook.integration()));
      }
      return found;
    }
  }

  private static Response response(WebhookSpec.Answer answer) {
    return response(answer.status(), answer.contentType(), answer.body());
  }

  private static Response response(HandshakeAnswer answer) {
    return response(answer.status(), answer.contentType(), answer.body());
  }

  private static Response response(int status, String contentType, String body) {
    return new Response(
        status,
        contentType.isEmpty() ? Map.of() : Map.of("content-type", contentType),
        body.getBytes(StandardCharsets.UTF_8));
  }
}
