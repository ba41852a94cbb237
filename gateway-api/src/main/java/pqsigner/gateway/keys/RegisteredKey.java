package pqsigner.gateway.keys;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import pqsigner.attestation.SealedKey;
import pqsigner.events.Algorithm;
import pqsigner.gateway.ledger.Request;

/// An ML-DSA key as it rests outside the enclave. All of it may be known: the seed is under a data
/// key that only the KMS can open, for an attested enclave.
///
/// @param userId opaque, scoped to the custodian
/// @param version 1 is the first; none is ever overwritten
/// @param publicKey raw FIPS 204 encoding
/// @param encryptedDataKey KMS CiphertextBlob
/// @param wrappedSeed nonce, seed under AES-256-GCM, tag
/// @param birthAttestation the verified document of the enclave that made the key
/// @param birthRequestId the request that it was made for, which its birth statement binds; null
///   for a key whose statement is of v1
/// @param state the one part that changes
public record RegisteredKey(
    String custodian,
    String userId,
    Algorithm algorithm,
    int version,
    byte[] publicKey,
    byte[] encryptedDataKey,
    byte[] wrappedSeed,
    byte[] birthAttestation,
    @Nullable String birthRequestId,
    Instant createdAt,
    KeyState state) {

  /// A new key.
  public RegisteredKey(
      String custodian,
      String userId,
      Algorithm algorithm,
      int version,
      byte[] publicKey,
      byte[] encryptedDataKey,
      byte[] wrappedSeed,
      byte[] birthAttestation,
      @Nullable String birthRequestId,
      Instant createdAt) {
    this(
        custodian,
        userId,
        algorithm,
        version,
        publicKey,
        encryptedDataKey,
        wrappedSeed,
        birthAttestation,
        birthRequestId,
        createdAt,
        KeyState.BORN);
  }

  /// A key whose birth was stated in v1.
  public RegisteredKey(
      String custodian,
      String userId,
      Algorithm algorithm,
      int version,
      byte[] publicKey,
      byte[] encryptedDataKey,
      byte[] wrappedSeed,
      byte[] birthAttestation,
      Instant createdAt) {
    this(
        custodian,
        userId,
        algorithm,
        version,
        publicKey,
        encryptedDataKey,
        wrappedSeed,
        birthAttestation,
        null,
        createdAt);
  }

  /// What its birth statement says of the sealed record; null where that is v1, which says nothing.
  public byte @Nullable [] statedSealedSha256() {
    return birthRequestId == null ? null : SealedKey.sha256(encryptedDataKey, wrappedSeed);
  }

  public RegisteredKey in(KeyState other) {
    return new RegisteredKey(
        custodian,
        userId,
        algorithm,
        version,
        publicKey,
        encryptedDataKey,
        wrappedSeed,
        birthAttestation,
        birthRequestId,
        createdAt,
        other);
  }

  /// Whether a request that was resolved to this key may still be signed with it.
  public boolean maySign(Request request) {
    return state.enabled() && state.epoch() == request.keyEpoch();
  }

  @Override
  public String toString() {
    return "RegisteredKey[" + custodian + " " + algorithm.label() + " v" + version + "]";
  }
}
