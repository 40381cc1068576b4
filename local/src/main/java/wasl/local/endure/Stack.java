package wasl.local.endure;

import java.net.URI;

/// How a running bundle is reached.
///
/// @param apiKey an admin's
/// @param bus the event bus by name
public record Stack(URI api, URI aws, String apiKey, String bus) {
  /// The access key of this package's own calls to AWS, which no fault shall meet.
  public static final String OBSERVER = "observer";

  static final String REGION = "us-east-1";
}
