package wasl.provider;

import java.time.Instant;
import java.util.Optional;
import wasl.egress.EgressRequest;
import wasl.vault.Secret;

/// Signs requests by AWS Signature Version 4.
@FunctionalInterface
public interface RequestSigner {
  /// The request with the headers that sign it, body and query included. Nothing of it may be
  /// changed after.
  EgressRequest sign(EgressRequest request, Keys keys, Scope scope, Instant now);

  /// An access key.
  ///
  /// @param sessionToken of keys that end
  record Keys(String accessKeyId, Secret secretAccessKey, Optional<Secret> sessionToken) {}

  /// What a signature is good for.
  ///
  /// @param service as `sts`
  /// @param region as `eu-central-1`
  record Scope(String service, String region) {}
}
