package pqsigner.enclave.release;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import pqsigner.enclave.RefusedException;
import pqsigner.enclave.secret.SecretBytes;
import pqsigner.protocol.Refusal;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;

/// AWS credentials of the parent's role, as it last pushed them. They confer nothing that the key
/// policy does not gate by attestation, and the parent has them anyway; still they are kept and
/// wiped like a secret. The SDK makes strings of them for each call, which only a collector ends.
public final class RelayCredentials implements AutoCloseable {

  private record Held(
      SecretBytes accessKeyId,
      SecretBytes secretAccessKey,
      SecretBytes sessionToken,
      @Nullable Instant expiresAt) {

    boolean validAt(Instant now) {
      return expiresAt == null || now.isBefore(expiresAt);
    }

    void wipe() {
      accessKeyId.close();
      secretAccessKey.close();
      sessionToken.close();
    }

    @Override
    public String toString() {
      return "Held[expiresAt=" + expiresAt + "]";
    }
  }

  private final InstantSource clock;
  private @Nullable Held held;

  public RelayCredentials(InstantSource clock) {
    this.clock = clock;
  }

  /// Takes the place of what is held. The arrays are zeroed.
  ///
  /// @param sessionToken may be empty
  /// @param expiresAt null when they do not expire
  /// @throws RefusedException MALFORMED_REQUEST when they are of no use from the start
  public synchronized void replace(
      byte[] accessKeyId, byte[] secretAccessKey, byte[] sessionToken, @Nullable Instant expiresAt)
      throws RefusedException {
    boolean complete = accessKeyId.length > 0 && secretAccessKey.length > 0;
    Held offered =
        new Held(
            SecretBytes.moved(accessKeyId),
            SecretBytes.moved(secretAccessKey),
            SecretBytes.moved(sessionToken),
            expiresAt);
    if (!complete || !offered.validAt(clock.instant())) {
      offered.wipe();
      throw new RefusedException(Refusal.MALFORMED_REQUEST);
    }
    close();
    held = offered;
  }

  public synchronized boolean present() {
    return held != null && held.validAt(clock.instant());
  }

  /// @throws RefusedException NOT_READY when there are none, or they have expired
  synchronized AwsCredentials current() throws RefusedException {
    Held now = held;
    if (now == null || !now.validAt(clock.instant())) {
      throw new RefusedException(Refusal.NOT_READY);
    }
    String id = text(now.accessKeyId);
    String secret = text(now.secretAccessKey);
    return now.sessionToken.size() == 0
        ? AwsBasicCredentials.create(id, secret)
        : AwsSessionCredentials.create(id, secret, text(now.sessionToken));
  }

  private static String text(SecretBytes secret) {
    return secret.expose(bytes -> new String(bytes, US_ASCII));
  }

  @Override
  public synchronized void close() {
    if (held != null) {
      held.wipe();
      held = null;
    }
  }
}
