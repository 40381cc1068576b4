package wasl.local.endpoint;

/// The AWS services that speak a JSON protocol, with what each calls itself in it.
public enum AwsService {
  DYNAMODB("dynamodb", "DynamoDB_20120810", "application/x-amz-json-1.0"),
  /// Signed as DynamoDB, under which emulators find it.
  DYNAMODB_STREAMS("dynamodb", "DynamoDBStreams_20120810", "application/x-amz-json-1.0"),
  SQS("sqs", "AmazonSQS", "application/x-amz-json-1.0"),
  KMS("kms", "TrentService", "application/x-amz-json-1.1"),
  EVENTS("events", "AWSEvents", "application/x-amz-json-1.1");

  final String scope;
  final String target;
  final String contentType;

  AwsService(String scope, String target, String contentType) {
    this.scope = scope;
    this.target = target;
    this.contentType = contentType;
  }
}
