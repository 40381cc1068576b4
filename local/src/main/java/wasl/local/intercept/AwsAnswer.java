package wasl.local.intercept;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/// What came back for a call.
///
/// @param headers by lower-case name
@SuppressWarnings("ArrayRecordComponent") // A body is passed on, never compared.
public record AwsAnswer(int status, Map<String, List<String>> headers, byte[] body) {

  /// An error in the protocol of the call's service.
  ///
  /// @param code AWS's name for it, such as `ThrottlingException`
  public static AwsAnswer fault(AwsCall call, int status, String code, String message) {
    if (call.service().equals("s3")) {
      return new AwsAnswer(
          status,
          Map.of("content-type", List.of("application/xml")),
          "<Error><Code>%s</Code><Message>%s</Message></Error>"
              .formatted(code, message)
              .getBytes(StandardCharsets.UTF_8));
    }
    return new AwsAnswer(
        status,
        Map.of("content-type", List.of("application/x-amz-json-1.0")),
        "{\"__type\":\"%s\",\"message\":\"%s\"}"
            .formatted(code, message)
            .getBytes(StandardCharsets.UTF_8));
  }
}
