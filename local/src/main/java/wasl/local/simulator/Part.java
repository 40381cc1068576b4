package wasl.local.simulator;

/// A part that the simulator plays.
///
/// @param id the provider's, or the host that no manifest names
/// @param name what people call it
record Part(String id, String name) {}
