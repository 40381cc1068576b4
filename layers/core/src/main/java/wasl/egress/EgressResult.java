package wasl.egress;

import java.util.Arrays;
import java.util.Objects;
import wasl.web.Headers;

/// What came of a request.
public sealed interface EgressResult {
  /// The other side answered, with whatever status.
  ///
  /// @param body at most [HttpEgress#MOST_BODY_BYTES]
  /// @param complete false where the body was longer, or was still coming when the deadline passed
  record Answered(int status, Headers headers, byte[] body, boolean complete)
      implements EgressResult {
    @Override
    public boolean equals(Object other) {
      return other instanceof Answered that
          && status == that.status
          && headers.equals(that.headers)
          && Arrays.equals(body, that.body)
          && complete == that.complete;
    }

    @Override
    public int hashCode() {
      return Objects.hash(status, headers, Arrays.hashCode(body), complete);
    }

    @Override
    public String toString() {
      return "Answered(" + status + ", " + body.length + " bytes)";
    }
  }

  /// No answer.
  ///
  /// @param detail for our own log; may say more than the user is to know
  record Failed(EgressFailure kind, String detail) implements EgressResult {}
}
