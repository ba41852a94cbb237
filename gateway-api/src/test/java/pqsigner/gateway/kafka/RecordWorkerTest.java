package pqsigner.gateway.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.DisconnectException;
import org.junit.jupiter.api.Test;
import pqsigner.events.ErrorCode;
import pqsigner.gateway.ledger.LedgerUnavailableException;

final class RecordWorkerTest {

  private static final int AT_ONCE = 4;

  private final Set<Long> handled = ConcurrentHashMap.newKeySet();
  private final Set<Long> diverted = ConcurrentHashMap.newKeySet();
  private final Set<String> reasons = ConcurrentHashMap.newKeySet();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  private RecordWorker worker(RecordWorker.RecordHandler handler) {
    return new RecordWorker(
        "test",
        handler,
        (record, _, reason) -> {
          diverted.add(record.offset());
          reasons.add(reason);
        },
        new Places(() -> AT_ONCE),
        registry);
  }

  private static List<ConsumerRecord<byte[], byte[]>> records(int count) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      records.add(new ConsumerRecord<>("topic", 0, i, new byte[0], new byte[0]));
    }
    return records;
  }

  private double failedPolls() {
    return registry.get("pq.signer.gateway.polls.failed").counter().count();
  }

  @Test
  void returningMeansThatAllAreDone() {
    worker(record -> handled.add(record.offset())).onMessage(records(100));

    assertThat(handled).hasSize(100);
    assertThat(failedPolls()).isZero();
  }

  @Test
  void soManyAreWorkedOnAtOnceAndNoMore() {
    CountDownLatch full = new CountDownLatch(AT_ONCE);
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();

    worker(
            record -> {
              most.accumulateAndGet(now.incrementAndGet(), Math::max);
              full.countDown();
              awaitFull(full);
              now.decrementAndGet();
            })
        .onMessage(records(50));

    assertThat(most).hasValue(AT_ONCE);
  }

  @Test
  void howManyMayChangeMeanwhileAndHoldsForAllWhoShareThePlaces() throws InterruptedException {
    AtomicInteger allowed = new AtomicInteger(1);
    Places shared = new Places(allowed::get);
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch full = new CountDownLatch(AT_ONCE);
    RecordWorker.RecordHandler handler =
        record -> {
          most.accumulateAndGet(now.incrementAndGet(), Math::max);
          if (allowed.get() == AT_ONCE) {
            full.countDown();
            awaitFull(full);
          }
          now.decrementAndGet();
        };
    for (int atOnce : new int[] {1, AT_ONCE}) {
      allowed.set(atOnce);
      most.set(0);
      List<Thread> consumers = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        RecordWorker worker = new RecordWorker("test", handler, (_, _, _) -> {}, shared, registry);
        consumers.add(Thread.ofPlatform().start(() -> worker.onMessage(records(50))));
      }
      for (Thread consumer : consumers) {
        consumer.join();
      }
      assertThat(most).hasValue(atOnce);
    }
  }

  private static void awaitFull(CountDownLatch full) {
    try {
      assertThat(full.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aBadRecordIsDivertedAndTheOthersGoOn() {
    worker(
            record -> {
              if (record.offset() == 3) {
                throw new UndecodableValueException(ErrorCode.MALFORMED_REQUEST, "bad");
              }
              if (record.offset() == 5) {
                throw new IllegalStateException("a bug");
              }
              handled.add(record.offset());
            })
        .onMessage(records(10));

    assertThat(diverted).containsExactlyInAnyOrder(3L, 5L);
    assertThat(reasons).contains("bad").noneMatch(reason -> reason.contains("Exception"));
    assertThat(handled).hasSize(8);
  }

  @Test
  void aDependencyThatIsDownFailsThePollAndDivertsNothing() {
    for (RuntimeException down :
        List.of(new LedgerUnavailableException("down"), new DisconnectException("registry"))) {
      RecordWorker worker =
          worker(
              _ -> {
                throw down;
              });

      assertThatThrownBy(() -> worker.onMessage(records(500))).isSameAs(down);
    }
    assertThat(diverted).isEmpty();
    assertThat(failedPolls()).isEqualTo(2);
  }

  @Test
  void afterAFailureNoFurtherRecordIsBegun() {
    AtomicInteger begun = new AtomicInteger();
    RecordWorker worker =
        worker(
            _ -> {
              begun.incrementAndGet();
              throw new LedgerUnavailableException("down");
            });

    assertThatThrownBy(() -> worker.onMessage(records(500)))
        .isInstanceOf(LedgerUnavailableException.class);

    assertThat(begun).hasValueLessThanOrEqualTo(2 * AT_ONCE);
  }

  @Test
  void aDiversionThatFailsFailsThePoll() {
    RecordWorker worker =
        new RecordWorker(
            "test",
            _ -> {
              throw new UndecodableValueException(ErrorCode.MALFORMED_REQUEST, "bad");
            },
            (_, _, _) -> {
              throw new LedgerUnavailableException("the broker is down as well");
            },
            new Places(() -> 1),
            registry);

    assertThatThrownBy(() -> worker.onMessage(records(3)))
        .isInstanceOf(LedgerUnavailableException.class);
  }

  @Test
  void anErrorIsNotMistakenForABadRecord() {
    RecordWorker worker =
        worker(
            _ -> {
              throw new NoClassDefFoundError("broken installation");
            });

    assertThatThrownBy(() -> worker.onMessage(records(3))).isInstanceOf(NoClassDefFoundError.class);
    assertThat(diverted).isEmpty();
  }
}
