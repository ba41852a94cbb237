package pqsigner.worker.enclave;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import pqsigner.protocol.Answer;
import pqsigner.protocol.Refusal;
import pqsigner.protocol.Request;
import pqsigner.worker.credentials.CredentialSchedule;
import pqsigner.worker.credentials.CredentialSource;
import pqsigner.worker.credentials.NoCredentialsException;

/// Hands the host's credentials to the enclave: once on each connection, again before they end, and
/// whenever the enclave turns out to lack them. The enclave tries them with KMS before it uses
/// them; those it refuses leave the ones before in use. Used by the session's thread alone.
public final class CredentialRelay {
  private static final Logger log = LoggerFactory.getLogger(CredentialRelay.class);

  private final CredentialSource source;
  private final CredentialSchedule schedule;
  private final InstantSource clock;
  private Instant pushAt = Instant.MIN;
  private Instant validUntil = Instant.MIN;
  private Optional<Refusal> refusal = Optional.empty();
  private int refusals;

  public CredentialRelay(
      CredentialSource source, CredentialSchedule schedule, InstantSource clock) {
    this.source = source;
    this.schedule = schedule;
    this.clock = clock;
  }

  /// Another connection, perhaps to another enclave, which has refused nothing yet.
  void connected() {
    refusal = Optional.empty();
    refusals = 0;
    invalidate();
  }

  /// The enclave said that it cannot work with what it has.
  void invalidate() {
    validUntil = Instant.MIN;
    pushSoon();
  }

  /// The enclave does not have them. The waits after refusals are kept all the same.
  void pushSoon() {
    if (refusals == 0) {
      pushAt = Instant.MIN;
    }
  }

  boolean isDue() {
    return !clock.instant().isBefore(pushAt);
  }

  /// What the enclave said to the last offer; empty when it took them.
  Optional<Refusal> refusal() {
    return refusal;
  }

  /// Gets credentials and pushes them. While the enclave still has valid ones, a source that fails
  /// is asked again later instead.
  ///
  /// @param timeout for the enclave's answer, which comes after KMS's
  /// @return why the enclave did not take them
  /// @throws NoCredentialsException when there are none and the enclave has none that are valid
  Optional<Refusal> push(EnclaveConnection connection, Duration timeout)
      throws EnclaveLostException {
    Instant now = clock.instant();
    Request.Credentials credentials;
    try {
      credentials = source.get();
      if (CredentialSchedule.expired(now, credentials)) {
        throw new NoCredentialsException("the credentials have expired");
      }
    } catch (NoCredentialsException e) {
      if (!now.isBefore(validUntil)) {
        throw e;
      }
      log.warn("credentials.not_refreshed valid_until={}", validUntil);
      pushAt = now.plus(schedule.gapMin());
      return Optional.empty();
    }
    Answer answer;
    try {
      answer = connection.ask(credentials, timeout);
    } finally {
      Arrays.fill(credentials.secretAccessKey(), (byte) 0);
      Arrays.fill(credentials.sessionToken(), (byte) 0);
    }
    if (answer instanceof Answer.Refused(var why)) {
      refused(why);
    } else {
      taken(now, credentials);
    }
    return refusal;
  }

  private void taken(Instant now, Request.Credentials credentials) {
    if (refusal.isPresent()) {
      log.info("credentials.taken refusals={}", refusals);
    }
    refusal = Optional.empty();
    refusals = 0;
    pushAt = schedule.nextPush(now, credentials);
    validUntil =
        credentials.expiresAtEpochMs() == 0
            ? Instant.MAX
            : Instant.ofEpochMilli(credentials.expiresAtEpochMs());
  }

  private void refused(Refusal why) {
    if (!refusal.equals(Optional.of(why))) {
      log.warn("credentials.refused code={}", EnclaveMetrics.label(why));
    }
    refusal = Optional.of(why);
    refusals++;
    pushAt = schedule.nextPushAfter(refusals, clock.instant());
    source.refused();
  }
}
