package pqsigner.enclave.release;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import pqsigner.enclave.RefusedException;
import pqsigner.enclave.secret.SecretBytes;
import pqsigner.protocol.Refusal;

/// One set of AWS credentials as the parent pushed it. The parent has them anyway, and they confer
/// nothing that the key policy does not gate by attestation; still they are kept and wiped like any
/// other secret. The access key id is none: AWS writes it into every log.
///
/// A call may still be signing with a set that has just been replaced, so the bytes are wiped when
/// the last of its holders closes it.
public final class AwsCredentials implements AutoCloseable {
  private static final Pattern ACCESS_KEY_ID = Pattern.compile("\\w{1,128}");

  private final String accessKeyId;
  private final SecretBytes secretAccessKey;
  private final SecretBytes sessionToken;
  private final @Nullable Instant expiresAt;
  private int holders = 1;

  private AwsCredentials(
      String accessKeyId,
      SecretBytes secretAccessKey,
      SecretBytes sessionToken,
      @Nullable Instant expiresAt) {
    this.accessKeyId = accessKeyId;
    this.secretAccessKey = secretAccessKey;
    this.sessionToken = sessionToken;
    this.expiresAt = expiresAt;
  }

  /// The arrays are zeroed in any case.
  ///
  /// @param sessionToken may be empty; what cannot stand in an HTTP header is refused
  /// @param expiresAt null when they do not expire
  /// @throws RefusedException MALFORMED_REQUEST when they are of no use from the start
  public static AwsCredentials of(
      byte[] accessKeyId,
      byte[] secretAccessKey,
      byte[] sessionToken,
      @Nullable Instant expiresAt,
      Instant now)
      throws RefusedException {
    String id = new String(accessKeyId, StandardCharsets.ISO_8859_1);
    boolean wellFormed =
        ACCESS_KEY_ID.matcher(id).matches()
            && secretAccessKey.length > 0
            && isHeaderValue(sessionToken);
    Arrays.fill(accessKeyId, (byte) 0);
    AwsCredentials credentials =
        new AwsCredentials(
            id, SecretBytes.moved(secretAccessKey), SecretBytes.moved(sessionToken), expiresAt);
    if (!wellFormed || !credentials.validAt(now)) {
      credentials.close();
      throw new RefusedException(Refusal.MALFORMED_REQUEST);
    }
    return credentials;
  }

  private static boolean isHeaderValue(byte[] bytes) {
    boolean printable = true;
    for (byte b : bytes) {
      printable &= b > ' ' && b <= '~';
    }
    return printable;
  }

  String accessKeyId() {
    return accessKeyId;
  }

  SecretBytes secretAccessKey() {
    return secretAccessKey;
  }

  /// Empty when there is none.
  SecretBytes sessionToken() {
    return sessionToken;
  }

  boolean validAt(Instant now) {
    return expiresAt == null || now.isBefore(expiresAt);
  }

  boolean same(AwsCredentials other) {
    return accessKeyId.equals(other.accessKeyId)
        && same(secretAccessKey, other.secretAccessKey)
        && same(sessionToken, other.sessionToken);
  }

  private static boolean same(SecretBytes a, SecretBytes b) {
    return a.<Boolean, RuntimeException>expose(
        ours -> b.expose(theirs -> MessageDigest.isEqual(ours, theirs)));
  }

  /// One more holder, who closes them too.
  synchronized AwsCredentials held() {
    if (holders == 0) {
      throw new IllegalStateException("wiped");
    }
    holders++;
    return this;
  }

  @Override
  public synchronized void close() {
    if (holders > 0 && --holders == 0) {
      secretAccessKey.close();
      sessionToken.close();
    }
  }

  @Override
  public String toString() {
    return "AwsCredentials[expiresAt=" + expiresAt + "]";
  }
}
