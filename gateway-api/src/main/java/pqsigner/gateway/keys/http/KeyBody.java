package pqsigner.gateway.keys.http;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pqsigner.gateway.keys.PublicKeySpki;
import pqsigner.gateway.keys.RegisteredKey;

/// A version of a key, as its custodian sees it; component names are the contract's field names.
///
/// @param state `ENABLED` or `DISABLED`
/// @param fingerprint SHA-256 of `publicKeySpki`, in lower-case hex
/// @param requestId of the request that the key was made for; null for a birth attestation of v1,
///   like `sealedKeySha256`
record KeyBody(
    String alg,
    int keyVersion,
    String state,
    String fingerprint,
    byte[] publicKey,
    byte[] publicKeySpki,
    byte[] birthAttestation,
    @Nullable String requestId,
    byte @Nullable [] sealedKeySha256,
    Instant createdAt) {

  /// @param keys oldest version first
  record Keys(String userId, List<KeyBody> keys) {

    static Keys of(String userId, List<RegisteredKey> versions) {
      return new Keys(userId, versions.stream().map(KeyBody::of).toList());
    }
  }

  static KeyBody of(RegisteredKey key) {
    return new KeyBody(
        key.algorithm().label(),
        key.version(),
        key.state().label(),
        PublicKeySpki.fingerprint(key.algorithm(), key.publicKey()),
        key.publicKey(),
        PublicKeySpki.encode(key.algorithm(), key.publicKey()),
        key.birthAttestation(),
        key.birthRequestId(),
        key.statedSealedSha256(),
        key.createdAt());
  }
}
