package pqsigner.gateway.ledger;

import org.jspecify.annotations.Nullable;
import pqsigner.events.Algorithm;

/// What is to be done, resolved: a minted user_id is filled in, the algorithm is the key's. Kept in
/// the ledger until the request finishes, so that a lost job can be produced again.
///
/// @param message the bytes to sign, or null when `mu` or nothing is given
/// @param mu the 64-byte external mu of FIPS 204, or null
/// @param context FIPS 204 context string; empty when none was given
/// @param birthNonce of a key generation: 32 random bytes that the birth attestation must show;
///   null for a signature
public record RequestContent(
    RequestType type,
    String userId,
    Algorithm algorithm,
    int keyVersion,
    byte @Nullable [] message,
    byte @Nullable [] mu,
    byte[] context,
    byte @Nullable [] birthNonce) {

  public static final int BIRTH_NONCE_BYTES = 32;

  /// For a signature.
  public RequestContent(
      RequestType type,
      String userId,
      Algorithm algorithm,
      int keyVersion,
      byte @Nullable [] message,
      byte @Nullable [] mu,
      byte[] context) {
    this(type, userId, algorithm, keyVersion, message, mu, context, null);
  }

  /// Never the message: it is the custodian's.
  @Override
  public String toString() {
    return "RequestContent[" + type + " " + algorithm.label() + " v" + keyVersion + "]";
  }
}
