package wasl.function.webhookreceipt;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.crac.Resource;
import wasl.aws.HttpEdge;
import wasl.aws.HttpEvent;
import wasl.aws.Log;
import wasl.aws.Metric;
import wasl.aws.crt.CallBudget;
import wasl.inbound.Receipt;
import wasl.inbound.Receipt.Result;
import wasl.web.Problem;
import wasl.web.Response;

/// Takes providers' webhooks at `/webhooks/{provider}/{token}`.
public final class Handler implements RequestStreamHandler, Resource {
  private final Receipt receipt;
  private final CallBudget budget;
  private final Log log;
  private final Snapshot snapshot;

  public Handler() {
    var wiring = Wiring.of(System.getenv());
    this(wiring.receipt(), wiring.budget(), wiring.log(), wiring.snapshot());
    if (wiring.isForSnapshot()) {
      org.crac.Core.getGlobalContext().register(this);
    }
  }

  /// @param budget what the AWS calls of one invocation have together
  public Handler(Receipt receipt, CallBudget budget, Log log, Snapshot snapshot) {
    this.receipt = receipt;
    this.budget = budget;
    this.log = log;
    this.snapshot = snapshot;
  }

  @Override
  public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
    answer(in, out);
  }

  void answer(InputStream in, OutputStream out) throws IOException {
    budget.start();
    HttpEdge.handle(in, out, log, this::answer);
  }

  private Response answer(HttpEvent event, Log.Line line) {
    return switch (receipt.accept(call(event))) {
      case Result.Stored stored -> {
        line.with("webhook", stored.webhook().value()).count(Metric.WEBHOOK_STORED);
        yield stored.answer();
      }
      case Result.Challenged challenged -> {
        line.with("webhook", challenged.webhook().value()).with("verdict", "handshake");
        yield challenged.answer();
      }
      case Result.Forged forged -> {
        line.with("webhook", forged.webhook().value())
            .with("verdict", forged.reason().name())
            .count(Metric.SIGNATURE_REFUSED);
        yield Problem.unauthorized().response(event.requestId());
      }
      case Result.Refused refused -> {
        line.with("verdict", refused.why().type());
        yield refused.why().response(event.requestId());
      }
      case Result.NotStored failed -> {
        line.with(failed.cause()).count(Metric.WEBHOOK_NOT_STORED);
        yield failed.why().response(event.requestId());
      }
    };
  }

  private static Receipt.Call call(HttpEvent event) {
    return new Receipt.Call(
        event.pathParameters().getOrDefault("provider", ""),
        event.pathParameters().getOrDefault("token", ""),
        event.requestId(),
        event.method(),
        event.rawQuery(),
        event.headers(),
        event.body());
  }

  @Override
  public void beforeCheckpoint(org.crac.Context<? extends Resource> context) {
    snapshot.prepare();
  }

  @Override
  public void afterRestore(org.crac.Context<? extends Resource> context) {
    snapshot.resume();
  }
}
