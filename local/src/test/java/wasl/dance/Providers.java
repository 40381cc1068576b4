package wasl.dance;

import java.util.List;
import java.util.stream.Stream;

/// The integrations that a person connects accounts through: what a team would put in, and no more.
record Providers(String provider, List<String> scopes, String config) {
  static Stream<Providers> all() {
    return Stream.of(
        new Providers("github", List.of("repo", "read:org"), ""),
        new Providers("slack", List.of("chat:write", "channels:read"), ""),
        new Providers("google", List.of("openid", "email"), ""),
        new Providers("supabase", List.of(), ""),
        new Providers("xero", List.of("offline_access", "accounting.transactions"), ""),
        new Providers("stripe", List.of("read_write"), ""),
        new Providers(
            "oauth2",
            List.of("read"),
            """
            {"authorizationUrl": "https://login.example.test/oauth/authorize",
             "tokenUrl": "https://login.example.test/oauth/token",
             "revocationUrl": "https://login.example.test/oauth/revoke"}\
            """));
  }

  /// The body of `PUT /v1/integrations/{integration}`.
  String integration(String redirectUrl) {
    var scopesJson = scopes.stream().map(scope -> "\"" + scope + "\"").toList().toString();
    return """
    {"provider": "%s", "clientId": "client-of-%s", "clientSecret": "secret-of-%s",
     "scopes": %s, "redirectUrls": ["%s"]%s}\
    """
        .formatted(
            provider,
            provider,
            provider,
            scopesJson,
            redirectUrl,
            config.isEmpty() ? "" : ", \"config\": " + config);
  }

  @Override
  public String toString() {
    return provider;
  }
}
