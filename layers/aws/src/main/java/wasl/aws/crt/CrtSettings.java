package wasl.aws.crt;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import wasl.aws.Settings;

/// Where AWS is and who calls it, from the variables that every AWS SDK reads.
///
/// @param endpoint stands for all services that have none of their own in `endpoints`
/// @param endpoints by service, in lower case: `AWS_ENDPOINT_URL_SQS` under `sqs`
/// @param authorities a file of certificates (PEM) to trust instead of the system's
public record CrtSettings(
    String region,
    Optional<URI> endpoint,
    Map<String, URI> endpoints,
    Optional<Path> authorities,
    CredentialsSource credentials) {

  private static final String ENDPOINT = "AWS_ENDPOINT_URL";

  public CrtSettings {
    endpoints = Map.copyOf(endpoints);
  }

  /// Who calls AWS. Says nothing of itself in `toString`.
  public sealed interface CredentialsSource {
    /// A function's own keys; they last as long as its process.
    record Keys(byte[] id, byte[] secret, Optional<byte[]> sessionToken)
        implements CredentialsSource {
      @Override
      public String toString() {
        return "Keys(***)";
      }
    }

    /// Asked for over HTTP: under SnapStart a process outlives its keys.
    record Container(URI at, String authorization) implements CredentialsSource {
      @Override
      public String toString() {
        return "Container(***)";
      }
    }
  }

  public static CrtSettings of(Map<String, String> environment) {
    var settings = new Settings(environment);
    var region = settings.text("AWS_REGION", "eu-central-1");
    var credentials = credentials(environment, settings);
    settings.done();
    var endpoints = new java.util.HashMap<String, URI>();
    for (var service : new String[] {"dynamodb", "kms", "sqs", "s3"}) {
      uri(environment, ENDPOINT + "_" + service.toUpperCase(Locale.ROOT))
          .ifPresent(uri -> endpoints.put(service, uri));
    }
    return new CrtSettings(
        region,
        uri(environment, ENDPOINT),
        endpoints,
        present(environment, "AWS_CA_BUNDLE").map(Path::of),
        credentials);
  }

  /// Where a service answers.
  ///
  /// @param subdomain stands before the host on AWS itself; empty for none
  URI uri(String service, String subdomain) {
    var given = endpoints.get(service);
    if (given != null) {
      return given;
    }
    if (endpoint.isPresent()) {
      return endpoint.get();
    }
    var suffix = region.startsWith("cn-") ? ".amazonaws.com.cn" : ".amazonaws.com";
    return URI.create("https://" + subdomain + service + "." + region + suffix);
  }

  /// Whether this is AWS itself, where a bucket has a host of its own.
  boolean isAws(String service) {
    return endpoint.isEmpty() && !endpoints.containsKey(service);
  }

  private static CredentialsSource credentials(Map<String, String> environment, Settings settings) {
    var container = uri(environment, "AWS_CONTAINER_CREDENTIALS_FULL_URI");
    if (container.isPresent() && present(environment, "AWS_ACCESS_KEY_ID").isEmpty()) {
      return new CredentialsSource.Container(
          container.get(), environment.getOrDefault("AWS_CONTAINER_AUTHORIZATION_TOKEN", ""));
    }
    return new CredentialsSource.Keys(
        bytes(settings.text("AWS_ACCESS_KEY_ID", "AKIA…")),
        bytes(settings.text("AWS_SECRET_ACCESS_KEY", "40 characters")),
        present(environment, "AWS_SESSION_TOKEN").map(CrtSettings::bytes));
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Optional<URI> uri(Map<String, String> environment, String name) {
    return present(environment, name).map(URI::create);
  }

  private static Optional<String> present(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
  }
}
