package wasl.local.intercept;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One call to AWS as it went over the wire.
///
/// @param service as a credential scope calls it: `dynamodb`, `sqs`, `kms`, `s3`, `events`
/// @param operation as AWS's API reference calls it, such as `PutItem`; of S3 only object and
///   bucket operations are told apart
/// @param accessKey who calls; empty if unsigned
/// @param target path and query, as sent
/// @param headers by lower-case name
@SuppressWarnings("ArrayRecordComponent") // A body is passed on, never compared.
public record AwsCall(
    String service,
    String operation,
    String accessKey,
    String method,
    String target,
    Map<String, List<String>> headers,
    byte[] body) {

  /// Access key, date, region, service.
  private static final Pattern CREDENTIAL =
      Pattern.compile("Credential=([^/]+)/[0-9]*/[^/]*/([a-z0-9-]+)/aws4_request");

  static AwsCall of(String method, String target, Map<String, List<String>> received, byte[] body) {
    Map<String, List<String>> headers = new TreeMap<>();
    received.forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values));
    Matcher credential = CREDENTIAL.matcher(first(headers, "authorization").orElse(""));
    boolean signed = credential.find();
    String service = signed ? credential.group(2) : "";
    String operation =
        first(headers, "x-amz-target")
            .map(name -> name.substring(name.lastIndexOf('.') + 1))
            .orElseGet(() -> S3Operation.named(method, target, headers));
    return new AwsCall(
        service, operation, signed ? credential.group(1) : "", method, target, headers, body);
  }

  /// The first value of a header.
  ///
  /// @param name in lower case
  public Optional<String> header(String name) {
    return first(headers, name);
  }

  private static Optional<String> first(Map<String, List<String>> headers, String name) {
    return headers.getOrDefault(name, List.of()).stream().findFirst();
  }
}
