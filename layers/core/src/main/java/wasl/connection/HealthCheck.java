package wasl.connection;

/// Asks a provider whether a connection's credentials are good.
public interface HealthCheck {
  /// One call to the provider; [Health#UNCHECKED] where there is none that could tell.
  Health check(Connection connection);
}
