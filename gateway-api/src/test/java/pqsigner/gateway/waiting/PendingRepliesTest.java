package pqsigner.gateway.waiting;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import pqsigner.events.Algorithm;
import pqsigner.gateway.fairness.Shares;
import pqsigner.gateway.ledger.LedgerEntry;
import pqsigner.gateway.ledger.Origin;
import pqsigner.gateway.ledger.Outcome;
import pqsigner.gateway.ledger.Progress;
import pqsigner.gateway.ledger.Request;
import pqsigner.gateway.ledger.RequestKey;
import pqsigner.gateway.ledger.RequestType;

@Timeout(60)
class PendingRepliesTest {

  private static final Duration LONG = Duration.ofSeconds(30);

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  @Test
  void aReplyBeforeTheWaitBeginsIsHeard() throws Exception {
    PendingReplies pending = new PendingReplies(new Shares(1, _ -> 1), registry);
    try (PendingReply reply = pending.register(new RequestKey("c", "id")).orElseThrow()) {
      pending.completed(signed("c", "id"));
      assertThat(reply.await(Duration.ZERO)).hasValueSatisfying(e -> idIs(e, "id"));
    }
  }

  @Test
  void aReplyWakesEverybodyWhoWaitsForIt() throws Exception {
    PendingReplies pending = new PendingReplies(new Shares(50, _ -> 50), registry);
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Optional<LedgerEntry>>> answers = new ArrayList<>();
      CountDownLatch allRegistered = new CountDownLatch(50);
      for (int i = 0; i < 50; i++) {
        answers.add(callers.submit(caller(pending, "id", allRegistered)));
      }
      allRegistered.await();
      pending.completed(signed("c", "id"));
      for (Future<Optional<LedgerEntry>> answer : answers) {
        assertThat(answer.get()).hasValueSatisfying(e -> idIs(e, "id"));
      }
    }
    assertThat(pending.size()).isZero();
  }

  @Test
  void aReplyWakesNobodyElse() throws Exception {
    PendingReplies pending = new PendingReplies(new Shares(3, _ -> 3), registry);
    try (PendingReply other = pending.register(new RequestKey("c", "other")).orElseThrow();
        PendingReply stranger = pending.register(new RequestKey("d", "id")).orElseThrow();
        PendingReply mine = pending.register(new RequestKey("c", "id")).orElseThrow()) {
      pending.completed(signed("c", "id"));
      assertThat(other.await(Duration.ZERO)).isEmpty();
      assertThat(stranger.await(Duration.ZERO)).isEmpty();
      assertThat(mine.await(Duration.ZERO)).isPresent();
    }
  }

  @Test
  void noMoreCallersWaitThanThereArePlaces() {
    PendingReplies pending = new PendingReplies(new Shares(2, _ -> 2), registry);
    PendingReply first = pending.register(new RequestKey("c", "id")).orElseThrow();
    try (PendingReply second = pending.register(new RequestKey("c", "id")).orElseThrow()) {
      assertThat(second).isNotNull();
      assertThat(pending.register(new RequestKey("c", "id"))).isEmpty();
      assertThat(pending.register(new RequestKey("c", "other"))).isEmpty();
      assertThat(registry.get("pq.signer.gateway.waiters.turned.away").counter().count())
          .isEqualTo(2);
      assertThat(registry.get("pq.signer.gateway.waiters").gauge().value()).isEqualTo(2);

      first.close();
      first.close();
      assertThat(pending.size()).as("closing twice gives back one place").isEqualTo(1);
      try (PendingReply third = pending.register(new RequestKey("c", "other")).orElseThrow()) {
        assertThat(third).isNotNull();
        assertThat(pending.register(new RequestKey("c", "id"))).isEmpty();
      }
    }
    assertThat(pending.size()).isZero();
  }

  @Test
  void stoppingLetsEverybodyGoAndNobodyIn() throws Exception {
    PendingReplies pending = new PendingReplies(new Shares(10, _ -> 10), registry);
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      CountDownLatch registered = new CountDownLatch(2);
      Future<Optional<LedgerEntry>> one = callers.submit(caller(pending, "one", registered));
      Future<Optional<LedgerEntry>> two = callers.submit(caller(pending, "two", registered));
      registered.await();

      PendingRepliesLifecycle lifecycle = new PendingRepliesLifecycle(pending);
      lifecycle.start();
      lifecycle.stop();

      assertThat(one.get(5, TimeUnit.SECONDS)).isEmpty();
      assertThat(two.get(5, TimeUnit.SECONDS)).isEmpty();
      assertThat(pending.register(new RequestKey("c", "three"))).isEmpty();
    }
  }

  /// Callers come, wait and go while replies and a stop happen at any moment; whoever took a place
  /// before the reply hears it, and no place is lost.
  @Test
  void noReplyIsMissedWhateverTheInterleaving() throws Exception {
    for (int round = 0; round < 200; round++) {
      PendingReplies pending =
          new PendingReplies(new Shares(64, _ -> 64), new SimpleMeterRegistry());
      Random random = new Random(round);
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        List<Future<Boolean>> heard = new ArrayList<>();
        List<Future<?>> replies = new ArrayList<>();
        for (int i = 0; i < 32; i++) {
          String id = "id-" + random.nextInt(4);
          CountDownLatch registered = new CountDownLatch(1);
          heard.add(threads.submit(() -> caller(pending, id, registered).call().isPresent()));
          replies.add(
              threads.submit(
                  () -> {
                    registered.await();
                    pending.completed(signed("c", id));
                    return null;
                  }));
        }
        for (Future<?> reply : replies) {
          reply.get();
        }
        for (Future<Boolean> one : heard) {
          assertThat(one.get()).isTrue();
        }
      }
      assertThat(pending.size()).isZero();
    }
  }

  private static Callable<Optional<LedgerEntry>> caller(
      PendingReplies pending, String id, CountDownLatch registered) {
    return () -> {
      try (PendingReply reply = pending.register(new RequestKey("c", id)).orElseThrow()) {
        registered.countDown();
        return reply.await(LONG);
      }
    };
  }

  private static void idIs(LedgerEntry entry, String id) {
    assertThat(entry.requestId()).isEqualTo(id);
  }

  private static LedgerEntry signed(String custodian, String requestId) {
    Instant now = Instant.EPOCH;
    return new LedgerEntry(
        new Request(
            new RequestKey(custodian, requestId),
            new byte[32],
            RequestType.SIGN,
            "user",
            Algorithm.ML_DSA_44,
            1,
            0,
            null,
            null,
            Origin.HTTP,
            null,
            now),
        new Progress(List.of(), new Outcome.Signed(new byte[] {1}, now), null, 0, null, null));
  }
}
