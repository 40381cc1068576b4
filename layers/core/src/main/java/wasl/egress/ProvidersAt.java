package wasl.egress;

import java.net.URI;

/// Where a simulator stands for every provider: `https://<host>/<path>` becomes
/// `<base>/<host>/<path>`. A plain `http` URL goes where it says: no provider has one, so it was
/// meant for a network that the operator allows.
///
/// For calls to providers only; a delivery goes to the user's own URL, which no simulator plays.
///
/// @param base without a slash at its end
public record ProvidersAt(URI base) {
  public static ProvidersAt parse(String text) {
    return new ProvidersAt(URI.create(text.replaceFirst("/+$", "")));
  }

  public EgressUrl rewrite(EgressUrl url) {
    if (!url.isTls()) {
      return url;
    }
    var uri = url.uri();
    var query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    return new EgressUrl(URI.create(base + "/" + uri.getRawAuthority() + uri.getRawPath() + query));
  }
}
