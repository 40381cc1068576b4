package wasl.refresh;

/// Why a token is to be refreshed: what that passes by.
public enum Need {
  /// It is due: only while the connection is used, and not before the provider's pause is over.
  DUE,
  /// Somebody reads it, and it has ended: not before the provider's pause is over.
  USE,
  /// Somebody asks for it: at once, and though the connection is in error.
  DEMAND
}
