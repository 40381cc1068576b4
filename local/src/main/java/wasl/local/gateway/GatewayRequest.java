package wasl.local.gateway;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/// A request as the gateway got it.
///
/// @param rawPath undecoded
/// @param rawQuery undecoded, empty where there is none
/// @param headers each name as it came, with all its values in order
record GatewayRequest(
    String method,
    String rawPath,
    String rawQuery,
    String protocol,
    Map<String, List<String>> headers,
    byte[] body,
    String sourceIp,
    int port,
    String requestId,
    Instant at) {}
