package wasl.local.runtime;

import java.time.Instant;

/// One invocation, as a function's process is given it.
///
/// @param deadline until when the function may take
/// @param event as JSON
@SuppressWarnings("ArrayRecordComponent") // An event is handed over, never compared.
public record Work(String requestId, Instant deadline, String functionArn, byte[] event) {}
