package wasl.local.template;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import wasl.local.template.PolicyStatement.Effect;
import wasl.road.EmbeddedStack;

@ExtendWith(EmbeddedStack.Shared.class)
class DeploymentTest {
  private static final String ACCOUNT = "000000000000";

  private final Deployment deployment;

  DeploymentTest(EmbeddedStack stack) {
    this.deployment = stack.deployment();
  }

  @Test
  void a_function_s_statements_name_the_resources_that_exist_here() {
    ExecutionRole role = function("outbound-fanout").role().orElseThrow();

    assertThat(role.arn()).isEqualTo("arn:aws:iam::" + ACCOUNT + ":role/wasl-OutboundFanoutRole");
    assertThat(role.statements())
        .contains(
            new PolicyStatement(
                Effect.ALLOW,
                List.of("dynamodb:PutItem"),
                List.of("arn:aws:dynamodb:ddblocal:" + ACCOUNT + ":table/wasl-Events"),
                new ObjectMapper().createObjectNode()),
            new PolicyStatement(
                Effect.ALLOW,
                List.of("logs:CreateLogStream", "logs:PutLogEvents"),
                List.of(
                    "arn:aws:logs:us-east-1:"
                        + ACCOUNT
                        + ":log-group:/aws/lambda/wasl/outbound-fanout:*"),
                new ObjectMapper().createObjectNode()));
  }

  @Test
  void the_bus_s_policy_names_the_roles_that_speak_for_wasl() {
    assertThat(deployment.busPolicy())
        .singleElement()
        .satisfies(statement -> {
          assertThat(statement.effect()).isEqualTo(Effect.DENY);
          assertThat(statement.actions()).containsExactly("events:PutEvents");
          assertThat(statement.condition().at("/ArnNotEquals/aws:PrincipalArn"))
              .extracting(arn -> arn.asText())
              .containsExactly(
                  function("event-router").role().orElseThrow().arn(),
                  function("outbound-delivery").role().orElseThrow().arn(),
                  function("change-publisher").role().orElseThrow().arn());
        });
  }

  @Test
  void each_route_is_throttled_as_the_template_says() {
    assertThat(deployment.routes())
        .containsExactlyInAnyOrder(
            new Route("ANY", "/v1/{proxy+}", "management-api", new Throttling(200, 400)),
            new Route("GET", "/oauth/authorize", "oauth-callback", new Throttling(200, 400)),
            new Route("GET", "/oauth/callback", "oauth-callback", new Throttling(200, 400)),
            new Route(
                "ANY",
                "/webhooks/{provider}/{token}",
                "webhook-receipt",
                new Throttling(1000, 2000)));
  }

  private FunctionDefinition function(String name) {
    return deployment.functions().stream()
        .filter(function -> function.name().equals(name))
        .findAny()
        .orElseThrow();
  }
}
