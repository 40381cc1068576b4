package wasl.access;

/// A project in one environment: every record belongs to one such pair, and no key opens another's.
public record Tenant(ProjectId project, Environment environment) {
  /// `<project>#<environment>`: the beginning of item keys, the message group of queues, part of
  /// the KMS context.
  @Override
  public String toString() {
    return project.value() + "#" + environment.wireName();
  }
}
