package wasl.outbound;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import wasl.access.Tenant;
import wasl.vault.Place;
import wasl.vault.Sealed;

/// A user's URL that receives events.
///
/// @param rateLimit the most deliveries in a second
/// @param secrets newest first; while rotating, a delivery is signed with each that is live
/// @param disabledReason why, for people; only where disabled
/// @param version 1, then one more for each change: a save demands the version that it read
public record OutboundWebhook(
    Tenant tenant,
    OutboundWebhookId id,
    String url,
    EventFilter filter,
    Optional<String> description,
    Optional<Integer> rateLimit,
    List<Graced> secrets,
    Status status,
    Optional<String> disabledReason,
    Instant createdAt,
    Instant updatedAt,
    long version) {
  /// A sealed secret, and until when it signs; the current one has no end.
  public record Graced(Sealed secret, Optional<Instant> until) {
    boolean isLive(Instant now) {
      return until.map(now::isBefore).orElse(true);
    }
  }

  /// `paused`: deliveries wait. `disabled`: they are cancelled, and so are new ones.
  public enum Status {
    ACTIVE,
    PAUSED,
    DISABLED;

    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Status> of(String wireName) {
      for (var status : values()) {
        if (status.wireName().equals(wireName)) {
          return Optional.of(status);
        }
      }
      return Optional.empty();
    }
  }

  public OutboundWebhook {
    secrets = List.copyOf(secrets);
  }

  public static Place secretPlace(Tenant tenant, OutboundWebhookId id) {
    return new Place(tenant, "outbound-webhook#" + id, "secret");
  }

  public boolean isDisabled() {
    return status == Status.DISABLED;
  }

  /// The secrets to sign with now, newest first; never empty.
  List<Sealed> liveSecrets(Instant now) {
    return secrets.stream().filter(each -> each.isLive(now)).map(Graced::secret).toList();
  }

  /// The next version of this webhook.
  OutboundWebhook with(Status status, Optional<String> reason, Instant now) {
    return new OutboundWebhook(
        tenant,
        id,
        url,
        filter,
        description,
        rateLimit,
        secrets,
        status,
        reason,
        createdAt,
        now,
        version + 1);
  }

  /// The next version of this webhook.
  OutboundWebhook with(List<Graced> secrets, Instant now) {
    return new OutboundWebhook(
        tenant,
        id,
        url,
        filter,
        description,
        rateLimit,
        secrets,
        status,
        disabledReason,
        createdAt,
        now,
        version + 1);
  }

  /// The next version of this webhook.
  OutboundWebhook with(
      String url,
      EventFilter filter,
      Optional<String> description,
      Optional<Integer> rateLimit,
      Instant now) {
    return new OutboundWebhook(
        tenant,
        id,
        url,
        filter,
        description,
        rateLimit,
        secrets,
        status,
        disabledReason,
        createdAt,
        now,
        version + 1);
  }

  /// Leaves the URL out: its query may hold a token.
  @Override
  public String toString() {
    return "OutboundWebhook(" + id + ", " + status.wireName() + ", version " + version + ")";
  }
}
