package pqsigner.gateway.keys;

import java.time.Instant;
import pqsigner.events.Algorithm;

/// An ML-DSA key as it rests outside the enclave. All of it may be known: the seed is under a data
/// key that only the KMS can open, for an attested enclave.
///
/// @param userId opaque, scoped to the custodian
/// @param version 1 today; a key is never overwritten
/// @param publicKey raw FIPS 204 encoding
/// @param encryptedDataKey KMS CiphertextBlob
/// @param wrappedSeed nonce, seed under AES-256-GCM, tag
/// @param birthAttestation the verified document of the enclave that made the key
public record RegisteredKey(
    String custodian,
    String userId,
    Algorithm algorithm,
    int version,
    byte[] publicKey,
    byte[] encryptedDataKey,
    byte[] wrappedSeed,
    byte[] birthAttestation,
    Instant createdAt) {

  @Override
  public String toString() {
    return "RegisteredKey[" + custodian + " " + algorithm.label() + " v" + version + "]";
  }
}
