package pqsigner.gateway.http;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import pqsigner.events.Algorithm;
import pqsigner.events.ErrorCode;
import pqsigner.gateway.fairness.InFlight;
import pqsigner.gateway.keys.RegisteredKey;
import pqsigner.gateway.ledger.Completion;
import pqsigner.gateway.ledger.LedgerEntry;
import pqsigner.gateway.ledger.Outcome;
import pqsigner.gateway.ledger.Request;
import pqsigner.gateway.ledger.RequestLedger;
import pqsigner.gateway.queue.JobQueue;
import pqsigner.gateway.queue.QueueUnavailableException;
import pqsigner.gateway.waiting.PendingReplies;

/// Queue, worker and reply listener in one: what happens to a job is told by the start of its
/// user_id, so that tests need not change shared state. Key generations always succeed, except with
/// `silent`.
public final class ScriptedWorker implements JobQueue {

  private final RequestLedger ledger;
  private final PendingReplies pending;
  private final InFlight inFlight;
  private final CountDownLatch silentJobSeen = new CountDownLatch(1);

  ScriptedWorker(RequestLedger ledger, PendingReplies pending, InFlight inFlight) {
    this.inFlight = inFlight;
    this.ledger = ledger;
    this.pending = pending;
  }

  public CountDownLatch silentJobSeen() {
    return silentJobSeen;
  }

  @Override
  public void enqueue(LedgerEntry entry, @Nullable RegisteredKey key, int replyPartition) {
    Request request = entry.request();
    String userId = Objects.requireNonNull(request.userId());
    if (userId.startsWith("silent-key")) {
      silentJobSeen.countDown();
      return;
    }
    if (Objects.requireNonNull(request.type()).makesKey()) {
      wake(ledger.completeGeneration(request.key(), request.digest(), newKey(request)));
      return;
    }
    Instant now = Instant.now();
    switch (userId.split("-", 2)[0]) {
      case "silent" -> {}
      case "queuedown" ->
          throw new QueueUnavailableException("no broker", new IllegalStateException());
      case "elsewhere" -> complete(entry, new Outcome.Signed(signature(userId), now));
      case "denied" -> wake(complete(entry, new Outcome.Refused(ErrorCode.KMS_DENIED, null, now)));
      case "late" ->
          wake(
              complete(
                  entry, new Outcome.Expired(Objects.requireNonNull(entry.request().deadline()))));
      case "mended" ->
          wake(
              complete(
                  entry,
                  entry.progress().replays() == 0
                      ? new Outcome.Failed(ErrorCode.KMS_UNAVAILABLE, 3, now)
                      : new Outcome.Signed(signature(userId), now)));
      case "stuck" ->
          wake(
              complete(
                  entry, new Outcome.Failed(ErrorCode.ENCLAVE_UNAVAILABLE, 3, later(now, entry))));
      default -> wake(complete(entry, new Outcome.Signed(signature(userId), now)));
    }
  }

  /// No worker fails in the millisecond in which the request was put back to work, as this one may.
  private static Instant later(Instant now, LedgerEntry entry) {
    Instant after = entry.pendingSince().plusMillis(1);
    return now.isAfter(after) ? now : after;
  }

  private Completion complete(LedgerEntry entry, Outcome outcome) {
    return ledger.complete(entry.key(), entry.request().digest(), outcome);
  }

  private void wake(Completion completion) {
    if (completion instanceof Completion.Recorded(LedgerEntry entry)) {
      pending.completed(entry);
      inFlight.leave(entry.key());
    }
  }

  private static byte[] signature(String userId) {
    return ("signed by " + userId).getBytes(StandardCharsets.UTF_8);
  }

  private static RegisteredKey newKey(Request request) {
    Algorithm algorithm = Objects.requireNonNull(request.algorithm());
    int bytes =
        switch (algorithm) {
          case Algorithm.ML_DSA_44 -> 1312;
          case Algorithm.ML_DSA_65 -> 1952;
          case Algorithm.ML_DSA_87 -> 2592;
        };
    return new RegisteredKey(
        request.custodian(),
        Objects.requireNonNull(request.userId()),
        algorithm,
        request.keyVersion(),
        new byte[bytes],
        new byte[] {1},
        new byte[] {2},
        "document".getBytes(StandardCharsets.UTF_8),
        request.requestId(),
        Instant.now());
  }
}
