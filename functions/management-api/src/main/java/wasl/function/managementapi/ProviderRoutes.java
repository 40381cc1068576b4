package wasl.function.managementapi;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import wasl.access.Scope;
import wasl.manifest.Catalog;
import wasl.manifest.Manifest;
import wasl.manifest.Node;
import wasl.manifest.ProviderId;
import wasl.page.Page;
import wasl.web.ApiRequest;
import wasl.web.JsonObject;
import wasl.web.Query;
import wasl.web.Response;
import wasl.web.Result;
import wasl.web.Route;

/// The providers that Wasl knows, as their manifests describe them.
final class ProviderRoutes {
  private final Catalog catalog;

  ProviderRoutes(Catalog catalog) {
    this.catalog = catalog;
  }

  List<Route> routes() {
    return List.of(
        Route.list("/v1/providers", Scope.PROVIDERS_READ, "listProviders", this::list)
            .taking("category", "capability", "market", "currency", "authMode", "q", "locale"),
        Route.get("/v1/providers/{provider}", Scope.PROVIDERS_READ, "getProvider", this::get)
            .taking("locale"));
  }

  private Result<Response> list(ApiRequest request) {
    var query = request.query();
    var wanted = wanted(query);
    var locale = locale(query);
    var page = query.page();
    if (query.isFaulty()) {
      return query.refused();
    }
    var found =
        catalog.ids().stream()
            .filter(id -> page.after().filter(after -> id.value().compareTo(after) <= 0).isEmpty())
            .map(catalog::manifest)
            .flatMap(Optional::stream)
            .filter(wanted)
            .limit(page.limit() + 1L)
            .toList();
    return JsonObject.page(
            Page.of(found, page.limit(), manifest -> manifest.id().value()),
            manifest -> ProviderView.summary(manifest, locale))
        .ok(200);
  }

  private Result<Response> get(ApiRequest request) {
    var locale = locale(request.query());
    if (request.query().isFaulty()) {
      return request.query().refused();
    }
    return request.withId(
        "provider",
        ProviderId::new,
        id ->
            catalog
                .manifest(id)
                .map(manifest -> ProviderView.full(manifest, locale).ok(200))
                .orElseGet(Result::notFound));
  }

  private static Predicate<Manifest> wanted(Query query) {
    var conditions = new ArrayList<Predicate<Manifest>>();
    query
        .text("category")
        .ifPresent(category -> conditions.add(manifest -> manifest.category().equals(category)));
    var capabilities = Set.copyOf(query.texts("capability"));
    conditions.add(manifest -> capabilities(manifest).containsAll(capabilities));
    code(query, "market", "[A-Z]{2}", "an ISO 3166 country, such as SA")
        .ifPresent(market -> conditions.add(manifest -> serves(manifest.markets(), market)));
    code(query, "currency", "[A-Z]{3}", "an ISO 4217 currency, such as SAR")
        .ifPresent(currency -> conditions.add(manifest -> serves(manifest.currencies(), currency)));
    query
        .text("authMode")
        .ifPresent(
            mode -> conditions.add(manifest -> ProviderView.authModes(manifest).contains(mode)));
    query.text("q").ifPresent(text -> conditions.add(manifest -> mentions(manifest, text)));
    return conditions.stream().reduce(manifest -> true, Predicate::and);
  }

  private static Optional<String> code(
      Query query, String name, String pattern, String expectation) {
    return query
        .text(name)
        .map(text -> text.toUpperCase(Locale.ROOT))
        .filter(code -> {
          boolean fits = code.matches(pattern);
          if (!fits) {
            query.fault(name, "must be " + expectation);
          }
          return fits;
        });
  }

  // What a manifest does not say is not known to be so.
  private static boolean serves(List<String> served, String wanted) {
    return served.contains(wanted) || served.contains("*");
  }

  private static boolean mentions(Manifest manifest, String text) {
    var wanted = text.toLowerCase(Locale.ROOT);
    return List.of(
            manifest.id().value(),
            manifest.name().english(),
            manifest.name().arabic(),
            manifest.description().english(),
            manifest.description().arabic())
        .stream()
        .anyMatch(said -> said.toLowerCase(Locale.ROOT).contains(wanted));
  }

  private static Set<String> capabilities(Manifest manifest) {
    return manifest.document().fields("operations").nodes().values().stream()
        .filter(Node.Fields.class::isInstance)
        .map(Node.Fields.class::cast)
        .flatMap(operation -> operation.text("capability").stream())
        .collect(Collectors.toSet());
  }

  private static String locale(Query query) {
    var locale = query.text("locale").orElse("en");
    if (!locale.matches("[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}")) {
      query.fault("locale", "must be a language tag, such as ar or en");
    }
    return locale.toLowerCase(Locale.ROOT);
  }
}
