package wasl.function.oauthcallback;

import java.time.InstantSource;
import java.util.Map;
import java.util.random.RandomGenerator;
import wasl.aws.AwsClients;
import wasl.aws.HttpEvent;
import wasl.oauth.Authorizations;
import wasl.oauth.Callbacks;

/// The road from a browser to a provider and back, put together.
public final class ConnectRoad {
  private final Authorizations authorizations;
  private final Callbacks callbacks;
  private final String publicUrl;

  ConnectRoad(Authorizations authorizations, Callbacks callbacks, String publicUrl) {
    this.authorizations = authorizations;
    this.callbacks = callbacks;
    this.publicUrl = publicUrl;
  }

  /// @param environment the function's environment variables; all that is wrong with them is thrown
  ///   at once
  public static ConnectRoad on(
      AwsClients clients,
      Map<String, String> environment,
      InstantSource clock,
      RandomGenerator random) {
    return new Wiring(clients, environment, clock, random).road();
  }

  Authorizations.Opened authorize(HttpEvent event) {
    return authorizations.open(
        event.rawQuery(),
        event.headers(),
        publicUrl.isEmpty() ? "https://" + event.domainName() : publicUrl);
  }

  Callbacks.Returned callback(HttpEvent event) {
    return callbacks.answer(event.rawQuery(), event.headers(), event.requestId());
  }
}
