package wasl.function.managementapi;

import wasl.access.Cause;
import wasl.access.Projects;
import wasl.web.JsonInput;
import wasl.web.JsonObject;
import wasl.web.Result;
import wasl.web.Text;

/// Makes the first project and the key that opens everything, for whoever may invoke the function
/// itself: `{"wasl": "bootstrap", "project": "<name>", "replace"?: true}`.
///
/// No request through API Gateway comes here: what it sends always has the form of an HTTP event.
final class BootstrapCommand {
  private final Projects projects;

  BootstrapCommand(Projects projects) {
    this.projects = projects;
  }

  /// A direct event that asks for nothing we do, or for what cannot be done; fails the invocation.
  static final class Refused extends RuntimeException {
    Refused(String message) {
      super(message);
    }
  }

  /// Answers `{"project", "apiKey"}`.
  ///
  /// @param requestId the invocation's
  byte[] run(byte[] event, String requestId) {
    return switch (JsonInput.read(event)) {
      case Result.Failed<JsonInput>(var problem) -> throw new Refused(problem.detail());
      case Result.Ok<JsonInput>(var input) -> bootstrap(input, Cause.wasl(requestId));
    };
  }

  private byte[] bootstrap(JsonInput input, Cause cause) {
    input.text("wasl", Text.of(20, "bootstrap"::equals, "bootstrap"));
    var name = input.text("project", Text.line(100));
    boolean replace = input.flag("replace").orElse(false);
    if (input.isFaulty()) {
      throw new Refused(
          "expected {\"wasl\": \"bootstrap\", \"project\": \"<name>\", \"replace\"?: true}; "
              + input.faultsAsText());
    }
    return switch (projects.bootstrap(name, replace, cause)) {
      case Projects.Bootstrap.Done(var project, var key) ->
          new JsonObject().put("project", project.value()).put("apiKey", key.reveal()).bytes();
      case Projects.Bootstrap.AlreadyDone(var project, var key) ->
          throw new Refused(
              "this deployment has its first project, "
                  + project
                  + ", and its bootstrap key, "
                  + key
                  + "; \"replace\": true revokes that key and makes another");
    };
  }
}
