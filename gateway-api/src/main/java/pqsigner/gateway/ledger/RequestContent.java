package pqsigner.gateway.ledger;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;
import pqsigner.attestation.Sha2;
import pqsigner.events.Algorithm;

/// What is to be signed, and how. Kept until the request finishes, so that a lost job can be
/// produced again.
///
/// @param message the bytes to sign; exactly one of message and mu for a signature, neither for a
///   key generation
/// @param mu the 64-byte external mu of FIPS 204, or null
/// @param context FIPS 204 context string; empty if not given, since FIPS 204 does not tell the two
///   apart
/// @param birthNonce of a key generation: 32 random bytes that the birth attestation must show;
///   null for a signature
public record RequestContent(
    byte @Nullable [] message, byte @Nullable [] mu, byte[] context, byte @Nullable [] birthNonce) {

  public static final int BIRTH_NONCE_BYTES = 32;
  private static final byte DIGEST_VERSION = 1;
  private static final byte[] NOTHING = {};

  public static RequestContent toSign(
      byte @Nullable [] message, byte @Nullable [] mu, byte[] context) {
    return new RequestContent(message, mu, context, null);
  }

  public static RequestContent toGenerate(byte @Nullable [] birthNonce) {
    return new RequestContent(null, null, NOTHING, birthNonce);
  }

  /// What makes two requests under one id the same request: SHA-256 over what the caller asked for.
  ///
  /// ```
  /// 01                                              version of this encoding
  /// u32 length, bytes                               for each of, in this order:
  ///   request_type, user_id as given, alg as given, kind (message|mu|none), content, context
  /// u32 4, u32 key_version                          only if a version was asked for
  /// ```
  ///
  /// Lengths are big-endian and the first six fields are always there, so no two requests share an
  /// encoding. An absent user_id, alg or context counts as empty; an absent key_version adds
  /// nothing, so that requests from before there was one keep their digests. Left out are the id
  /// itself and the deadline, which bounds when a request may be signed and not what it is.
  ///
  /// @param keyVersion 0 if none was asked for
  public byte[] digest(
      RequestType type, @Nullable String userId, @Nullable Algorithm algorithm, int keyVersion) {
    MessageDigest sha = Sha2.sha256();
    sha.update(DIGEST_VERSION);
    add(sha, text(type.label()));
    add(sha, text(userId == null ? "" : userId));
    add(sha, text(algorithm == null ? "" : algorithm.label()));
    add(sha, text(message != null ? "message" : mu != null ? "mu" : "none"));
    add(sha, message != null ? message : mu != null ? mu : NOTHING);
    add(sha, context);
    if (keyVersion != 0) {
      add(sha, ByteBuffer.allocate(Integer.BYTES).putInt(keyVersion).array());
    }
    return sha.digest();
  }

  private static void add(MessageDigest sha, byte[] field) {
    sha.update(ByteBuffer.allocate(Integer.BYTES).putInt(field.length).flip());
    sha.update(field);
  }

  private static byte[] text(String value) {
    return value.getBytes(StandardCharsets.UTF_8);
  }

  /// Never the message: it is the custodian's.
  @Override
  public String toString() {
    return "RequestContent";
  }
}
