package pqsigner.gateway.waiting;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import pqsigner.gateway.ledger.LedgerEntry;
import pqsigner.gateway.ledger.RequestKey;

/// One caller's place in [PendingReplies]; closing it gives the place back.
public final class PendingReply implements AutoCloseable {

  private final PendingReplies owner;
  private final RequestKey request;
  private final CountDownLatch woken = new CountDownLatch(1);
  private final AtomicReference<@Nullable LedgerEntry> reply = new AtomicReference<>();

  PendingReply(PendingReplies owner, RequestKey request) {
    this.owner = owner;
    this.request = request;
  }

  /// Waits at most this long. Empty means that nothing was heard, which proves nothing: another
  /// gateway may have recorded the reply, so the caller asks the ledger once.
  public Optional<LedgerEntry> await(Duration atMost) throws InterruptedException {
    boolean _ = woken.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
    return Optional.ofNullable(reply.get());
  }

  /// @param entry the recorded outcome, or null to stop waiting without one
  void wake(@Nullable LedgerEntry entry) {
    reply.compareAndSet(null, entry);
    woken.countDown();
  }

  @Override
  public void close() {
    owner.leave(request, this);
  }
}
