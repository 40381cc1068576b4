package wasl.local.bench;

import java.io.IOException;
import wasl.function.webhookreceipt.Handler;

/// Runs the receipt for one event, from standard input to standard output, as a process of its own.
final class ReceiptOnce {
  private ReceiptOnce() {}

  public static void main(String[] args) throws IOException {
    new Handler().handleRequest(System.in, System.out, null);
    System.out.flush();
    // The native event loop would keep the process.
    Runtime.getRuntime().halt(0);
  }
}
