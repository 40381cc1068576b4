package wasl.aws;

import java.io.ByteArrayInputStream;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Locale;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;
import wasl.egress.EgressRequest;
import wasl.provider.RequestSigner;

/// Signs with the AWS SDK's own signer, which every call of ours to AWS goes through as well.
public final class SdkRequestSigner implements RequestSigner {
  private static final String HOST = "host";

  @Override
  public EgressRequest sign(EgressRequest request, Keys keys, Scope scope, Instant now) {
    var unsigned =
        SdkHttpRequest.builder()
            .method(SdkHttpMethod.fromValue(request.method()))
            .uri(request.url().uri());
    request.headers().forEach(unsigned::putHeader);
    var signed =
        // Made here: who signs nothing waits for none of its classes.
        AwsV4HttpSigner.create()
            .sign(sign ->
                sign.identity(identity(keys))
                    .request(unsigned.build())
                    .payload(() -> new ByteArrayInputStream(request.body()))
                    .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, scope.service())
                    .putProperty(AwsV4HttpSigner.REGION_NAME, scope.region())
                    .putProperty(HttpSigner.SIGNING_CLOCK, Clock.fixed(now, ZoneOffset.UTC)));
    var out = request;
    for (var header : signed.request().headers().entrySet()) {
      var name = header.getKey().toLowerCase(Locale.ROOT);
      // The client writes it of the URL, as the signer read it.
      if (!name.equals(HOST)) {
        out = out.withHeader(name, String.join(",", header.getValue()));
      }
    }
    return out;
  }

  private static AwsCredentialsIdentity identity(Keys keys) {
    var secret = keys.secretAccessKey().reveal();
    return keys.sessionToken().isPresent()
        ? AwsSessionCredentialsIdentity.create(
            keys.accessKeyId(), secret, keys.sessionToken().get().reveal())
        : AwsCredentialsIdentity.create(keys.accessKeyId(), secret);
  }
}
