package pqsigner.mldsa;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// The message representative of FIPS 204, algorithm 7, line 6, computed outside the signer: what
/// is sent instead of a message too large to send.
public final class ExternalMu {

  private ExternalMu() {}

  /// `SHAKE256(SHAKE256(pk, 64) || 0 || |ctx| || ctx || message, 64)`, reading the message once.
  ///
  /// @param publicKey FIPS 204 encoding
  public static byte[] of(byte[] publicKey, byte[] context, InputStream message)
      throws IOException {
    if (context.length > SigningInput.CONTEXT_BYTES_MAX) {
      throw new IllegalArgumentException("context of " + context.length + " bytes");
    }
    MessageDigest shake = shake256();
    byte[] keyHash = shake.digest(publicKey);
    shake.update(keyHash);
    shake.update((byte) 0);
    shake.update((byte) context.length);
    shake.update(context);
    byte[] buffer = new byte[1 << 16];
    for (int n = message.read(buffer); n >= 0; n = message.read(buffer)) {
      shake.update(buffer, 0, n);
    }
    return shake.digest();
  }

  public static byte[] of(byte[] publicKey, byte[] context, byte[] message) {
    try {
      return of(publicKey, context, new ByteArrayInputStream(message));
    } catch (IOException e) {
      throw new UncheckedIOException("bytes in memory do not fail", e);
    }
  }

  private static MessageDigest shake256() {
    try {
      return MessageDigest.getInstance("SHAKE256-512");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("JDK 25 has SHAKE256-512", e);
    }
  }
}
