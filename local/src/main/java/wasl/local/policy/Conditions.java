package wasl.local.policy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import wasl.local.template.PolicyStatement;

/// Tells whether a statement's condition holds for a request.
///
/// Every operator and key of the template's is known; another one is a fault, since to leave it out
/// would allow or refuse something by mistake.
final class Conditions {
  private static final String FOR_ANY = "ForAnyValue:";

  private Conditions() {}

  /// @param principal the caller's role
  /// @throws IllegalArgumentException naming an operator or a key that is not known
  static boolean hold(PolicyStatement statement, String principal, Need need) {
    for (Map.Entry<String, JsonNode> operator : statement.condition().properties()) {
      for (Map.Entry<String, JsonNode> key : operator.getValue().properties()) {
        List<String> actual = values(key.getKey(), principal, need);
        if (!holds(operator.getKey(), texts(key.getValue()), actual)) {
          return false;
        }
      }
    }
    return true;
  }

  private static List<String> values(String key, String principal, Need need) {
    return switch (key) {
      case "aws:PrincipalArn" -> List.of(principal);
      case "events:source" -> need.sources();
      // On this machine there is no TLS, on AWS there is nothing else.
      case "aws:SecureTransport" -> List.of("true");
      default -> throw new IllegalArgumentException("the condition key " + key + " is not known");
    };
  }

  private static boolean holds(String operator, List<String> wanted, List<String> actual) {
    if (operator.startsWith(FOR_ANY)) {
      String each = operator.substring(FOR_ANY.length());
      return actual.stream().anyMatch(value -> holds(each, wanted, List.of(value)));
    }
    return switch (operator) {
      case "StringEquals", "Bool" -> anyPair(wanted, actual, String::equals);
      case "StringLike", "ArnEquals", "ArnLike" -> anyPair(wanted, actual, Patterns::matches);
      case "StringNotEquals" -> !anyPair(wanted, actual, String::equals);
      case "StringNotLike", "ArnNotEquals", "ArnNotLike" ->
          !anyPair(wanted, actual, Patterns::matches);
      default ->
          throw new IllegalArgumentException(
              "the condition operator " + operator + " is not known");
    };
  }

  private static boolean anyPair(
      List<String> wanted, List<String> actual, BiPredicate<String, String> fits) {
    return actual.stream().anyMatch(a -> wanted.stream().anyMatch(w -> fits.test(w, a)));
  }

  private static List<String> texts(JsonNode oneOrMany) {
    return Optional.of(oneOrMany)
        .filter(JsonNode::isArray)
        .map(many -> many.valueStream().map(JsonNode::asText).toList())
        .orElseGet(() -> List.of(oneOrMany.asText()));
  }
}
