package wasl.aws;

import java.net.URI;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import wasl.egress.AddressRules;
import wasl.egress.Egress;
import wasl.egress.EgressRequest;
import wasl.egress.EgressResult;
import wasl.egress.HttpEgress;
import wasl.egress.ProvidersAt;

/// How providers are called, as the environment says: through the egress guard, and where a
/// simulator stands for them, to it.
///
/// @param rules of addresses that may be reached
/// @param simulator empty on AWS
public record ProviderEgress(AddressRules rules, Optional<ProvidersAt> simulator) {
  public static ProviderEgress read(Settings settings) {
    var at = settings.optional("WASL_PROVIDERS_AT");
    return new ProviderEgress(
        AddressRules.parse(settings.optional("WASL_EGRESS_ALLOW")),
        at.isEmpty() ? Optional.empty() : Optional.of(ProvidersAt.parse(at)));
  }

  /// The way to providers. Its HTTP client is made at the first call: a function that makes none
  /// starts without.
  public Egress open() {
    return new OpenedWhenNeeded(this::opened);
  }

  private Egress opened() {
    var direct = new HttpEgress(rules);
    return simulator.<Egress>map(at -> Egress.toProviders(direct, at)).orElse(direct);
  }

  private static final class OpenedWhenNeeded implements Egress {
    private final Supplier<Egress> source;
    private @Nullable Egress open;

    OpenedWhenNeeded(Supplier<Egress> source) {
      this.source = source;
    }

    @Override
    public EgressResult send(EgressRequest request) {
      return egress().send(request);
    }

    private synchronized Egress egress() {
      if (open == null) {
        open = source.get();
      }
      return open;
    }
  }

  /// Where a browser is sent to find what stands at this URL.
  public URI forBrowser(URI url) {
    return simulator.map(at -> at.rewrite(new wasl.egress.EgressUrl(url)).uri()).orElse(url);
  }
}
