package pqsigner.gateway.admission;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// What makes two requests under one id the same request: SHA-256 over what the caller asked for.
///
/// ```
/// 01                                              version of this encoding
/// u32 length, bytes                               for each of, in this order:
///   request_type, user_id as given, alg as given, kind (message|mu|none), content, context
/// ```
///
/// Lengths are big-endian and every field is always there, so no two requests share an encoding. An
/// absent user_id, alg or context counts as empty. Not in it: the id itself, and the deadline,
/// which bounds when a request may be signed and not what it is.
public final class RequestDigest {

  public static final int BYTES = 32;
  private static final byte VERSION = 1;

  private RequestDigest() {}

  public static byte[] of(WellFormedRequest request) {
    MessageDigest sha = sha256();
    sha.update(VERSION);
    add(sha, text(request.type().label()));
    add(sha, text(request.userId()));
    add(sha, text(request.algorithm() == null ? "" : request.algorithm().label()));
    if (request.message() != null) {
      add(sha, text("message"));
      add(sha, request.message());
    } else if (request.mu() != null) {
      add(sha, text("mu"));
      add(sha, request.mu());
    } else {
      add(sha, text("none"));
      add(sha, new byte[0]);
    }
    add(sha, request.context());
    return sha.digest();
  }

  private static void add(MessageDigest sha, byte[] field) {
    sha.update(ByteBuffer.allocate(Integer.BYTES).putInt(field.length).flip());
    sha.update(field);
  }

  private static byte[] text(String value) {
    return value.getBytes(StandardCharsets.UTF_8);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
