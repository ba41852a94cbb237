package pqsigner.gateway.queue;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import pqsigner.gateway.custodian.CustodianRules;
import pqsigner.gateway.keys.KeyRegistry;
import pqsigner.gateway.keys.RegisteredKey;
import pqsigner.gateway.ledger.Completion;
import pqsigner.gateway.ledger.LedgerEntry;
import pqsigner.gateway.ledger.Outcome;
import pqsigner.gateway.ledger.Replay;
import pqsigner.gateway.ledger.Replayed;
import pqsigner.gateway.ledger.RequestLedger;
import pqsigner.gateway.ledger.RequestType;

/// Puts a failed request back to work: first in the ledger, then its job in the queue.
public final class BackToWork {

  private static final Logger log = LoggerFactory.getLogger(BackToWork.class);

  private final RequestLedger ledger;
  private final KeyRegistry keys;
  private final JobQueue queue;
  private final Consumer<LedgerEntry> tell;
  private final CustodianRules rules;

  /// @param tell publishes a recorded failure if it is to be, and wakes nobody
  public BackToWork(
      RequestLedger ledger,
      KeyRegistry keys,
      JobQueue queue,
      Consumer<LedgerEntry> tell,
      CustodianRules rules) {
    this.ledger = ledger;
    this.keys = keys;
    this.queue = queue;
    this.tell = tell;
    this.rules = rules;
  }

  /// What became of the request.
  public sealed interface Put {

    /// `ACCEPTED` again, and queued; if it could not be queued, the sweeper does it.
    record Back(LedgerEntry entry) implements Put {}

    /// As it is now: someone else was faster, or its key may no longer sign and it has ended so.
    record Unchanged(LedgerEntry entry) implements Put {}

    /// Failed still: its registered key is gone, and without it this would only fail once more.
    record Keyless(LedgerEntry entry) implements Put {}

    /// Failed still: its custodian may not ask for that now.
    record Forbidden(LedgerEntry entry) implements Put {}

    record Missing() implements Put {}
  }

  /// Whether its custodian is disabled or unknown by now, or may no longer ask for what it asked.
  public boolean isForbidden(LedgerEntry failed) {
    return rules.whyForbidden(failed.request()).isPresent();
  }

  /// @param failed as it was judged
  /// @param replay who does it and when, and with which deadline
  /// @param replyPartition as in [JobQueue#enqueue]
  public Put put(LedgerEntry failed, Replay replay, int replyPartition) {
    if (isForbidden(failed)) {
      return new Put.Forbidden(failed);
    }
    boolean signs = failed.request().type() == RequestType.SIGN;
    Optional<RegisteredKey> key = signs ? keys.of(failed.request()) : Optional.empty();
    if (signs && key.isEmpty()) {
      log.error("key.missing custodian={} request_id={}", failed.custodian(), failed.requestId());
      return new Put.Keyless(failed);
    }
    if (failed.progress().dueAt() != null) {
      // Nobody was told yet, and nobody would be once the reply that says so has become an echo.
      tell.accept(failed);
    }
    return switch (ledger.replay(failed, notBefore(failed, replay))) {
      case Replayed.Reopened(LedgerEntry entry) when signs && !key.get().maySign(entry.request()) ->
          new Put.Unchanged(refuse(entry, replay.at()));
      case Replayed.Reopened(LedgerEntry entry) -> {
        enqueue(entry, key.orElse(null), replyPartition);
        yield new Put.Back(entry);
      }
      case Replayed.Unchanged(LedgerEntry entry) -> new Put.Unchanged(entry);
      case Replayed.Missing() -> new Put.Missing();
    };
  }

  /// Its end, for which it was put back to work first: whoever finds it half way, ends it likewise.
  private LedgerEntry refuse(LedgerEntry entry, Instant at) {
    Outcome refused = Outcome.Refused.disabled(at);
    return switch (ledger.end(entry.key(), entry.request().digest(), refused)) {
      case Completion.Recorded(LedgerEntry ended) -> {
        tell.accept(ended);
        ledger.settle(ended);
        yield ended;
      }
      case Completion.Superseded(LedgerEntry ended) -> ended;
      case Completion.Unrelated() -> entry;
    };
  }

  /// The worker's clock may be ahead of ours. A replay that seemed to be older than the failure
  /// would make its echo another failure.
  private static Replay notBefore(LedgerEntry failed, Replay replay) {
    Outcome outcome =
        Objects.requireNonNull(failed.outcome(), "only a failed request can be put back to work");
    Instant at = replay.at().isBefore(outcome.at()) ? outcome.at() : replay.at();
    return new Replay(replay.by(), at, replay.extendedDeadline());
  }

  private void enqueue(LedgerEntry entry, @Nullable RegisteredKey key, int replyPartition) {
    try {
      queue.enqueue(entry, key, replyPartition);
    } catch (QueueUnavailableException e) {
      log.warn(
          "back_to_work.left_to_the_sweeper custodian={} request_id={} cause={}",
          entry.custodian(),
          entry.requestId(),
          e.getMessage());
    }
  }
}
