package wasl.oauth;

import java.util.Optional;
import wasl.access.Project;
import wasl.access.ProjectId;
import wasl.access.Tenant;
import wasl.connection.Integration;
import wasl.connection.IntegrationId;

/// Finds what a connect session belongs to; both strongly consistent, so that what was deleted
/// connects nobody any more.
public interface ConnectDirectory {
  Optional<Project> project(ProjectId id);

  Optional<Integration> integration(Tenant tenant, IntegrationId id);
}
