package wasl.local.policy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import wasl.local.intercept.AwsAnswer;
import wasl.local.intercept.AwsCall;
import wasl.local.intercept.Interceptor;
import wasl.local.template.Deployment;
import wasl.local.template.ExecutionRole;
import wasl.local.template.FunctionDefinition;
import wasl.local.template.PolicyStatement;
import wasl.local.template.PolicyStatement.Effect;
import wasl.local.template.QueueMapping;
import wasl.local.template.StreamMapping;

/// Lets a function's call through to AWS only if its role may make it, as IAM decides: what is
/// denied anywhere is denied, what is allowed nowhere too.
///
/// A caller is known by its access key, which is the function's logical id. What Lambda does in a
/// function's name, such as receiving from its queue, is decided here as well.
public final class Enforcement implements Interceptor {
  /// Services that only Lambda itself calls in a function's name, and that are not on this machine.
  private static final Set<String> OF_THE_PLATFORM = Set.of("logs", "xray");

  private final Needs needs;
  private final Map<String, ExecutionRole> roles = new HashMap<>();
  private final Map<String, String> functions = new HashMap<>();
  private final List<PolicyStatement> busPolicy;
  private final Consumer<String> log;
  private final Set<Grant> used = ConcurrentHashMap.newKeySet();
  private final List<String> denials = new CopyOnWriteArrayList<>();

  /// @param log gets a line for each call that is denied
  public Enforcement(Deployment deployment, Consumer<String> log) {
    this.needs = new Needs(deployment.inventory());
    this.busPolicy = deployment.busPolicy();
    this.log = log;
    for (FunctionDefinition function : deployment.functions()) {
      functions.put(function.name(), function.logicalId());
      function.role().ifPresent(role -> roles.put(function.logicalId(), role));
    }
  }

  @Override
  public AwsAnswer answer(AwsCall call, Next next) throws IOException {
    List<Need> needed;
    try {
      needed = needs.of(call);
    } catch (Needs.UnknownCall e) {
      return denied(call, call.accessKey() + ": " + e.getMessage());
    }
    Optional<String> denial = denial(call.accessKey(), needed);
    if (denial.isPresent()) {
      return denied(call, denial.get());
    }
    AwsAnswer answer = next.pass(call);
    if (call.operation().equals("GetObject") && answer.status() == 404) {
      Need listing = Needs.toKnowOfAbsence(needed.getFirst());
      Optional<String> unlisted = denial(call.accessKey(), List.of(listing));
      return unlisted.map(reason -> denied(call, reason)).orElse(answer);
    }
    return answer;
  }

  /// What a function's role lacks for Lambda to bring it a queue's messages; AWS refuses to make
  /// such a mapping.
  public Optional<String> denial(QueueMapping mapping) {
    String function = functions.getOrDefault(mapping.function(), mapping.function());
    return denial(function, needs.ofMapping(mapping.queueArn()));
  }

  /// The same for a table's stream, and for the queue that is told which of its records were given
  /// up.
  public Optional<String> denial(StreamMapping mapping) {
    String function = functions.getOrDefault(mapping.function(), mapping.function());
    return denial(function, needs.ofMapping(mapping));
  }

  /// Every call that was denied so far: who, what, on what, and why.
  public List<String> denials() {
    return List.copyOf(denials);
  }

  /// What roles allow and nobody has made use of so far.
  public List<Grant> unused() {
    List<Grant> unused = new ArrayList<>();
    roles.forEach((function, role) -> {
      for (PolicyStatement statement : role.statements()) {
        if (statement.effect() == Effect.ALLOW) {
          grants(function, statement).stream()
              .filter(grant -> !used.contains(grant))
              .filter(grant -> !OF_THE_PLATFORM.contains(grant.action().split(":", 2)[0]))
              .forEach(unused::add);
        }
      }
    });
    return unused;
  }

  private Optional<String> denial(String caller, List<Need> needed) {
    for (Need need : needed) {
      Optional<String> denial = denial(caller, need);
      if (denial.isPresent()) {
        return denial;
      }
    }
    return Optional.empty();
  }

  private Optional<String> denial(String caller, Need need) {
    ExecutionRole role = roles.get(caller);
    if (role == null) {
      return Optional.of(text(caller, need, "no function has this access key, or it has no role"));
    }
    boolean allowed = false;
    for (PolicyStatement statement : role.statements()) {
      List<Grant> fitting = fitting(caller, statement, role.arn(), need);
      if (statement.effect() == Effect.DENY && !fitting.isEmpty()) {
        return Optional.of(text(role.arn(), need, "an explicit deny in its role's policy"));
      }
      used.addAll(fitting);
      allowed |= !fitting.isEmpty();
    }
    for (PolicyStatement statement : busPolicy) {
      boolean fits = !fitting(caller, statement, role.arn(), need).isEmpty();
      if (statement.effect() == Effect.DENY && fits) {
        return Optional.of(text(role.arn(), need, "an explicit deny in the bus's policy"));
      }
      allowed |= fits;
    }
    return allowed
        ? Optional.empty()
        : Optional.of(text(role.arn(), need, "no identity-based policy allows it"));
  }

  private static List<Grant> fitting(
      String caller, PolicyStatement statement, String principal, Need need) {
    List<Grant> fitting =
        grants(caller, statement).stream().filter(grant -> grant.covers(need)).toList();
    return fitting.isEmpty() || Conditions.hold(statement, principal, need) ? fitting : List.of();
  }

  private static List<Grant> grants(String function, PolicyStatement statement) {
    return statement.actions().stream()
        .flatMap(action ->
            statement.resources().stream().map(resource -> new Grant(function, action, resource)))
        .toList();
  }

  // The words are AWS's.
  private static String text(String principal, Need need, String reason) {
    return "User: %s is not authorized to perform: %s on resource: %s because %s"
        .formatted(principal, need.action(), need.resource(), reason);
  }

  private AwsAnswer denied(AwsCall call, String message) {
    denials.add(message);
    log.accept("DENIED " + call.operation() + ": " + message);
    return switch (call.service()) {
      case "s3" -> AwsAnswer.fault(call, 403, "AccessDenied", message);
      case "sqs" -> AwsAnswer.fault(call, 403, "AccessDeniedException", message);
      default -> AwsAnswer.fault(call, 400, "AccessDeniedException", message);
    };
  }
}
