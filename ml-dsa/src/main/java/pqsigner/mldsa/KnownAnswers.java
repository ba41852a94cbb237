package pqsigner.mldsa;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// What every correct implementation makes of one fixed, published seed, signing deterministically.
/// For tests at start only: a key from this seed protects nothing.
///
/// The same answers come from Bouncy Castle, from the JDK's ML-DSA, and from `@noble/post-quantum`.
/// A signature of the external mu of a message is the signature of the message, so mu needs no
/// answers of its own.
///
/// @param publicKey SHA-256 of the public key, hex
/// @param plain SHA-256 of the signature over [#MESSAGE] with the empty context, hex
/// @param withContext SHA-256 of the signature over [#MESSAGE] with [#CONTEXT], hex
public record KnownAnswers(String publicKey, String plain, String withContext) {

  private static final byte[] MESSAGE = "pq-signer self test".getBytes(US_ASCII);
  private static final byte[] CONTEXT = "pq-signer context".getBytes(US_ASCII);

  public static final SigningInput PLAIN = SigningInput.message(MESSAGE);
  public static final SigningInput WITH_CONTEXT = new SigningInput.Message(MESSAGE, CONTEXT);

  /// 00 01 … 1f.
  public static byte[] seed() {
    byte[] seed = new byte[ParameterSet.SEED_BYTES];
    for (int i = 0; i < seed.length; i++) {
      seed[i] = (byte) i;
    }
    return seed;
  }

  /// The external mu of [#WITH_CONTEXT].
  public static SigningInput mu(byte[] publicKey) {
    return new SigningInput.ExternalMu(ExternalMu.of(publicKey, CONTEXT, MESSAGE));
  }

  /// Whether the verifier takes the signature for this input, not for the message in another
  /// context, and not with one bit changed.
  public static boolean judges(
      SignatureVerifier verifier,
      ParameterSet set,
      byte[] publicKey,
      SigningInput input,
      byte[] signature) {
    SigningInput other = PLAIN.equals(input) ? WITH_CONTEXT : PLAIN;
    byte[] changed = signature.clone();
    changed[0] ^= 1;
    return verifier.verify(set, publicKey, input, signature)
        && !verifier.verify(set, publicKey, input, changed)
        && !(verifier.verifies(other) && verifier.verify(set, publicKey, other, signature));
  }

  /// Whether the value is the one with this hash.
  public static boolean is(String sha256, byte[] value) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(value);
      return HexFormat.of().formatHex(digest).equals(sha256);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  public static KnownAnswers of(ParameterSet set) {
    return switch (set) {
      case ML_DSA_44 ->
          new KnownAnswers(
              "9f107644c1084526af3bc8098680b05499a2325a644e388fb4f970e058d19d46",
              "7a4c96e58acd0468740439ef4c89977668e7914603a54ede499c16a650ab3df2",
              "268a28015b55e9d787647cf8a6dfc11fb5aa8bcba88676d045b67e064adbfd85");
      case ML_DSA_65 ->
          new KnownAnswers(
              "d666806e11cee19a7c989f7445f90dd419cf4d2d51db8c0fdb4c0f0a542238c9",
              "68732a74bf1f671f11ba4aea426898988bf3d5270981edea5ed9b4b82cdbfc0b",
              "f1129d6bbb380f1267a491eeb5702be60ee94df01e693499d72095ec64574b34");
      case ML_DSA_87 ->
          new KnownAnswers(
              "91dc389cfaa01470b7f66eee45a4ae9026d154817c754dfe22298b3fa241ffcd",
              "4123a424616d5f44544c9d887473304ce0490de3a93439578efa5a80e3e79a47",
              "0c76816e819d835902c0729aa5048ad95bbe0ce4b81db437335583ae041f4061");
    };
  }
}
