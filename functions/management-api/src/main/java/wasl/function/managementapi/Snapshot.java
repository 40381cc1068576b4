package wasl.function.managementapi;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Supplier;
import wasl.aws.AwsClients;
import wasl.aws.HttpEvent;
import wasl.aws.Log;
import wasl.web.Headers;

/// What happens around SnapStart's picture of the process: before it everything is loaded and
/// nothing is kept, after it all is built anew, so that no connection, key or random state is in
/// two processes.
final class Snapshot {
  private static final int ROUNDS = 10;

  /// A key of the right form, checksum included, that nobody has: its look-up goes all the way to
  /// the table.
  private static final String NOBODYS_KEY =
      "wasl_dev_" + "0".repeat(20) + "0".repeat(43) + "2u20b1";

  private final Supplier<ManagementApi> source;
  private final Runnable close;

  private Snapshot(Supplier<ManagementApi> source, Runnable close) {
    this.source = source;
    this.close = close;
  }

  static Snapshot of(Map<String, String> environment) {
    var clients = new AwsClients(environment);
    return new Snapshot(
        () -> ManagementApi.on(clients, environment, InstantSource.system(), new SecureRandom()),
        clients::close);
  }

  /// For an API that lives as long as its process.
  static Snapshot none(ManagementApi api) {
    return new Snapshot(() -> api, () -> {});
  }

  ManagementApi build() {
    return source.get();
  }

  void prepare(ManagementApi api, Log log) {
    try {
      for (int round = 0; round < ROUNDS; round++) {
        api.answer(request("GET", "/v1/openapi.json"));
        api.answer(request("GET", "/v1/connections"));
      }
    } catch (RuntimeException e) {
      // A function that is not primed works, only slower at first.
      log.warn("not primed").with(e).write();
    }
    close.run();
  }

  private static HttpEvent request(String method, String path) {
    return new HttpEvent(
        "prime",
        method,
        path,
        "",
        Map.of(),
        new Headers(Map.of("authorization", "Bearer " + NOBODYS_KEY)),
        new byte[0],
        "");
  }
}
