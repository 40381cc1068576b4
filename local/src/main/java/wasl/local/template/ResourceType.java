package wasl.local.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The closed list of resource types that run locally, each with what is understood of it.
///
/// A property is used, or knowingly without effect on one machine (`unused`), or a fault: a
/// template that says something we do not do must not seem to run.
@SuppressWarnings("ImmutableEnumChecker") // Set.of is immutable; only its type does not say so.
enum ResourceType {
  FUNCTION(
      "AWS::Serverless::Function",
      Set.of(
          "CodeUri",
          "Handler",
          "Runtime",
          "Timeout",
          "MemorySize",
          "Layers",
          "Environment",
          "Events",
          "ReservedConcurrentExecutions",
          "SnapStart",
          "Role"),
      // Not "Policies": what a function may do stands in its role alone, where SAM adds nothing.
      Set.of(
          "Description",
          "Architectures",
          "AutoPublishAlias",
          "AutoPublishAliasAllProperties",
          "Tracing",
          "Tags",
          "LoggingConfig",
          "FunctionName",
          "PermissionsBoundary",
          "DeploymentPreference",
          "ProvisionedConcurrencyConfig",
          "RecursiveLoop",
          "RolePath",
          "PropagateTags",
          "EphemeralStorage"),
      Set.of("Arn")),
  LAYER(
      "AWS::Serverless::LayerVersion",
      Set.of("ContentUri"),
      Set.of(
          "LayerName",
          "Description",
          "CompatibleRuntimes",
          "CompatibleArchitectures",
          "LicenseInfo",
          "PublishLambdaVersion",
          "RetentionPolicy"),
      Set.of()),
  HTTP_API(
      "AWS::Serverless::HttpApi",
      Set.of("DefaultRouteSettings", "RouteSettings"),
      Set.of(
          "Name",
          "Description",
          "StageName",
          "StageVariables",
          "AccessLogSettings",
          "Tags",
          "PropagateTags",
          "FailOnWarnings",
          "DisableExecuteApiEndpoint"),
      Set.of()),
  TABLE(
      "AWS::DynamoDB::Table",
      Set.of(
          "TableName",
          "AttributeDefinitions",
          "KeySchema",
          "GlobalSecondaryIndexes",
          "LocalSecondaryIndexes",
          "BillingMode",
          "StreamSpecification",
          "TimeToLiveSpecification"),
      Set.of(
          "PointInTimeRecoverySpecification",
          "DeletionProtectionEnabled",
          "SSESpecification",
          "Tags",
          "ContributorInsightsSpecification",
          "TableClass",
          "OnDemandThroughput"),
      Set.of("Arn", "StreamArn")),
  QUEUE(
      "AWS::SQS::Queue",
      Set.of(
          "QueueName",
          "VisibilityTimeout",
          "MessageRetentionPeriod",
          "DelaySeconds",
          "MaximumMessageSize",
          "ReceiveMessageWaitTimeSeconds",
          "RedrivePolicy",
          "FifoQueue",
          "ContentBasedDeduplication"),
      Set.of(
          "KmsMasterKeyId",
          "KmsDataKeyReusePeriodSeconds",
          "SqsManagedSseEnabled",
          "Tags",
          "RedriveAllowPolicy"),
      Set.of("Arn", "QueueName", "QueueUrl")),
  KEY(
      "AWS::KMS::Key",
      Set.of("Description", "EnableKeyRotation"),
      Set.of(
          "KeyPolicy",
          "KeySpec",
          "KeyUsage",
          "PendingWindowInDays",
          "RotationPeriodInDays",
          "Tags",
          "Enabled",
          "MultiRegion",
          "Origin",
          "BypassPolicyLockoutSafetyCheck"),
      Set.of("Arn", "KeyId")),
  KEY_ALIAS("AWS::KMS::Alias", Set.of("AliasName", "TargetKeyId"), Set.of(), Set.of()),
  BUS(
      "AWS::Events::EventBus",
      Set.of("Name"),
      Set.of("Description", "KmsKeyIdentifier", "DeadLetterConfig", "LogConfig", "Policy", "Tags"),
      Set.of("Arn", "Name")),
  RULE(
      "AWS::Events::Rule",
      Set.of("Name", "EventBusName", "EventPattern", "Targets", "State"),
      Set.of("Description", "Tags"),
      Set.of("Arn")),
  BUCKET(
      "AWS::S3::Bucket",
      Set.of("BucketName"),
      Set.of(
          "BucketEncryption",
          "LifecycleConfiguration",
          "PublicAccessBlockConfiguration",
          "OwnershipControls",
          "VersioningConfiguration",
          "Tags",
          "LoggingConfiguration"),
      Set.of("Arn", "DomainName", "RegionalDomainName")),
  ROLE(
      "AWS::IAM::Role",
      Set.of("RoleName", "Policies"),
      // Not "ManagedPolicyArns": what such a policy says is not known here.
      Set.of("AssumeRolePolicyDocument", "Description", "Path", "PermissionsBoundary", "Tags"),
      Set.of("Arn")),
  BUS_POLICY(
      "AWS::Events::EventBusPolicy",
      Set.of("EventBusName", "Statement"),
      Set.of("StatementId"),
      Set.of()),
  LOG_GROUP(
      "AWS::Logs::LogGroup",
      Set.of("LogGroupName"),
      Set.of("RetentionInDays", "KmsKeyId", "LogGroupClass", "DeletionProtectionEnabled", "Tags"),
      Set.of("Arn"));

  /// Types that mean nothing on one machine: alarms, and permissions of AWS's own services.
  private static final Set<String> WITHOUT_EFFECT =
      Set.of(
          "AWS::Lambda::Permission",
          "AWS::SQS::QueuePolicy",
          "AWS::S3::BucketPolicy",
          "AWS::CloudWatch::Alarm",
          "AWS::CloudWatch::CompositeAlarm",
          "AWS::CloudWatch::Dashboard",
          "AWS::Logs::MetricFilter",
          "AWS::SNS::Topic",
          "AWS::SNS::TopicPolicy",
          "AWS::SNS::Subscription");

  private static final Map<String, ResourceType> BY_NAME =
      Stream.of(values()).collect(Collectors.toUnmodifiableMap(t -> t.type, Function.identity()));

  final String type;
  final Set<String> used;
  final Set<String> unused;
  final Set<String> attributes;

  ResourceType(String type, Set<String> used, Set<String> unused, Set<String> attributes) {
    this.type = type;
    this.used = used;
    this.unused = unused;
    this.attributes = attributes;
  }

  /// Whether it is a thing at an AWS endpoint, and not one that the runner itself stands for.
  boolean isAtEndpoint() {
    return switch (this) {
      case TABLE, QUEUE, KEY, KEY_ALIAS, BUS, RULE, BUCKET -> true;
      case FUNCTION, LAYER, HTTP_API, ROLE, BUS_POLICY, LOG_GROUP -> false;
    };
  }

  /// Leaves out what has no effect here, so that it needs no value.
  ObjectNode used(JsonNode properties) {
    ObjectNode result = JsonNodeFactory.instance.objectNode();
    properties.properties().stream()
        .filter(property -> used.contains(property.getKey()))
        .forEach(property -> result.set(property.getKey(), property.getValue()));
    return result;
  }

  static Optional<ResourceType> named(String type) {
    return Optional.ofNullable(BY_NAME.get(type));
  }

  static boolean isWithoutEffect(String type) {
    return WITHOUT_EFFECT.contains(type);
  }
}
