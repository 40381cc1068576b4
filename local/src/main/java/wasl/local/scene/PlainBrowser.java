package wasl.local.scene;

import java.io.IOException;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// A browser without eyes, with which an account is connected: cookies, links, forms and redirects
/// over plain HTTP.
public final class PlainBrowser implements AutoCloseable {
  private static final Pattern LINK = Pattern.compile("<a\\b[^>]*href=\"([^\"]+)\"");
  private static final Pattern FORM = Pattern.compile("<form\\b[^>]*action=\"([^\"]*)\"");
  private static final Pattern INPUT =
      Pattern.compile("<input\\b[^>]*name=\"([^\"]+)\"[^>]*value=\"([^\"]*)\"");
  private static final int MOST_REDIRECTS = 10;

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .cookieHandler(new CookieManager(null, CookiePolicy.ACCEPT_ALL))
          .build();
  private final Map<String, Page> tabs = new HashMap<>();

  private record Page(URI address, String html) {}

  /// Opens a page, in a tab of its own; answers the tab.
  public String open(URI url) throws IOException, InterruptedException {
    var tab = "tab-" + tabs.size();
    tabs.put(tab, follow(HttpRequest.newBuilder(url).build()));
    return tab;
  }

  /// Clicks the link that leads to the provider.
  public void goOn(String tab) throws IOException, InterruptedException {
    var page = page(tab);
    var link = LINK.matcher(page.html);
    if (!link.find()) {
      throw new IOException("no link on the page:\n" + page.html);
    }
    tabs.put(tab, follow(HttpRequest.newBuilder(target(page, link.group(1))).build()));
  }

  /// Clicks "Allow" at the provider, for an account; the redirects end at the application.
  public void allow(String tab, String account) throws IOException, InterruptedException {
    var page = page(tab);
    var form = FORM.matcher(page.html);
    if (!form.find()) {
      throw new IOException("no form on the page:\n" + page.html);
    }
    var fields = new LinkedHashMap<String, String>();
    var inputs = INPUT.matcher(page.html);
    while (inputs.find()) {
      fields.put(inputs.group(1), unescaped(inputs.group(2)));
    }
    fields.put("account", account);
    fields.put("decision", "allow");
    tabs.put(
        tab,
        follow(
            HttpRequest.newBuilder(target(page, form.group(1)))
                .header("content-type", "application/x-www-form-urlencoded")
                .POST(
                    BodyPublishers.ofString(
                        fields.entrySet().stream()
                            .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
                            .collect(Collectors.joining("&"))))
                .build()));
  }

  /// Where the tab is.
  public URI address(String tab) {
    return page(tab).address;
  }

  @Override
  public void close() {
    http.close();
  }

  private Page page(String tab) {
    return Optional.ofNullable(tabs.get(tab)).orElseThrow();
  }

  private static URI target(Page page, String href) {
    var target = unescaped(href);
    // A relative reference of a query alone keeps the path (RFC 3986, section 5.3), but not to
    // java.net.URI.
    return target.startsWith("?")
        ? URI.create(page.address.toString().replaceFirst("\\?.*$", "") + target)
        : page.address.resolve(target);
  }

  private Page follow(HttpRequest first) throws IOException, InterruptedException {
    var request = first;
    for (int hop = 0; hop < MOST_REDIRECTS; hop++) {
      HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
      var location = response.headers().firstValue("location");
      if (response.statusCode() / 100 != 3 || location.isEmpty()) {
        return new Page(request.uri(), response.body());
      }
      request = HttpRequest.newBuilder(request.uri().resolve(location.get())).build();
    }
    throw new IOException("more than " + MOST_REDIRECTS + " redirects");
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static String unescaped(String html) {
    return html.replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&");
  }
}
