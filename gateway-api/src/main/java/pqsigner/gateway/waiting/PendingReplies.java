package pqsigner.gateway.waiting;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import pqsigner.gateway.fairness.Shares;
import pqsigner.gateway.ledger.LedgerEntry;
import pqsigner.gateway.ledger.RequestKey;

/// Callers waiting for replies, by request; at most a fixed number of them, and of one custodian.
///
/// A caller takes its place *before* the request is recorded, so that no reply can come too early
/// to be heard. Several callers may wait for one request (retries). A full house or a shutdown is
/// not an error: the caller is told 202 at once.
public final class PendingReplies {

  private final Shares places;
  private final ConcurrentMap<RequestKey, List<PendingReply>> waiting = new ConcurrentHashMap<>();
  private final Counter turnedAway;
  private volatile boolean draining;

  public PendingReplies(Shares places, MeterRegistry registry) {
    this.places = places;
    Gauge.builder("pq.signer.gateway.waiters", places, Shares::taken)
        .description("Callers waiting for a reply")
        .register(registry);
    Gauge.builder("pq.signer.gateway.waiters.limit", places::max)
        .description("Callers that may wait at once")
        .register(registry);
    places.bindTo(registry, "waiters");
    this.turnedAway =
        Counter.builder("pq.signer.gateway.waiters.turned.away")
            .description(
                "Callers answered 202 at once because every waiting slot, or their share, was taken")
            .register(registry);
  }

  /// Takes a place, or nothing if all or the custodian's are taken or the gateway is stopping.
  public Optional<PendingReply> register(RequestKey request) {
    if (draining) {
      return Optional.empty();
    }
    if (!places.take(request.custodian(), 1)) {
      turnedAway.increment();
      return Optional.empty();
    }
    PendingReply reply = new PendingReply(this, request);
    waiting.merge(
        request,
        List.of(reply),
        (present, added) -> Stream.concat(present.stream(), added.stream()).toList());
    if (draining) {
      // drain() may have passed by between the check above and the merge.
      reply.wake(null);
    }
    return Optional.of(reply);
  }

  /// Wakes everybody who waits for this request. Called once its outcome is recorded.
  public void completed(LedgerEntry entry) {
    wake(waiting.get(entry.key()), entry);
  }

  /// Lets everybody go without a reply, now and from now on.
  public void drain() {
    draining = true;
    waiting.values().forEach(replies -> wake(replies, null));
  }

  public int size() {
    return places.taken();
  }

  void leave(RequestKey request, PendingReply reply) {
    waiting.computeIfPresent(
        request,
        (_, present) -> {
          List<PendingReply> rest = present.stream().filter(r -> r != reply).toList();
          places.give(request.custodian(), present.size() - rest.size());
          return rest.isEmpty() ? null : rest;
        });
  }

  private static void wake(@Nullable List<PendingReply> replies, @Nullable LedgerEntry entry) {
    if (replies != null) {
      replies.forEach(reply -> reply.wake(entry));
    }
  }
}
