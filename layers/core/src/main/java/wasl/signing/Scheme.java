package wasl.signing;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import wasl.vault.Secret;
import wasl.web.HttpRequest;

/// How a provider signs its webhooks, as data. The algorithm is fixed here and never read from a
/// request.
public sealed interface Scheme permits Hmac, Hash, Asymmetric, StaticToken {

  /// Compares a request with what any of the secrets would have made of it. Times are not judged
  /// here.
  ///
  /// @param secrets at least one
  Verdict match(HttpRequest request, List<Secret> secrets);

  /// The time that the scheme signs, with its window; empty where it signs none.
  Optional<SignedTime> signedTime();

  /// Whether who lacks the secret cannot change what stands at a place.
  boolean covers(Place place);

  /// The signed time of a request that was found genuine; empty where the scheme signs none.
  Optional<Instant> signedAt(HttpRequest request);
}
