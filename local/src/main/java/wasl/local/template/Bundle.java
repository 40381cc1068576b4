package wasl.local.template;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import wasl.local.endpoint.AwsEndpoint;

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

  /// @param overrides parameters that shall not have their default, by name
  /// @throws TemplateException naming everything that does not run locally, and every bad parameter
  public static Bundle read(Path file, Map<String, String> overrides) {
    Template template = TemplateReader.read(file);
    List<String> faults = new ArrayList<>();
    try {
      TemplateCheck.check(template);
    } catch (TemplateException e) {
      faults.addAll(e.faults());
    }
    Map<String, String> parameters = Map.of();
    try {
      parameters = Parameters.resolve(template, overrides);
    } catch (TemplateException e) {
      faults.addAll(e.faults());
    }
    if (!faults.isEmpty()) {
      throw new TemplateException(faults);
    }
    return new Bundle(template, parameters);
  }

  /// The names of all queues, for an SQS that must know them when it starts.
  public List<String> queueNames() {
    List<String> names = new ArrayList<>();
    for (Map.Entry<String, JsonNode> resource : template.section("Resources").properties()) {
      if (resource.getValue().path("Type").asText().equals(ResourceType.QUEUE.type)) {
        names.add(
            resource
                .getValue()
                .path("Properties")
                .path("QueueName")
                .asText(physicalName(resource.getKey())));
      }
    }
    return List.copyOf(names);
  }

  /// Makes every resource that is not there yet, and says what is to run.
  public Deployment deploy(AwsEndpoint aws) {
    return new Deployer(template, parameters, aws).deploy();
  }

  /// CloudFormation appends a random part; locally a resource must find itself again.
  static String physicalName(String logicalId) {
    return STACK + "-" + logicalId;
  }
}
