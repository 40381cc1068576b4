package wasl.function.oauthcallback;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Map;
import wasl.aws.AwsClients;
import wasl.aws.Log;

/// What happens around SnapStart's picture of the process: before it everything is loaded and
/// nothing is kept, after it all is built anew, so that no connection, key or random state is in
/// two processes.
interface Snapshot {
  /// Where there will be no picture.
  static Snapshot none(ConnectRoad road) {
    return new Snapshot() {
      @Override
      public ConnectRoad build() {
        return road;
      }

      @Override
      public boolean isTaken() {
        return false;
      }

      @Override
      public void prepare() {
        // Nothing is kept.
      }
    };
  }

  static Snapshot of(Map<String, String> environment, Log log) {
    var clients = new AwsClients(environment);
    return new Snapshot() {
      @Override
      public ConnectRoad build() {
        return wiring().road();
      }

      private Wiring wiring() {
        return new Wiring(clients, environment, InstantSource.system(), new SecureRandom());
      }

      // Registering for a picture that is not taken costs a cold start a tenth of its time.
      @Override
      public boolean isTaken() {
        return "snap-start".equals(environment.get("AWS_LAMBDA_INITIALIZATION_TYPE"));
      }

      @Override
      public void prepare() {
        try {
          wiring().prime();
        } catch (IOException | RuntimeException e) {
          // A function that is not primed works, only slower at first.
          log.warn("not primed").with(e).write();
        }
        clients.close();
      }
    };
  }

  /// The road, anew.
  ConnectRoad build();

  /// Whether there will be a picture.
  boolean isTaken();

  /// Loads what the road needs, and lets go of what must not be in two processes. Throws nothing.
  void prepare();
}
