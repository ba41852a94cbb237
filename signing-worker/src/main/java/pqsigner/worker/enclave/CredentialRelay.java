package pqsigner.worker.enclave;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import pqsigner.protocol.Answer;
import pqsigner.protocol.Request;
import pqsigner.worker.credentials.CredentialSchedule;
import pqsigner.worker.credentials.NoCredentialsException;

/// Hands the host's credentials to the enclave: once on each connection, again before they end, and
/// whenever the enclave turns out to lack them. Used by the session's thread alone.
public final class CredentialRelay {
  private static final Logger log = LoggerFactory.getLogger(CredentialRelay.class);

  private final Supplier<Request.Credentials> source;
  private final CredentialSchedule schedule;
  private final InstantSource clock;
  private Instant pushAt = Instant.MIN;
  private Instant validUntil = Instant.MIN;

  /// @param source throws [NoCredentialsException] when it has none
  public CredentialRelay(
      Supplier<Request.Credentials> source, CredentialSchedule schedule, InstantSource clock) {
    this.source = source;
    this.schedule = schedule;
    this.clock = clock;
  }

  /// The enclave may not have them: a new connection, or it said so.
  void invalidate() {
    pushAt = Instant.MIN;
    validUntil = Instant.MIN;
  }

  boolean isDue() {
    return !clock.instant().isBefore(pushAt);
  }

  /// Gets credentials and pushes them. While the enclave still has valid ones, a source that fails
  /// is asked again later instead.
  ///
  /// @throws NoCredentialsException when there are none and the enclave has none that are valid
  void push(EnclaveConnection connection, Duration timeout) throws EnclaveLostException {
    Instant now = clock.instant();
    Request.Credentials credentials;
    try {
      credentials = source.get();
      if (CredentialSchedule.expired(now, credentials)) {
        throw new NoCredentialsException("the credentials at hand have expired");
      }
    } catch (NoCredentialsException e) {
      if (!now.isBefore(validUntil)) {
        throw e;
      }
      log.warn("credentials_not_refreshed valid_until={}", validUntil);
      pushAt = now.plus(schedule.gapMin());
      return;
    }
    try {
      if (connection.ask(credentials, timeout) instanceof Answer.Refused(var refusal)) {
        throw new EnclaveLostException("the enclave refused the credentials: " + refusal);
      }
    } finally {
      Arrays.fill(credentials.secretAccessKey(), (byte) 0);
      Arrays.fill(credentials.sessionToken(), (byte) 0);
    }
    pushAt = schedule.nextPush(now, credentials);
    validUntil =
        credentials.expiresAtEpochMs() == 0
            ? Instant.MAX
            : Instant.ofEpochMilli(credentials.expiresAtEpochMs());
  }
}
