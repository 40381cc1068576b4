package wasl.local.simulator;

import java.util.List;

/// What a user, or the owner of a key, has allowed a client.
///
/// @param part the id of the part that was asked
/// @param mode the key of the mode by which it was asked
/// @param account that it is about
/// @param scopes those allowed, which may be fewer than those asked for
record Grant(
    String id, String part, String mode, String client, String account, List<String> scopes) {
  Grant {
    scopes = List.copyOf(scopes);
  }
}
