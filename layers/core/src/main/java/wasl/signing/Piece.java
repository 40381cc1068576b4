package wasl.signing;

/// One part of the signed message as this request gives it: its bytes, or why it gives none.
sealed interface Piece permits Piece.Bytes, Piece.SecretHere, Verdict.Refused {
  /// The bytes that stand in the signed message.
  record Bytes(byte[] bytes) implements Piece {}

  /// Here stands the secret; only who holds it can put it in.
  record SecretHere() implements Piece {}
}
