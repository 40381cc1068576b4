package wasl.local.template;

import static wasl.local.endpoint.AwsService.DYNAMODB;
import static wasl.local.endpoint.AwsService.EVENTS;
import static wasl.local.endpoint.AwsService.KMS;
import static wasl.local.endpoint.AwsService.SQS;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.Map;
import wasl.local.endpoint.AwsEndpoint;
import wasl.local.template.Resources.Made;

/// Asks an AWS endpoint for what is there, by physical name; a name of nothing is an `AwsFault`.
final class ExistingResources {
  private final AwsEndpoint aws;

  ExistingResources(AwsEndpoint aws) {
    this.aws = aws;
  }

  Made table(String name) {
    JsonNode table = tableDescription(name);
    Map<String, String> attributes = new HashMap<>();
    attributes.put("Arn", table.path("TableArn").asText());
    if (table.hasNonNull("LatestStreamArn")) {
      attributes.put("StreamArn", table.path("LatestStreamArn").asText());
    }
    return new Made(name, attributes);
  }

  JsonNode tableDescription(String name) {
    return aws.call(DYNAMODB, "DescribeTable", aws.input().put("TableName", name)).path("Table");
  }

  String queueUrl(String name) {
    return aws.call(SQS, "GetQueueUrl", aws.input().put("QueueName", name))
        .path("QueueUrl")
        .asText();
  }

  Made queue(String name, String url) {
    ObjectNode query = aws.input().put("QueueUrl", url);
    query.putArray("AttributeNames").add("QueueArn");
    String arn =
        aws.call(SQS, "GetQueueAttributes", query).path("Attributes").path("QueueArn").asText();
    return new Made(url, Map.of("Arn", arn, "QueueName", name, "QueueUrl", url));
  }

  /// @param id the key's own, or an alias of it
  Made key(String id) {
    JsonNode key = aws.call(KMS, "DescribeKey", aws.input().put("KeyId", id)).path("KeyMetadata");
    String keyId = key.path("KeyId").asText();
    return new Made(keyId, Map.of("KeyId", keyId, "Arn", key.path("Arn").asText()));
  }

  Made bus(String name) {
    String arn =
        aws.call(EVENTS, "DescribeEventBus", aws.input().put("Name", name)).path("Arn").asText();
    return new Made(name, Map.of("Name", name, "Arn", arn));
  }

  Made rule(String bus, String name) {
    ObjectNode named = aws.input().put("EventBusName", bus).put("Name", name);
    String arn = aws.call(EVENTS, "DescribeRule", named).path("Arn").asText();
    return new Made(name, Map.of("Arn", arn));
  }

  Made bucket(String name) {
    return new Made(
        name,
        Map.of(
            "Arn", "arn:aws:s3:::" + name,
            "DomainName", name + ".s3.amazonaws.com",
            "RegionalDomainName", name + ".s3." + aws.region() + ".amazonaws.com"));
  }

  /// A log group is nothing at the endpoint, but roles name its ARN.
  Made logGroup(String account, String name) {
    String arn = "arn:aws:logs:" + aws.region() + ":" + account + ":log-group:" + name + ":*";
    return new Made(name, Map.of("Arn", arn));
  }
}
