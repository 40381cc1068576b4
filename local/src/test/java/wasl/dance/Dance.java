package wasl.dance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.regex.Pattern;
import wasl.endtoend.UpProcess;

/// The steps of a dance, whoever drives the browser.
final class Dance {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Pattern CONNECTION = Pattern.compile("[?&]connection=(con_[0-9A-Za-z]+)");

  private final UpProcess up;
  private final Browser browser;
  private final Application application;

  Dance(UpProcess up, Browser browser, Application application) {
    this.up = up;
    this.browser = browser;
    this.application = application;
  }

  /// Connects an account; what a team then reads of the connection is right.
  void connects(Providers provider) throws Exception {
    setUp(provider);
    var tab = begin(provider, provider + "-main");
    browser.allow(tab, "acct_7");

    var connection = connection(browser.address(tab));
    assertThat(connection.path("status").asText()).isEqualTo("active");
    assertThat(connection.path("provider").asText()).isEqualTo(provider.provider());
    assertThat(connection.path("alias").asText()).isEqualTo(provider + "-main");
    assertThat(usable(connection)).isNotEmpty();

    var again = begin(provider, provider + "-main");
    browser.allow(again, "acct_7");
    assertThat(connection(browser.address(again)).path("id"))
        .as("connected anew, it is the same connection")
        .isEqualTo(connection.path("id"));
  }

  /// Two accounts are connected in one browser at the same time, and neither mixes with the other.
  void connectsTwoInParallel(Providers provider) throws Exception {
    setUp(provider);
    var one = begin(provider, provider + "-one");
    var two = begin(provider, provider + "-two");
    browser.allow(two, "acct_2");
    browser.allow(one, "acct_1");

    var first = connection(browser.address(one));
    var second = connection(browser.address(two));
    assertThat(first.path("alias").asText()).isEqualTo(provider + "-one");
    assertThat(second.path("alias").asText()).isEqualTo(provider + "-two");
    assertThat(usable(first)).isNotEqualTo(usable(second));
  }

  private void setUp(Providers provider) throws IOException, InterruptedException {
    var put =
        up.call(
            "PUT", "/v1/integrations/" + provider, provider.integration(application.redirectUrl()));
    assertThat(put.statusCode()).as(put.body()).isIn(200, 201);
  }

  /// Goes as far as the provider's consent page; answers the tab.
  private String begin(Providers provider, String alias) throws Exception {
    var session =
        json(
            up.call(
                "POST",
                "/v1/connect-sessions",
                "{\"integration\": \"%s\", \"alias\": \"%s\", \"redirectUrl\": \"%s\"}"
                    .formatted(provider, alias, application.redirectUrl())),
            201);
    var tab = browser.open(URI.create(session.path("connectUrl").asText()));
    browser.goOn(tab);
    return tab;
  }

  private JsonNode connection(URI address) throws IOException, InterruptedException {
    assertThat(address.toString()).startsWith(application.redirectUrl());
    var found = CONNECTION.matcher(address.toString());
    assertThat(found.find()).as(address.toString()).isTrue();
    return json(up.call("GET", "/v1/connections/" + found.group(1), ""), 200);
  }

  private String usable(JsonNode connection) throws IOException, InterruptedException {
    return json(
            up.call(
                "GET", "/v1/connections/" + connection.path("id").asText() + "/credentials", ""),
            200)
        .path("accessToken")
        .asText();
  }

  private static JsonNode json(HttpResponse<String> response, int status) throws IOException {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    return JSON.readTree(response.body());
  }
}
