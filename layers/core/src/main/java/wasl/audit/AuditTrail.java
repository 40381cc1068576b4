package wasl.audit;

/// Keeps who did or saw what, for 90 days.
public interface AuditTrail {
  /// Durable when it returns; whoever records a look answers only afterwards.
  void record(AuditRecord what);
}
