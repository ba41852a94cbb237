package pqsigner.gateway.admission.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import pqsigner.events.Priority;
import pqsigner.events.Topics;
import pqsigner.gateway.fairness.AgreedLimits;
import pqsigner.gateway.fairness.InFlight;
import pqsigner.gateway.fairness.RefusedCommands;
import pqsigner.gateway.ledger.RequestKey;
import pqsigner.gateway.ledger.TestClock;

class CommandFlowTest {

  private static final int BULK_MAX = 4;

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private int bulkMax = BULK_MAX;
  private final InFlight inFlight =
      new InFlight(_ -> new AgreedLimits.Limits(1, 1, 1, bulkMax), new TestClock(), meters);
  private final Set<TopicPartition> paused = ConcurrentHashMap.newKeySet();
  private long nanoTime;
  private final RefusedCommands refused = new RefusedCommands(1, () -> nanoTime);
  private final List<Map.Entry<Duration, Runnable>> later = new ArrayList<>();
  private Consumer<ConsumerRecord<byte[], byte[]>> command =
      record ->
          inFlight.admit(new RequestKey(custodian(record), "r" + record.offset()), Priority.BULK);
  private final CommandFlow flow =
      new CommandFlow(
          records -> records.forEach(record -> command.accept(record)),
          new Topics(""),
          inFlight,
          refused,
          (after, work) -> later.add(Map.entry(after, work)),
          meters);

  CommandFlowTest() {
    flow.control(
        new CommandFlow.Valves() {
          @Override
          public void pause(TopicPartition partition) {
            paused.add(partition);
          }

          @Override
          public void resume(TopicPartition partition) {
            paused.remove(partition);
          }
        });
  }

  private static String custodian(ConsumerRecord<?, ?> record) {
    return record.topic().substring("commands.".length());
  }

  private static ConsumerRecord<byte[], byte[]> record(String custodian, int partition, long at) {
    return new ConsumerRecord<>("commands." + custodian, partition, at, new byte[0], new byte[0]);
  }

  private static TopicPartition partition(String custodian, int number) {
    return new TopicPartition("commands." + custodian, number);
  }

  @Test
  void onlyTheCustodianWhoseBoundIsReachedWaits() {
    flow.onMessage(
        List.of(
            record("a", 0, 1),
            record("a", 1, 2),
            record("a", 0, 3),
            record("a", 0, 4),
            record("b", 0, 5)));
    assertThat(paused).containsExactlyInAnyOrder(partition("a", 0), partition("a", 1));
    assertThat(meters.get("pq.signer.gateway.commands.paused").gauge().value()).isEqualTo(1);
  }

  @Test
  void belowTheBoundNobodyWaits() {
    flow.onMessage(List.of(record("a", 0, 1), record("a", 0, 2), record("a", 0, 3)));
    assertThat(paused).isEmpty();
  }

  @Test
  void readingGoesOnWhenEnoughIsFinishedOnAllPartitionsThatWait() {
    flow.onMessage(
        List.of(record("a", 0, 1), record("a", 0, 2), record("a", 0, 3), record("a", 0, 4)));
    flow.onMessage(List.of(record("a", 2, 5)));
    assertThat(paused).containsExactlyInAnyOrder(partition("a", 0), partition("a", 2));
    inFlight.leave(new RequestKey("a", "r1"));
    assertThat(paused).hasSize(2);
    inFlight.leave(new RequestKey("a", "r2"));
    assertThat(paused).isEmpty();
    assertThat(meters.get("pq.signer.gateway.commands.paused").gauge().value()).isZero();
  }

  @Test
  void readingGoesOnWhenTheBoundWasRaisedMeanwhile() {
    flow.onMessage(
        List.of(record("a", 0, 1), record("a", 0, 2), record("a", 0, 3), record("a", 0, 4)));
    assertThat(paused).hasSize(1);
    bulkMax = 100;

    inFlight.leave(new RequestKey("a", "r1"));

    assertThat(paused).isEmpty();
  }

  @Test
  void resultsThatComeWhileThePartitionIsPausedDoNotLeaveItSo() throws InterruptedException {
    List<Thread> results = new ArrayList<>();
    flow.control(
        new CommandFlow.Valves() {
          @Override
          public void pause(TopicPartition partition) {
            paused.add(partition);
            results.add(
                Thread.ofVirtual()
                    .start(
                        () ->
                            List.of("r1", "r2", "r3")
                                .forEach(r -> inFlight.leave(new RequestKey("a", r)))));
          }

          @Override
          public void resume(TopicPartition partition) {
            paused.remove(partition);
          }
        });
    flow.onMessage(
        List.of(record("a", 0, 1), record("a", 0, 2), record("a", 0, 3), record("a", 0, 4)));
    for (Thread result : results) {
      result.join();
    }
    assertThat(results).hasSize(1);
    assertThat(paused).isEmpty();
  }

  @Test
  void whoseCommandsAreRefusedTooOftenWaitsUntilThatIsPaid() {
    command = record -> refused.charge(custodian(record));
    List<ConsumerRecord<byte[], byte[]>> twelve = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      twelve.add(record("a", 0, i));
    }
    twelve.add(record("b", 0, 1));
    flow.onMessage(twelve);
    assertThat(paused).containsExactly(partition("a", 0));
    assertThat(later).extracting(Map.Entry::getKey).containsExactly(Duration.ofSeconds(2));

    nanoTime += Duration.ofSeconds(1).toNanos();
    inFlight.admit(new RequestKey("a", "r"), Priority.BULK);
    inFlight.leave(new RequestKey("a", "r"));
    assertThat(paused).as("a result does not pay").hasSize(1);

    nanoTime += Duration.ofSeconds(1).toNanos();
    later.getFirst().getValue().run();
    assertThat(paused).isEmpty();
  }

  @Test
  void whatIsPaidIsNotReadWhileTooMuchIsInFlight() {
    command =
        record -> {
          inFlight.admit(new RequestKey(custodian(record), "r" + record.offset()), Priority.BULK);
          refused.charge(custodian(record));
        };
    List<ConsumerRecord<byte[], byte[]>> many = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      many.add(record("a", 0, i));
    }
    flow.onMessage(many);
    nanoTime += Duration.ofHours(1).toNanos();
    later.getFirst().getValue().run();
    assertThat(paused).containsExactly(partition("a", 0));
  }

  @Test
  void aPollThatFailsIsRepeatedAndPausesNothing() {
    command =
        _ -> {
          throw new IllegalStateException("down");
        };
    try {
      flow.onMessage(List.of(record("a", 0, 1)));
    } catch (IllegalStateException expected) {
      assertThat(paused).isEmpty();
      return;
    }
    throw new AssertionError("the container must learn of it");
  }
}
