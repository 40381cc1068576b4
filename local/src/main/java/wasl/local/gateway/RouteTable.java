package wasl.local.gateway;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import wasl.local.template.Route;

/// Finds the route of a request: literal before variable before greedy, a method before `ANY`.
final class RouteTable {
  /// A route that fits, with the values of its path's variables, decoded.
  record Match(Route route, Map<String, String> pathParameters) {}

  private final List<Route> routes;

  RouteTable(List<Route> routes) {
    this.routes = routes.stream().sorted(Comparator.comparing(RouteTable::rank)).toList();
  }

  Optional<Match> find(String method, String rawPath) {
    for (Route route : routes) {
      if (!route.method().equals("ANY") && !route.method().equals(method)) {
        continue;
      }
      Map<String, String> parameters = fit(segments(route.path()), segments(rawPath));
      if (parameters != null) {
        return Optional.of(new Match(route, parameters));
      }
    }
    return Optional.empty();
  }

  private static @Nullable Map<String, String> fit(String[] pattern, String[] path) {
    Map<String, String> parameters = new LinkedHashMap<>();
    for (int i = 0; i < pattern.length; i++) {
      if (i >= path.length) {
        return null;
      }
      String part = pattern[i];
      if (part.endsWith("+}")) {
        String rest = String.join("/", List.of(path).subList(i, path.length));
        parameters.put(part.substring(1, part.length() - 2), decoded(rest));
        return rest.isEmpty() ? null : parameters;
      }
      if (part.startsWith("{")) {
        if (path[i].isEmpty()) {
          return null;
        }
        parameters.put(part.substring(1, part.length() - 1), decoded(path[i]));
      } else if (!part.equals(path[i])) {
        return null;
      }
    }
    return path.length == pattern.length ? parameters : null;
  }

  // Sorts as text: per segment 0 literal, 1 variable, 2 greedy; then the method.
  private static String rank(Route route) {
    StringBuilder rank = new StringBuilder();
    for (String part : segments(route.path())) {
      rank.append(part.endsWith("+}") ? '2' : part.startsWith("{") ? '1' : '0');
    }
    return rank.append(route.method().equals("ANY") ? 'B' : 'A').toString();
  }

  private static String[] segments(String path) {
    return (path.startsWith("/") ? path.substring(1) : path).split("/", -1);
  }

  /// Percent signs only; a plus sign is itself in a path.
  static String decoded(String raw) {
    try {
      return URLDecoder.decode(raw.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      // Not encoded after all: what stands there is what was meant.
      return raw;
    }
  }
}
