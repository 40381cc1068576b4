package wasl.egress;

/// Why there was no answer, in words that a user can act on. Names are stored and shown: they do
/// not change.
public enum EgressFailure {
  /// The deadline passed before an answer began.
  TIMEOUT,
  /// The host has no address.
  DNS_LOOKUP_FAILED,
  /// The host leads to an address that requests are not sent to, or to one that is reached by https
  /// only.
  FORBIDDEN_ADDRESS,
  CONNECTION_REFUSED,
  CONNECTION_RESET,
  /// The other side closed without an answer.
  SOCKET_CLOSED,
  HOST_UNREACHABLE,
  /// The certificate is self-signed, or of an authority that nobody knows.
  TLS_CERTIFICATE_UNTRUSTED,
  TLS_CERTIFICATE_EXPIRED,
  /// The certificate is for another host.
  TLS_CERTIFICATE_NAME_MISMATCH,
  TLS_FAILED,
  /// What came was not HTTP, or had more headers than anyone needs.
  PROTOCOL_ERROR
}
