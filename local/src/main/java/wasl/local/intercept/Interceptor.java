package wasl.local.intercept;

import java.io.IOException;

/// Stands between a caller and AWS: may look at a call, answer it itself, pass it on, and look at
/// or replace what came back.
///
/// Called by many threads at once.
@FunctionalInterface
public interface Interceptor {
  /// Passes a call on, to the next interceptor or to AWS.
  @FunctionalInterface
  interface Next {
    AwsAnswer pass(AwsCall call) throws IOException;
  }

  /// @throws IOException to close the caller's connection without an answer
  AwsAnswer answer(AwsCall call, Next next) throws IOException;
}
