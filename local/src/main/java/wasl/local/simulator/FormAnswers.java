package wasl.local.simulator;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import wasl.web.Response;

/// Token answers as a form.
final class FormAnswers {
  // No manifest's key says it: a caller that asks for JSON gets that from them too.
  private static final Set<String> PROVIDERS = Set.of("github");

  private FormAnswers() {}

  static boolean isWanted(Part part, Call call) {
    return PROVIDERS.contains(part.id())
        && !call.headers().get("accept").orElse("").contains("application/json");
  }

  static Response of(Map<String, String> fields) {
    String form =
        fields.entrySet().stream()
            .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
            .collect(Collectors.joining("&"));
    return new Response(
        200,
        Map.of("content-type", "application/x-www-form-urlencoded; charset=utf-8"),
        form.getBytes(StandardCharsets.UTF_8));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
