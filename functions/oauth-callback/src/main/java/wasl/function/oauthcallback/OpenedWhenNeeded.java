package wasl.function.oauthcallback;

import org.jspecify.annotations.Nullable;
import wasl.aws.ProviderEgress;
import wasl.egress.Egress;
import wasl.egress.EgressRequest;
import wasl.egress.EgressResult;

/// The way to providers, opened at the first call: whoever is only shown a page waits for no HTTP
/// client to load.
final class OpenedWhenNeeded implements Egress {
  private final ProviderEgress providers;
  private @Nullable Egress open;

  OpenedWhenNeeded(ProviderEgress providers) {
    this.providers = providers;
  }

  @Override
  public EgressResult send(EgressRequest request) {
    return egress().send(request);
  }

  private synchronized Egress egress() {
    if (open == null) {
      open = providers.open();
    }
    return open;
  }
}
