package wasl.local.simulator;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import wasl.web.Response;

/// The pages that a user sees at a provider.
final class ConsentPage {
  private ConsentPage() {}

  /// @param account what the form's field holds at first
  /// @param action where the form is sent: to the request's own URL, since it must be known again
  static Response question(
      Part part, String client, List<String> scopes, String account, String action) {
    String list =
        scopes.stream()
            .map(scope -> "<li>" + escaped(scope) + "</li>")
            .collect(Collectors.joining("\n", "<ul>\n", "\n</ul>"));
    return html(
        200,
        part,
        """
        <p><code>%s</code> asks for access to your account.</p>
        %s
        <form method="post" action="%s">
        <p><label>Account <input name="account" value="%s"></label></p>
        <p>
        <button name="decision" value="allow">Allow</button>
        <button name="decision" value="deny">Deny</button>
        </p>
        </form>
        """
            .formatted(
                escaped(client), scopes.isEmpty() ? "" : list, escaped(action), escaped(account)));
  }

  static Response refusal(Part part, String why) {
    return html(400, part, "<p>" + escaped(why) + "</p>");
  }

  private static Response html(int status, Part part, String content) {
    String page =
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width">
        <link rel="icon" href="data:,">
        <title>%1$s</title>
        <style>
        body { font: 1rem/1.5 system-ui, sans-serif; max-width: 28rem; margin: 3rem auto }
        input, button { font: inherit; padding: .4rem .8rem }
        </style>
        </head>
        <body>
        <h1>%1$s</h1>
        %2$s
        <p><small>Wasl's simulator plays this provider; nothing here is real.</small></p>
        </body>
        </html>
        """
            .formatted(escaped(part.name()), content);
    return new Response(
        status,
        Map.of("content-type", "text/html; charset=utf-8", "cache-control", "no-store"),
        page.getBytes(StandardCharsets.UTF_8));
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
