package pqsigner.gateway.admission;

import static pqsigner.events.ErrorCode.DEADLINE_EXCEEDED;
import static pqsigner.events.ErrorCode.FORBIDDEN;
import static pqsigner.events.ErrorCode.KEY_ALREADY_EXISTS;
import static pqsigner.events.ErrorCode.UNKNOWN_USER;
import static pqsigner.events.ErrorCode.UNSUPPORTED_ALGORITHM;

import java.security.MessageDigest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import pqsigner.gateway.keys.KeyRegistry;
import pqsigner.gateway.keys.RegisteredKey;
import pqsigner.gateway.ledger.Acceptance;
import pqsigner.gateway.ledger.LedgerEntry;
import pqsigner.gateway.ledger.NewRequest;
import pqsigner.gateway.ledger.RequestContent;
import pqsigner.gateway.ledger.RequestLedger;
import pqsigner.gateway.log.RequestLog;
import pqsigner.gateway.queue.JobQueue;
import pqsigner.gateway.queue.QueueUnavailableException;

/// Admits a well-formed request: resolves its key, records it, queues it. One that failed before is
/// put back to work by its repetition.
///
/// The common case costs one read of the key and one conditional put. Only a request that would be
/// refused costs a read of the ledger: if the id is known there, what is recorded is the answer.
public final class AdmitRequest {

  /// Every key has one version today; records carry it so that rotation needs no new contract.
  private static final int FIRST_KEY_VERSION = 1;

  private final RequestLedger ledger;
  private final KeyRegistry keys;
  private final JobQueue queue;
  private final Repetition repetition;
  private final MintedIds ids;
  private final InstantSource clock;
  private final AdmissionMetrics metrics;
  private final AdmissionSettings settings;

  public AdmitRequest(
      Stores stores,
      Repetition repetition,
      MintedIds ids,
      InstantSource clock,
      AdmissionMetrics metrics,
      AdmissionSettings settings) {
    this.settings = settings;
    this.ledger = stores.ledger();
    this.keys = stores.keys();
    this.queue = stores.queue();
    this.repetition = repetition;
    this.ids = ids;
    this.clock = clock;
    this.metrics = metrics;
  }

  /// Where admission reads and writes.
  public record Stores(RequestLedger ledger, KeyRegistry keys, JobQueue queue) {}

  /// Applies the field rules; a missing request_id is minted.
  public CheckedCommand check(CommandFields fields) {
    return CommandRules.check(fields, ids::requestId);
  }

  /// @throws pqsigner.gateway.ledger.LedgerUnavailableException if a store does not answer; the
  ///   same call may then be repeated
  public Admission admit(Asker asker, WellFormedRequest request) {
    return metrics.observe(asker.origin(), () -> decide(asker, request));
  }

  private Admission decide(Asker asker, WellFormedRequest request) {
    byte[] digest = RequestDigest.of(request);
    Instant now = clock.instant();
    return switch (resolve(asker.custodian(), request, now)) {
      case Resolution.Unfit(Refusal refusal) ->
          ledger
              .find(asker.custodian(), request.requestId())
              .map(entry -> known(entry, digest, asker))
              .orElseGet(() -> new Admission.Refused(refusal, digest));
      case Resolution.Fit(RequestContent content, RegisteredKey key) -> {
        Acceptance acceptance =
            ledger.accept(
                new NewRequest(
                    asker.custodian(),
                    request.requestId(),
                    digest,
                    content,
                    request.deadline(),
                    asker.origin(),
                    asker.traceparent(),
                    now));
        yield switch (acceptance) {
          case Acceptance.Fresh(LedgerEntry entry) -> {
            RequestLog.accepted(
                entry.custodian(),
                entry.requestId(),
                request.type().label(),
                asker.origin().name().toLowerCase(Locale.ROOT));
            yield enqueue(entry, key, asker.replyPartition());
          }
          case Acceptance.Known(LedgerEntry entry) -> repetition.of(entry, asker);
          case Acceptance.Conflict() -> new Admission.Conflict();
        };
      }
    };
  }

  /// A request that is recorded and could not be queued is as good as accepted: the sweeper will
  /// queue it. Saying otherwise would invite a retry of what will happen anyway.
  private Admission enqueue(LedgerEntry entry, @Nullable RegisteredKey key, int replyPartition) {
    try {
      queue.enqueue(entry, key, replyPartition);
    } catch (QueueUnavailableException e) {
      metrics.leftToTheSweeper(entry, e);
    }
    return new Admission.Accepted(entry, Admission.Way.FRESH);
  }

  private Admission known(LedgerEntry entry, byte[] digest, Asker asker) {
    return MessageDigest.isEqual(entry.digest(), digest)
        ? repetition.of(entry, asker)
        : new Admission.Conflict();
  }

  private Resolution resolve(String custodian, WellFormedRequest request, Instant now) {
    Instant deadline = request.deadline();
    if (deadline != null && now.isAfter(deadline)) {
      return unfit(new Refusal(DEADLINE_EXCEEDED, "the deadline has passed"));
    }
    return switch (request.type()) {
      case KEY_GENERATION -> newKey(custodian, request);
      case SIGN -> existingKey(custodian, request);
    };
  }

  private Resolution newKey(String custodian, WellFormedRequest request) {
    boolean mint = request.userId().isEmpty();
    String userId = mint ? ids.userId() : request.userId();
    if (!mint && keys.current(custodian, userId).isPresent()) {
      return unfit(new Refusal(KEY_ALREADY_EXISTS, "a key is never overwritten"));
    }
    return new Resolution.Fit(
        new RequestContent(
            request.type(),
            userId,
            Objects.requireNonNull(request.algorithm(), "checked by the rules"),
            FIRST_KEY_VERSION,
            null,
            null,
            request.context(),
            ids.birthNonce()),
        null);
  }

  private Resolution existingKey(String custodian, WellFormedRequest request) {
    if (request.mu() != null && !settings.externalMuOf(custodian)) {
      return unfit(new Refusal(FORBIDDEN, "mu is switched off for this custodian; send message"));
    }
    Optional<RegisteredKey> current = keys.current(custodian, request.userId());
    if (current.isEmpty()) {
      return unfit(new Refusal(UNKNOWN_USER, "generate a key for this user_id first"));
    }
    RegisteredKey key = current.get();
    if (request.algorithm() != null && request.algorithm() != key.algorithm()) {
      return unfit(
          new Refusal(
              UNSUPPORTED_ALGORITHM,
              "the key of this user_id is an " + key.algorithm().label() + " key"));
    }
    return new Resolution.Fit(
        new RequestContent(
            request.type(),
            request.userId(),
            key.algorithm(),
            key.version(),
            request.message(),
            request.mu(),
            request.context()),
        key);
  }

  private static Resolution unfit(Refusal refusal) {
    return new Resolution.Unfit(refusal);
  }

  /// The request against the state of the world.
  private sealed interface Resolution {

    record Fit(RequestContent content, @Nullable RegisteredKey key) implements Resolution {}

    record Unfit(Refusal refusal) implements Resolution {}
  }
}
