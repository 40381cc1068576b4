package wasl.function.managementapi;

import java.util.Arrays;
import java.util.List;
import wasl.access.Environment;
import wasl.access.Project;
import wasl.access.ProjectId;
import wasl.access.Projects;
import wasl.access.Scope;
import wasl.vault.ProjectJobs;
import wasl.web.ApiRequest;
import wasl.web.JsonObject;
import wasl.web.Problem;
import wasl.web.Response;
import wasl.web.Result;
import wasl.web.Route;
import wasl.web.Text;

/// Projects: made by the bootstrap key alone, seen by those who belong to them.
final class ProjectRoutes {
  private final Projects projects;
  private final ProjectJobs jobs;

  ProjectRoutes(Projects projects, ProjectJobs jobs) {
    this.projects = projects;
    this.jobs = jobs;
  }

  List<Route> routes() {
    return List.of(
        Route.post("/v1/projects", Scope.PROJECTS_WRITE, "createProject", this::create),
        Route.list("/v1/projects", Scope.PROJECTS_READ, "listProjects", this::list),
        Route.get("/v1/projects/{project}", Scope.PROJECTS_READ, "getProject", this::get),
        Route.delete("/v1/projects/{project}", Scope.PROJECTS_WRITE, "eraseProject", this::erase)
            .later(),
        Route.act(
            "/v1/projects/{project}/rotate-keys",
            Scope.PROJECTS_WRITE,
            "rotateProjectKeys",
            this::rotateKeys));
  }

  private Result<Response> create(ApiRequest request) {
    var input = request.json();
    var name = input.text("name", Text.line(100));
    if (input.isFaulty()) {
      return input.refused();
    }
    var created = projects.create(name, request.tenant(), request.cause());
    var keys = new JsonObject();
    created
        .keys()
        .forEach((environment, issued) -> keys.put(environment.wireName(), issued.text().reveal()));
    return shown(created.project()).put("apiKeys", keys).ok(201);
  }

  private Result<Response> list(ApiRequest request) {
    var page = request.query().page();
    if (request.query().isFaulty()) {
      return request.query().refused();
    }
    return JsonObject.page(projects.list(request.caller(), page), ProjectRoutes::shown).ok(200);
  }

  private Result<Response> get(ApiRequest request) {
    return request.withId(
        "project",
        ProjectId::new,
        id ->
            projects
                .find(request.caller(), id)
                .map(project -> shown(project).ok(200))
                .orElseGet(Result::notFound));
  }

  private Result<Response> erase(ApiRequest request) {
    return request.withId(
        "project",
        ProjectId::new,
        id ->
            switch (jobs.erase(request.caller(), id, request.requestId())) {
              case DONE -> Result.ok(Response.empty(202));
              case NO_PROJECT -> Result.notFound();
              case HOLDS_BOOTSTRAP_KEY ->
                  Result.failed(
                      Problem.conflict(
                          "project-holds-bootstrap-key",
                          "the bootstrap key belongs to this project, which therefore stays"));
            });
  }

  private Result<Response> rotateKeys(ApiRequest request) {
    if (request.json().isFaulty()) {
      return request.json().refused();
    }
    return request.withId(
        "project",
        ProjectId::new,
        id ->
            switch (jobs.rotateKeys(request.caller(), id, request.requestId())) {
              case ProjectJobs.Rotated.Started(var job) -> new JsonObject().put("job", job).ok(202);
              case ProjectJobs.Rotated.NoProject() -> Result.notFound();
              case ProjectJobs.Rotated.TooManyKept() ->
                  Result.failed(
                      Problem.conflict(
                          "too-many-data-keys",
                          "there are %d earlier data keys, each kept until nothing sealed under it is left"
                              .formatted(ProjectJobs.MOST_REPLACED)));
            });
  }

  private static JsonObject shown(Project project) {
    return new JsonObject()
        .put("id", project.id().value())
        .put("name", project.name())
        .put(
            "environments", Arrays.stream(Environment.values()).map(Environment::wireName).toList())
        .put("createdAt", project.createdAt());
  }
}
