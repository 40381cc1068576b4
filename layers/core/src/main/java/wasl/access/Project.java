package wasl.access;

import java.time.Instant;

/// The tenant: everything else belongs to one, in one of its environments.
public record Project(ProjectId id, String name, Instant createdAt) {}
