package pqsigner.protocol;

/// An ML-DSA key as it rests outside the enclave: ciphertext and its identity.
///
/// @param publicKey raw FIPS 204 encoding
/// @param encryptedDataKey KMS CiphertextBlob of the AES-256 data key
/// @param wrappedSeed 12-byte nonce, 32-byte seed under AES-256-GCM, 16-byte tag
public record KeyRecord(
    KeyIdentity identity, byte[] publicKey, byte[] encryptedDataKey, byte[] wrappedSeed) {

  static KeyRecord read(BodyReader in) throws ProtocolException {
    return new KeyRecord(
        KeyIdentity.read(in),
        in.bytes(Limits.PUBLIC_KEY_BYTES_MAX),
        in.bytes(Limits.ENCRYPTED_DATA_KEY_BYTES_MAX),
        in.bytes(Limits.WRAPPED_SEED_BYTES));
  }

  void write(BodyWriter out) {
    identity.write(out);
    out.bytes(publicKey).bytes(encryptedDataKey).bytes(wrappedSeed);
  }
}
