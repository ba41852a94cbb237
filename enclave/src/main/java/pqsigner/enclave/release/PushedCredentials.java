package pqsigner.enclave.release;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.MessageDigest;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import pqsigner.enclave.RefusedException;
import pqsigner.enclave.secret.SecretBytes;
import pqsigner.protocol.Refusal;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;

/// One set of AWS credentials as the parent pushed it. It has them anyway, and they confer nothing
/// that the key policy does not gate by attestation; still they are kept and wiped like a secret.
/// The SDK makes strings of them for each call, which only a collector ends.
public final class PushedCredentials implements AutoCloseable {
  private final SecretBytes accessKeyId;
  private final SecretBytes secretAccessKey;
  private final SecretBytes sessionToken;
  private final @Nullable Instant expiresAt;

  private PushedCredentials(
      SecretBytes accessKeyId,
      SecretBytes secretAccessKey,
      SecretBytes sessionToken,
      @Nullable Instant expiresAt) {
    this.accessKeyId = accessKeyId;
    this.secretAccessKey = secretAccessKey;
    this.sessionToken = sessionToken;
    this.expiresAt = expiresAt;
  }

  /// The arrays are zeroed, whatever comes of it.
  ///
  /// @param sessionToken may be empty
  /// @param expiresAt null when they do not expire
  /// @throws RefusedException MALFORMED_REQUEST when they are of no use from the start
  public static PushedCredentials of(
      byte[] accessKeyId,
      byte[] secretAccessKey,
      byte[] sessionToken,
      @Nullable Instant expiresAt,
      Instant now)
      throws RefusedException {
    boolean complete = accessKeyId.length > 0 && secretAccessKey.length > 0;
    PushedCredentials pushed =
        new PushedCredentials(
            SecretBytes.moved(accessKeyId),
            SecretBytes.moved(secretAccessKey),
            SecretBytes.moved(sessionToken),
            expiresAt);
    if (!complete || !pushed.validAt(now)) {
      pushed.close();
      throw new RefusedException(Refusal.MALFORMED_REQUEST);
    }
    return pushed;
  }

  boolean validAt(Instant now) {
    return expiresAt == null || now.isBefore(expiresAt);
  }

  boolean same(PushedCredentials other) {
    return same(accessKeyId, other.accessKeyId)
        && same(secretAccessKey, other.secretAccessKey)
        && same(sessionToken, other.sessionToken);
  }

  private static boolean same(SecretBytes a, SecretBytes b) {
    return a.<Boolean, RuntimeException>expose(
        ours -> b.expose(theirs -> MessageDigest.isEqual(ours, theirs)));
  }

  /// As the SDK wants them, for one call.
  AwsCredentials forOneCall() {
    String id = text(accessKeyId);
    String secret = text(secretAccessKey);
    return sessionToken.size() == 0
        ? AwsBasicCredentials.create(id, secret)
        : AwsSessionCredentials.create(id, secret, text(sessionToken));
  }

  private static String text(SecretBytes secret) {
    return secret.expose(bytes -> new String(bytes, US_ASCII));
  }

  @Override
  public void close() {
    accessKeyId.close();
    secretAccessKey.close();
    sessionToken.close();
  }

  @Override
  public String toString() {
    return "PushedCredentials[expiresAt=" + expiresAt + "]";
  }
}
