package wasl.local.endpoint;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.w3c.dom.Element;

/// A CloudFormation stack that exists at an endpoint.
///
/// @param account the number of the account that it is in
/// @param resources physical ids by logical id; empty where the endpoint tells none
public record Stack(String name, String account, Map<String, String> resources) {
  public Stack {
    resources = Map.copyOf(resources);
  }

  /// @throws AwsFault if there is no such stack
  public static Stack named(String name, AwsEndpoint aws) {
    Element described = aws.cloudFormation("DescribeStacks", Map.of("StackName", name));
    // arn:aws:cloudformation:<region>:<account>:stack/…
    String[] id = text(described, "StackId").orElse("").split(":", -1);
    Map<String, String> resources = new LinkedHashMap<>();
    Optional<String> next = Optional.empty();
    do {
      Map<String, String> input = new LinkedHashMap<>(Map.of("StackName", name));
      next.ifPresent(token -> input.put("NextToken", token));
      Element page = aws.cloudFormation("ListStackResources", input);
      for (Element resource : elements(page, "member")) {
        text(resource, "LogicalResourceId")
            .filter(logical -> !gone(resource))
            .ifPresent(
                logical -> resources.put(logical, text(resource, "PhysicalResourceId").orElse("")));
      }
      next = text(page, "NextToken");
    } while (next.isPresent());
    return new Stack(name, id.length > 4 ? id[4] : "", resources);
  }

  // A stack lists for a while what it no longer has.
  private static boolean gone(Element resource) {
    return text(resource, "ResourceStatus").orElse("").equals("DELETE_COMPLETE");
  }

  private static Optional<String> text(Element parent, String name) {
    return elements(parent, name).stream()
        .findFirst()
        .map(element -> element.getTextContent().strip())
        .filter(text -> !text.isEmpty());
  }

  private static List<Element> elements(Element parent, String name) {
    var nodes = parent.getElementsByTagName(name);
    return new ArrayList<>(
        IntStream.range(0, nodes.getLength()).mapToObj(at -> (Element) nodes.item(at)).toList());
  }
}
