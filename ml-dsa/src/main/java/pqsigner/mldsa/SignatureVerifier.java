package pqsigner.mldsa;

/// An implementation of ML-DSA verification. Several threads may use one.
public interface SignatureVerifier {

  /// Whether [#verify] can judge a signature over this.
  boolean verifies(SigningInput input);

  /// False for whatever is not a valid signature, malformed keys and signatures included.
  ///
  /// @param publicKey FIPS 204 encoding
  boolean verify(ParameterSet set, byte[] publicKey, SigningInput input, byte[] signature);
}
