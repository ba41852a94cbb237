package pqsigner.gateway.recovery;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import pqsigner.events.ErrorCode;
import pqsigner.gateway.fairness.InFlight;
import pqsigner.gateway.keys.KeyRegistry;
import pqsigner.gateway.keys.RegisteredKey;
import pqsigner.gateway.ledger.Completion;
import pqsigner.gateway.ledger.LedgerEntry;
import pqsigner.gateway.ledger.Outcome;
import pqsigner.gateway.ledger.Pending;
import pqsigner.gateway.ledger.PendingRow;
import pqsigner.gateway.ledger.RequestLedger;
import pqsigner.gateway.ledger.RequestState;
import pqsigner.gateway.ledger.RequestType;
import pqsigner.gateway.log.RequestLog;
import pqsigner.gateway.queue.JobQueue;

/// One walk over the due rows. What it does to a row may be repeated, or be cut short after the
/// claim: the row is then due again, a little later.
///
/// A row is queued again only if its job is lost: the queues have passed the time by which the job
/// must have been in them, or the answer to it did not count. A row whose job may still be on its
/// way is looked at, in case its deadline has passed, and left alone.
public final class Sweep {

  private final RequestLedger ledger;
  private final KeyRegistry keys;
  private final JobQueue queue;
  private final Consumer<LedgerEntry> release;
  private final InFlight inFlight;
  private final QueueWatch queues;
  private final InstantSource clock;
  private final RandomGenerator random;

  /// What a sweep did.
  ///
  /// @param due rows it saw due; those that are not counted further were left for later or taken by
  ///   someone else
  /// @param waiting rows whose job may still be on its way
  /// @param disabled rows that were refused because their key was disabled since
  /// @param keyless rows that failed because their registered key is gone
  /// @param oldest since when the oldest pending row waits
  public record Report(
      int due,
      int waiting,
      int requeued,
      int expired,
      int published,
      int disabled,
      int keyless,
      Optional<Instant> oldest) {

    /// Whether any row was changed other than by looking at it.
    boolean changedAnything() {
      return requeued + expired + published + disabled + keyless > 0;
    }
  }

  /// @param release wakes whoever waits for a decided request, and publishes it if it is to be
  /// @param inFlight places to be freed whose outcome another instance recorded
  /// @param queues knows which jobs are in no queue any more
  public Sweep(
      RequestLedger ledger,
      KeyRegistry keys,
      JobQueue queue,
      Consumer<LedgerEntry> release,
      InFlight inFlight,
      QueueWatch queues,
      InstantSource clock,
      RandomGenerator random) {
    this.ledger = ledger;
    this.keys = keys;
    this.queue = queue;
    this.release = release;
    this.inFlight = inFlight;
    this.queues = queues;
    this.clock = clock;
    this.random = random;
  }

  /// In random order, so that several gateways do not run after each other from row to row.
  public Report run(RecoverySettings settings) {
    Pending pending = ledger.pending(clock.instant(), settings.rowsPerSweep());
    List<PendingRow> rows = new ArrayList<>(pending.due());
    Collections.shuffle(rows, random);
    Map<Effect, Integer> effects = new EnumMap<>(Effect.class);
    for (PendingRow row : rows) {
      effects.merge(sweep(row, settings), 1, Integer::sum);
    }
    recount(settings);
    return new Report(
        rows.size(),
        effects.getOrDefault(Effect.WAITING, 0),
        effects.getOrDefault(Effect.REQUEUED, 0),
        effects.getOrDefault(Effect.EXPIRED, 0),
        effects.getOrDefault(Effect.PUBLISHED, 0),
        effects.getOrDefault(Effect.DISABLED, 0),
        effects.getOrDefault(Effect.KEYLESS, 0),
        pending.oldest());
  }

  private void recount(RecoverySettings settings) {
    Instant old = clock.instant().minus(settings.requeueAfter());
    for (InFlight.Place place : inFlight.takenBefore(old, settings.rowsPerSweep())) {
      boolean pending =
          ledger
              .find(place.request())
              .filter(entry -> entry.state() == RequestState.ACCEPTED)
              .isPresent();
      if (pending) {
        inFlight.renew(place);
      } else {
        inFlight.leave(place.request());
      }
    }
  }

  private Effect sweep(PendingRow row, RecoverySettings settings) {
    Instant now = clock.instant();
    if (mayBeOnItsWay(row) && now.isBefore(row.dueAt().plus(settings.queuePatience()))) {
      return Effect.LEFT;
    }
    Optional<LedgerEntry> claimed = ledger.claim(row, now.plus(patience(row, now, settings)));
    if (claimed.isEmpty()) {
      return Effect.LEFT;
    }
    LedgerEntry entry = claimed.get();
    if (entry.state() != RequestState.ACCEPTED) {
      publish(entry);
      return Effect.PUBLISHED;
    }
    if (entry.request().pastDeadline(now)) {
      return end(entry, new Outcome.Expired(now), Effect.EXPIRED);
    }
    return isLost(entry, settings) ? requeue(entry, now) : Effect.WAITING;
  }

  /// A row is due when its job must have been in the queues for long; while these have not passed
  /// that time, a look costs a write and says nothing, unless a deadline has passed.
  private boolean mayBeOnItsWay(PendingRow row) {
    return queues.passed().isBefore(row.dueAt());
  }

  private boolean isLost(LedgerEntry entry, RecoverySettings settings) {
    Instant queuedAt = entry.progress().queuedAt();
    return queuedAt == null
        || !queues
            .passed(entry.request().origin())
            .isBefore(queuedAt.plus(settings.requeueAfter()));
  }

  /// The older, the longer: a row is looked at again after as long as it has waited already.
  private static Duration patience(PendingRow row, Instant now, RecoverySettings settings) {
    Duration waited = Duration.between(row.since(), now);
    if (waited.compareTo(settings.requeueAfter()) < 0) {
      return settings.requeueAfter();
    }
    return waited.compareTo(settings.requeueMax()) > 0 ? settings.requeueMax() : waited;
  }

  private Effect end(LedgerEntry entry, Outcome outcome, Effect effect) {
    return switch (ledger.end(entry.key(), entry.request().digest(), outcome)) {
      case Completion.Recorded(LedgerEntry ended) -> {
        publish(ended);
        released(ended, Objects.requireNonNull(outcome.code()));
        yield effect;
      }
      // A reply was faster, and its listener releases it.
      case Completion.Superseded _, Completion.Unrelated _ -> Effect.LEFT;
    };
  }

  private void publish(LedgerEntry entry) {
    release.accept(entry);
    ledger.settle(entry);
  }

  private static void released(LedgerEntry entry, ErrorCode code) {
    RequestLog.released(entry.custodian(), entry.requestId(), entry.state().name(), code.code());
  }

  private Effect requeue(LedgerEntry entry, Instant now) {
    if (entry.request().type() != RequestType.SIGN) {
      return enqueue(entry, null, now);
    }
    Optional<RegisteredKey> key = keys.of(entry.request());
    if (key.isEmpty()) {
      return failWithoutKey(entry, now);
    }
    return key.get().maySign(entry.request())
        ? enqueue(entry, key.get(), now)
        : end(entry, Outcome.Refused.disabled(now), Effect.DISABLED);
  }

  /// Noted first, so that a job that is lost again after the note is found lost again.
  private Effect enqueue(LedgerEntry claimed, @Nullable RegisteredKey key, Instant now) {
    Optional<LedgerEntry> noted = ledger.requeue(claimed, now);
    if (noted.isEmpty()) {
      return Effect.LEFT;
    }
    queue.enqueue(noted.get(), key, JobQueue.ANY_PARTITION);
    return Effect.REQUEUED;
  }

  /// If it stayed pending, it would be the oldest for ever, and everybody's new requests would be
  /// turned away because of it. Failed, it is on the operator's list, to be replayed once the key
  /// is restored.
  private Effect failWithoutKey(LedgerEntry entry, Instant now) {
    Outcome outcome = new Outcome.Failed(ErrorCode.UNKNOWN_USER, 0, now);
    return switch (ledger.complete(entry.key(), entry.request().digest(), outcome)) {
      case Completion.Recorded(LedgerEntry failed) -> {
        publish(failed);
        released(failed, ErrorCode.UNKNOWN_USER);
        yield Effect.KEYLESS;
      }
      case Completion.Superseded _, Completion.Unrelated _ -> Effect.LEFT;
    };
  }

  private enum Effect {
    LEFT,
    WAITING,
    REQUEUED,
    EXPIRED,
    PUBLISHED,
    DISABLED,
    KEYLESS
  }
}
