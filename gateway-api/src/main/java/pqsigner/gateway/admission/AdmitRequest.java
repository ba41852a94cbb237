package pqsigner.gateway.admission;

import static pqsigner.events.ErrorCode.DEADLINE_EXCEEDED;
import static pqsigner.events.ErrorCode.FORBIDDEN;
import static pqsigner.events.ErrorCode.KEY_ALREADY_EXISTS;
import static pqsigner.events.ErrorCode.KEY_DISABLED;
import static pqsigner.events.ErrorCode.TOO_MANY_KEY_VERSIONS;
import static pqsigner.events.ErrorCode.UNKNOWN_KEY_VERSION;
import static pqsigner.events.ErrorCode.UNKNOWN_USER;
import static pqsigner.events.ErrorCode.UNSUPPORTED_ALGORITHM;

import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import pqsigner.events.ErrorCode;
import pqsigner.gateway.custodian.CustodianRules;
import pqsigner.gateway.keys.KeyRegistry;
import pqsigner.gateway.keys.RegisteredKey;
import pqsigner.gateway.ledger.Acceptance;
import pqsigner.gateway.ledger.LedgerEntry;
import pqsigner.gateway.ledger.Request;
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

  private static final int FIRST_KEY_VERSION = 1;

  private final RequestLedger ledger;
  private final KeyRegistry keys;
  private final JobQueue queue;
  private final Repetition repetition;
  private final MintedIds ids;
  private final InstantSource clock;
  private final AdmissionMetrics metrics;
  private final CustodianRules rules;
  private final AdmissionSettings settings;

  public AdmitRequest(
      RequestLedger ledger,
      KeyRegistry keys,
      JobQueue queue,
      Repetition repetition,
      MintedIds ids,
      InstantSource clock,
      AdmissionMetrics metrics,
      CustodianRules rules,
      AdmissionSettings settings) {
    this.ledger = ledger;
    this.keys = keys;
    this.queue = queue;
    this.repetition = repetition;
    this.ids = ids;
    this.clock = clock;
    this.metrics = metrics;
    this.rules = rules;
    this.settings = settings;
  }

  /// Applies the field rules; a missing request_id is minted.
  public CheckedCommand check(Requester requester, CommandFields fields) {
    return CommandRules.check(requester, fields, ids::requestId, clock.instant());
  }

  /// @param request as [#check] gave it
  /// @throws pqsigner.gateway.ledger.LedgerUnavailableException if a store does not answer; the
  ///   same call may then be repeated
  public Admission admit(Requester requester, Request request) {
    return metrics.observe(requester.origin(), () -> decide(requester, request));
  }

  private Admission decide(Requester requester, Request request) {
    return switch (resolve(request)) {
      case Resolution.Unfit(Refusal refusal) ->
          ledger
              .find(request.key())
              .map(entry -> known(entry, request, requester))
              .orElseGet(() -> new Admission.Refused(refusal));
      case Resolution.Fit(Request resolved, RegisteredKey key) ->
          switch (ledger.accept(resolved)) {
            case Acceptance.Fresh(LedgerEntry entry) -> {
              RequestLog.accepted(
                  entry.custodian(),
                  entry.requestId(),
                  Objects.requireNonNull(request.type()).label(),
                  requester.origin().name().toLowerCase(Locale.ROOT));
              yield enqueue(entry, key, requester.replyPartition());
            }
            case Acceptance.Known(LedgerEntry entry) -> repetition.of(entry, requester);
            case Acceptance.Conflict() -> new Admission.Conflict();
          };
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
    return new Admission.Accepted(entry, Admission.How.FRESH);
  }

  private Admission known(LedgerEntry entry, Request request, Requester requester) {
    return MessageDigest.isEqual(entry.request().digest(), request.digest())
        ? repetition.of(entry, requester)
        : new Admission.Conflict();
  }

  private Resolution resolve(Request request) {
    if (request.pastDeadline(clock.instant())) {
      return unfit(DEADLINE_EXCEEDED, "the deadline has passed");
    }
    Optional<String> forbidden = rules.whyForbidden(request);
    if (forbidden.isPresent()) {
      return unfit(FORBIDDEN, forbidden.get());
    }
    return switch (Objects.requireNonNull(request.type(), "checked by the rules")) {
      case KEY_GENERATION -> newKey(request);
      case KEY_ROTATION -> permitted(nextVersion(request));
      case SIGN -> permitted(existingKey(request));
    };
  }

  /// Only now is it known which algorithm the key has.
  private Resolution permitted(Resolution resolution) {
    return switch (resolution) {
      case Resolution.Fit(Request resolved, _) ->
          rules.whyForbidden(resolved).map(why -> unfit(FORBIDDEN, why)).orElse(resolution);
      case Resolution.Unfit _ -> resolution;
    };
  }

  private Resolution newKey(Request request) {
    String given = request.userId();
    if (given != null && keys.current(request.custodian(), given).isPresent()) {
      return unfit(KEY_ALREADY_EXISTS, "a key is never overwritten");
    }
    return new Resolution.Fit(
        request.making(
            given == null ? ids.userId() : given,
            Objects.requireNonNull(request.algorithm(), "checked by the rules"),
            FIRST_KEY_VERSION,
            RequestContent.toGenerate(ids.birthNonce())),
        null);
  }

  /// Of two rotations at once both are to be the same version, and one of them will be refused when
  /// it is made: one that rotates twice by accident would leave a version that nobody meant.
  private Resolution nextVersion(Request request) {
    String userId = Objects.requireNonNull(request.userId(), "checked by the rules");
    Optional<RegisteredKey> newest = keys.newest(request.custodian(), userId);
    if (newest.isEmpty()) {
      return unfit(UNKNOWN_USER, "generate a key for this user_id first");
    }
    RegisteredKey last = newest.get();
    if (last.version() >= settings.keyVersionLimit()) {
      return unfit(
          TOO_MANY_KEY_VERSIONS, "a key has at most " + settings.keyVersionLimit() + " versions");
    }
    return new Resolution.Fit(
        request.making(
            userId,
            request.algorithm() == null ? last.algorithm() : request.algorithm(),
            last.version() + 1,
            RequestContent.toGenerate(ids.birthNonce())),
        null);
  }

  private Resolution existingKey(Request request) {
    String userId = Objects.requireNonNull(request.userId(), "checked by the rules");
    int asked = request.keyVersion();
    Optional<RegisteredKey> found =
        asked == 0
            ? keys.current(request.custodian(), userId)
            : keys.find(request.custodian(), userId, asked);
    if (found.isEmpty()) {
      return asked != 0 && keys.current(request.custodian(), userId).isPresent()
          ? unfit(UNKNOWN_KEY_VERSION, "this user_id has no version of that number")
          : unfit(UNKNOWN_USER, "generate a key for this user_id first");
    }
    RegisteredKey key = found.get();
    if (!key.state().enabled()) {
      return unfit(
          KEY_DISABLED, asked == 0 ? "no version is enabled" : "this key_version is disabled");
    }
    if (request.algorithm() != null && request.algorithm() != key.algorithm()) {
      return unfit(
          UNSUPPORTED_ALGORITHM,
          "the key of this user_id is an " + key.algorithm().label() + " key");
    }
    return new Resolution.Fit(request.signedWith(key), key);
  }

  private static Resolution unfit(ErrorCode code, String detail) {
    return new Resolution.Unfit(new Refusal(code, detail));
  }

  /// The request against the state of the world.
  private sealed interface Resolution {

    /// @param key the registered one to sign with; null for a key generation
    record Fit(Request request, @Nullable RegisteredKey key) implements Resolution {}

    record Unfit(Refusal refusal) implements Resolution {}
  }
}
