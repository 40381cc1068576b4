package wasl.function.outboundfanout;

import java.time.InstantSource;
import java.util.Map;
import wasl.aws.AwsClients;
import wasl.aws.DynamoDeliveries;
import wasl.aws.DynamoOutboundWebhooks;
import wasl.aws.DynamoTable;
import wasl.aws.Log;
import wasl.aws.QueueEdge;
import wasl.aws.Settings;
import wasl.aws.SqsDeliveryQueue;
import wasl.outbound.Fanout;

/// The fan-out put together, with the edge of its queue.
///
/// @param edge knows no queue of its own: a fan-out puts nothing off
public record FanningOut(QueueEdge edge, Fanout fanout) {
  /// @param environment the function's environment variables; all that is wrong with them is thrown
  ///   at once
  public static FanningOut on(
      AwsClients clients, Map<String, String> environment, InstantSource clock, Log log) {
    var settings = new Settings(environment);
    var connections = settings.text("WASL_CONNECTIONS_TABLE", "wasl-dev-Connections-1ABC");
    var events = settings.text("WASL_EVENTS_TABLE", "wasl-dev-Events-1ABC");
    var queueUrl = SqsDeliveryQueue.url(settings);
    settings.done();

    return new FanningOut(
        new QueueEdge(clients.sqs(), "", log),
        new Fanout(
            new DynamoOutboundWebhooks(new DynamoTable(clients.dynamoDb(), connections)),
            new DynamoDeliveries(new DynamoTable(clients.dynamoDb(), events), clock),
            new SqsDeliveryQueue(clients.sqs(), queueUrl),
            clock));
  }
}
