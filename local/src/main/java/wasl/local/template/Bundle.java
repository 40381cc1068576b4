package wasl.local.template;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import wasl.local.endpoint.AwsEndpoint;
import wasl.local.endpoint.Stack;

/// A template that was read, checked and given its parameters.
public final class Bundle {
  /// Stands for the name that a deployment gives its stack.
  static final String STACK = "wasl";

  private final Template template;
  private final Map<String, String> parameters;

  private Bundle(Template template, Map<String, String> parameters) {
    this.template = template;
    this.parameters = parameters;
  }

  /// @param overrides parameters that shall not have their default, by name; each must exist
  /// @param localDefaults values that stand in for the template's defaults on this machine
  /// @throws TemplateException naming everything that does not run locally, and every bad parameter
  public static Bundle read(
      Path file, Map<String, String> overrides, Map<String, String> localDefaults) {
    Template template = TemplateReader.read(file);
    List<String> faults = new ArrayList<>();
    try {
      TemplateCheck.check(template);
    } catch (TemplateException e) {
      faults.addAll(e.faults());
    }
    Map<String, String> parameters = Map.of();
    try {
      parameters = Parameters.resolve(template, merged(template, overrides, localDefaults));
    } catch (TemplateException e) {
      faults.addAll(e.faults());
    }
    if (!faults.isEmpty()) {
      throw new TemplateException(faults);
    }
    return new Bundle(template, parameters);
  }

  private static Map<String, String> merged(
      Template template, Map<String, String> overrides, Map<String, String> localDefaults) {
    Map<String, String> merged = new TreeMap<>(localDefaults);
    merged.keySet().removeIf(name -> !template.section("Parameters").has(name));
    merged.putAll(overrides);
    return merged;
  }

  /// A section as it is declared, intrinsics unresolved: `Resources`, `Globals`.
  public JsonNode declared(String section) {
    return template.section(section);
  }

  /// The attributes of every queue by its name, for an SQS that must know them when it starts.
  public Map<String, Map<String, String>> queues(String region) {
    Map<String, Map<String, String>> queues = new LinkedHashMap<>();
    BeforeDeployment before = new BeforeDeployment(region);
    Values values = new Values(template, before);
    for (Map.Entry<String, JsonNode> resource : template.section("Resources").properties()) {
      JsonNode declared = resource.getValue();
      if (declared.path("Type").asText().equals(ResourceType.QUEUE.type)) {
        String path = "Resources." + resource.getKey() + ".Properties";
        JsonNode properties =
            values.resolve(ResourceType.QUEUE.used(declared.path("Properties")), path);
        queues.put(before.queueName(resource.getKey()), Resources.queueAttributes(properties));
      }
    }
    return queues;
  }

  /// Makes every resource that is not there yet, and says what is to run.
  public Deployment deploy(AwsEndpoint aws) {
    return new Deployer(template, parameters, aws, new Resources(aws)).deploy();
  }

  /// Finds every resource in a stack that was created from this template, and says what is to run.
  ///
  /// @param stack its name at the endpoint
  /// @throws TemplateException naming every resource that the stack does not have
  /// @throws wasl.local.endpoint.AwsFault if there is no such stack
  public Deployment findIn(String stack, AwsEndpoint aws) {
    StackResources resources = new StackResources(Stack.named(stack, aws), aws);
    Deployer deployer = new Deployer(template, parameters, aws, resources);
    resources.requireAll(deployer.needed());
    return deployer.deploy();
  }

  /// What stands for itself: the parameters, and the names that CloudFormation gives.
  static Map<String, String> constants(
      Map<String, String> parameters, String region, String stack, String account) {
    Map<String, String> constants = new LinkedHashMap<>(parameters);
    constants.put("AWS::Region", region);
    constants.put("AWS::StackName", stack);
    constants.put("AWS::Partition", "aws");
    constants.put("AWS::URLSuffix", "amazonaws.com");
    constants.put("AWS::AccountId", account);
    return constants;
  }

  /// What is known before anything exists: parameters, and the ARNs that queues will have.
  private final class BeforeDeployment implements Values.References {
    private final String region;
    private final Map<String, String> constants;

    BeforeDeployment(String region) {
      this.region = region;
      this.constants = constants(parameters, region, STACK, Resources.ACCOUNT);
    }

    String queueName(String id) {
      JsonNode named = template.section("Resources").path(id).path("Properties").path("QueueName");
      return named.isMissingNode()
          ? physicalName(id)
          : new Values(template, this).resolve(named, "Resources." + id).asText();
    }

    @Override
    public String ref(String name) {
      String value = constants.get(name);
      if (value == null) {
        throw new TemplateException(
            List.of("a queue refers to " + name + ", which does not exist before the queue"));
      }
      return value;
    }

    @Override
    public String attribute(String resource, String attribute) {
      if (!attribute.equals("Arn")) {
        return ref(resource + "." + attribute);
      }
      return "arn:aws:sqs:" + region + ":" + Resources.ACCOUNT + ":" + queueName(resource);
    }
  }

  /// CloudFormation appends a random part; locally a resource must find itself again.
  static String physicalName(String logicalId) {
    return STACK + "-" + logicalId;
  }
}
