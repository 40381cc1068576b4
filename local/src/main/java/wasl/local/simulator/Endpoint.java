package wasl.local.simulator;

import java.util.List;

/// What a provider does at one of its URLs.
sealed interface Endpoint {
  Part part();

  /// Where the user consents.
  record Consent(AuthMode mode) implements Endpoint {
    @Override
    public Part part() {
      return mode.part();
    }
  }

  /// Where tokens come from.
  ///
  /// @param modes those that get their tokens there; at least one
  record Token(Part part, List<AuthMode> modes) implements Endpoint {
    public Token {
      modes = List.copyOf(modes);
    }
  }

  /// Where an app's JWT is exchanged for a token.
  record Exchange(AuthMode mode) implements Endpoint {
    @Override
    public Part part() {
      return mode.part();
    }
  }

  /// Where credentials are exchanged for a token.
  record Login(AuthMode mode) implements Endpoint {
    @Override
    public Part part() {
      return mode.part();
    }
  }

  /// Where tokens are given back.
  ///
  /// @param isStandard whether as RFC 7009 has it, or in the provider's own way
  record Revocation(Part part, List<AuthMode> modes, boolean isStandard) implements Endpoint {
    public Revocation {
      modes = List.copyOf(modes);
    }
  }

  /// The call that proves credentials.
  ///
  /// @param modes those whose credentials it proves
  record WhoAmI(Part part, Facts whoami, List<AuthMode> modes) implements Endpoint {
    public WhoAmI {
      modes = List.copyOf(modes);
    }
  }
}
