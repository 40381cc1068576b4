package wasl.oauth;

import java.util.List;
import java.util.Optional;
import wasl.connection.Token;

/// What a token endpoint gave.
///
/// @param token without a refresh token where the answer has none: the one before stays good
/// @param scopes as granted; empty where the answer does not say
/// @param account the account's name, where the manifest knows where it stands
public record TokenAnswer(Token token, Optional<List<String>> scopes, Optional<String> account) {}
