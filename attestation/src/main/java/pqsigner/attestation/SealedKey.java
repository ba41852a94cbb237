package pqsigner.attestation;

/// The key record as it is stored: what the enclave sealed, and opens again to sign.
public final class SealedKey {

  private SealedKey() {}

  /// SHA-256 (32 bytes) over the two ciphertexts of a key record, each preceded by its length as
  /// u32 big endian, so that no byte can move from one to the other:
  ///
  /// ```
  /// encryptedDataKey    KMS CiphertextBlob
  /// wrappedSeed         12-byte nonce, 32-byte seed under AES-256-GCM, 16-byte tag
  /// ```
  ///
  /// Frozen: [BirthStatement] commits to it.
  public static byte[] sha256(byte[] encryptedDataKey, byte[] wrappedSeed) {
    return Commitment.framedSha256(encryptedDataKey, wrappedSeed);
  }
}
