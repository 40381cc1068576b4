package wasl.local.ledger;

import java.util.Locale;

/// What AWS bills by: one unit of each has one price.
public enum Meter {
  HTTP_API_REQUEST("API Gateway", "HTTP API requests of 512 KB"),
  LAMBDA_REQUEST("Lambda", "requests"),
  LAMBDA_GB_SECOND("Lambda", "GB-seconds, arm64"),
  DYNAMODB_WRITE_UNIT("DynamoDB", "write request units"),
  DYNAMODB_READ_UNIT("DynamoDB", "read request units"),
  DYNAMODB_STREAM_READ_UNIT("DynamoDB", "read request units of streams"),
  SQS_REQUEST("SQS", "requests of 64 KB"),
  SQS_FAIR_MESSAGE("SQS", "messages with a group, fair queue"),
  EVENTBRIDGE_EVENT("EventBridge", "custom events of 64 KB"),
  SCHEDULER_INVOCATION("EventBridge", "scheduler invocations"),
  S3_PUT("S3", "PUT and LIST requests"),
  S3_GET("S3", "GET requests"),
  KMS_REQUEST("KMS", "requests"),
  LOG_GB("CloudWatch", "GB of logs ingested"),
  XRAY_TRACE("X-Ray", "traces recorded"),
  EGRESS_GB("Data transfer", "GB to the internet"),
  KEY_MONTH("KMS", "customer keys"),
  CUSTOM_METRIC_MONTH("CloudWatch", "custom metrics"),
  ALARM_METRIC_MONTH("CloudWatch", "alarm metrics"),
  DASHBOARD_MONTH("CloudWatch", "dashboards"),
  DYNAMODB_GB_MONTH("DynamoDB", "GB stored"),
  PITR_GB_MONTH("DynamoDB", "GB under point-in-time recovery"),
  S3_GB_MONTH("S3", "GB stored");

  private final String service;
  private final String unit;

  Meter(String service, String unit) {
    this.service = service;
    this.unit = unit;
  }

  public String service() {
    return service;
  }

  /// What is counted, for people.
  public String unit() {
    return unit;
  }

  /// Its name in the price table: `sqs-request`.
  String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
