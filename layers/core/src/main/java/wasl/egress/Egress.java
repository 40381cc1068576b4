package wasl.egress;

/// The one door to the outside: every request to a URL that came from a user, a manifest or a
/// provider goes through it.
public interface Egress {
  /// Sends, follows nothing, tries once. Answers within the request's deadline, whatever the other
  /// side does.
  EgressResult send(EgressRequest request);

  /// Calls providers where a simulator stands in for them; see [ProvidersAt].
  static Egress toProviders(Egress direct, ProvidersAt simulator) {
    return request -> direct.send(request.to(simulator.rewrite(request.url())));
  }
}
