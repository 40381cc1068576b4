package wasl.local.simulator;

import java.util.Locale;

/// What a call is about; its word stands in the control API.
enum CallKind {
  AUTHORIZE,
  /// A token call that refreshes nothing.
  TOKEN,
  REFRESH,
  WHOAMI,
  REVOKE,
  OTHER;

  static CallKind of(Endpoint endpoint, Call call) {
    return switch (endpoint) {
      case Endpoint.Consent _ -> AUTHORIZE;
      case Endpoint.Token _ ->
          call.fields().get("grant_type").filter(AuthMode.REFRESH::equals).isPresent()
              ? REFRESH
              : TOKEN;
      case Endpoint.Exchange _, Endpoint.Login _ -> TOKEN;
      case Endpoint.Revocation _ -> REVOKE;
      case Endpoint.WhoAmI _ -> WHOAMI;
    };
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
