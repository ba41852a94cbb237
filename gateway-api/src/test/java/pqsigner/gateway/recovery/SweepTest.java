package pqsigner.gateway.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static pqsigner.gateway.ledger.Entries.CUSTODIAN;
import static pqsigner.gateway.ledger.Entries.NOW;
import static pqsigner.gateway.ledger.Entries.digest;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import pqsigner.events.Algorithm;
import pqsigner.events.ErrorCode;
import pqsigner.events.Priority;
import pqsigner.events.Topics;
import pqsigner.gateway.fairness.AgreedLimits;
import pqsigner.gateway.fairness.InFlight;
import pqsigner.gateway.keys.InMemoryKeyRegistry;
import pqsigner.gateway.keys.RegisteredKey;
import pqsigner.gateway.ledger.Entries;
import pqsigner.gateway.ledger.FailedFilter;
import pqsigner.gateway.ledger.InMemoryRequestLedger;
import pqsigner.gateway.ledger.LedgerEntry;
import pqsigner.gateway.ledger.Origin;
import pqsigner.gateway.ledger.Outcome;
import pqsigner.gateway.ledger.RequestLedger;
import pqsigner.gateway.ledger.RequestState;
import pqsigner.gateway.ledger.TestClock;
import pqsigner.gateway.queue.QueueUnavailableException;
import pqsigner.gateway.recovery.QueueReading.Reach;

final class SweepTest {

  private static final Topics TOPICS = new Topics("t.");

  private static final RecoverySettings SETTINGS =
      new RecoverySettings(
          Duration.ofSeconds(10), Duration.ofMinutes(5), Duration.ofSeconds(2), 50);

  private final TestClock clock = new TestClock();
  private final InMemoryKeyRegistry keys = new InMemoryKeyRegistry();
  private final RequestLedger ledger = new InMemoryRequestLedger(Entries.POLICY, clock, keys);
  private final List<String> queued = new ArrayList<>();
  private final List<LedgerEntry> released = new ArrayList<>();
  private final InFlight inFlight =
      new InFlight(_ -> new AgreedLimits.Limits(1, 1, 2, 2), clock, new SimpleMeterRegistry());
  private boolean queueDown;
  private boolean queuesUnseen;

  /// Offsets by topic, where they are not all passed.
  private final Map<String, Reach> standing = new HashMap<>();

  private final QueueWatch queues = new QueueWatch(this::read, TOPICS, new SimpleMeterRegistry());
  private boolean releaseFails;

  private final Sweep sweep =
      new Sweep(
          ledger,
          keys,
          (entry, _, _) -> {
            if (queueDown) {
              throw new QueueUnavailableException("down", new IllegalStateException());
            }
            queued.add(entry.requestId());
          },
          entry -> {
            if (releaseFails) {
              throw new QueueUnavailableException("down", new IllegalStateException());
            }
            released.add(entry);
          },
          inFlight,
          queues,
          clock,
          new SplittableRandom(1));

  private QueueReading read() {
    if (queuesUnseen) {
      throw new QueueUnavailableException("no broker", new IllegalStateException());
    }
    Map<String, Map<Integer, Reach>> topics = new HashMap<>();
    for (Priority priority : Priority.values()) {
      for (String topic : QueueWatch.way(TOPICS, priority)) {
        topics.put(topic, Map.of(0, standing.getOrDefault(topic, new Reach(9, 9))));
      }
    }
    return new QueueReading(clock.instant(), topics);
  }

  private Sweep.Report look() {
    queues.look();
    return sweep.run(SETTINGS);
  }

  @BeforeEach
  void registerKey() {
    keys.register(
        new RegisteredKey(
            CUSTODIAN,
            "user-1",
            Algorithm.ML_DSA_44,
            1,
            new byte[1312],
            new byte[1],
            new byte[60],
            new byte[1],
            NOW));
  }

  @Test
  void aLostJobOfADisabledKeyIsNotQueuedAgainAndItsOwnerIsTold() {
    ledger.accept(Entries.sign("r"));
    keys.enable(CUSTODIAN, "user-1", 1, false);
    keys.enable(CUSTODIAN, "user-1", 1, true);
    clock.advance(Duration.ofSeconds(11));
    releaseFails = true;
    assertThatThrownBy(this::look).isInstanceOf(QueueUnavailableException.class);
    releaseFails = false;
    clock.advance(Duration.ofMinutes(1));

    look();

    assertThat(queued).isEmpty();
    assertThat(released).hasSize(1);
    assertThat(Objects.requireNonNull(released.getFirst().outcome()).code())
        .isEqualTo(ErrorCode.KEY_DISABLED);
    clock.advance(Duration.ofMinutes(1));
    assertThat(look().due()).isZero();
  }

  @Test
  void aFreshRowIsLeftAlone() {
    ledger.accept(Entries.sign("r"));
    clock.advance(Duration.ofSeconds(9));

    Sweep.Report report = look();

    assertThat(queued).isEmpty();
    assertThat(report.due()).isZero();
    assertThat(report.oldest()).contains(NOW);
  }

  @Test
  void aRowWhoseJobGetsLostAgainAndAgainIsQueuedLaterAndLater() {
    ledger.accept(Entries.sign("r"));
    List<Long> at = new ArrayList<>();
    for (int second = 0; second < 2000; second++) {
      look();
      while (at.size() < queued.size()) {
        at.add((long) second);
      }
      clock.advance(Duration.ofSeconds(1));
    }

    assertThat(at).startsWith(10L, 20L, 40L, 80L, 160L, 320L, 620L, 920L);
  }

  @Test
  void aJobThatWaitsItsTurnIsNotQueuedAgainHoweverLongItTakesAndALostOneIsSoonAfter() {
    standing.put(TOPICS.jobs(), new Reach(9, 5000));
    ledger.accept(Entries.sign("r"));
    int looks = 0;
    for (int second = 0; second < 1000; second++) {
      looks += look().waiting();
      clock.advance(Duration.ofSeconds(1));
    }
    assertThat(queued).isEmpty();
    assertThat(looks).as("a look is a write").isBetween(3, 8);

    standing.clear();
    for (int second = 0; second < 300 && queued.isEmpty(); second++) {
      look();
      clock.advance(Duration.ofSeconds(1));
    }
    assertThat(queued).containsExactly("r");
  }

  @Test
  void aJobThatWasQueuedAgainWaitsItsTurnLikeAnyOther() {
    ledger.accept(Entries.sign("r"));
    clock.advance(Duration.ofSeconds(10));
    look();
    assertThat(queued).containsExactly("r");

    standing.put(TOPICS.jobs(), new Reach(9, 5000));
    for (int second = 0; second < 1000; second++) {
      look();
      clock.advance(Duration.ofSeconds(1));
    }
    assertThat(queued).containsExactly("r");
  }

  /// The queues can be looked at before a gateway that has recorded a request has produced its job.
  @Test
  void aJobIsNotLostBeforeItIsSureToHaveBeenQueued() {
    ledger.accept(Entries.sign("r"));
    clock.advance(SETTINGS.requeueAfter().minusMillis(1));
    queues.look();
    queuesUnseen = true;
    for (int second = 0; second < 200; second++) {
      look();
      clock.advance(Duration.ofSeconds(1));
    }
    assertThat(queued).isEmpty();

    queuesUnseen = false;
    for (int second = 0; second < 300 && queued.isEmpty(); second++) {
      look();
      clock.advance(Duration.ofSeconds(1));
    }
    assertThat(queued).containsExactly("r");
  }

  /// Replies are two seconds behind here: claiming the row when it falls due would be a write for
  /// nothing, and would put off the next look at it.
  @Test
  void aLostJobIsQueuedAgainAsSoonAsTheQueuesHavePassedItWithoutALookInVain() {
    ledger.accept(Entries.sign("r"));
    int waiting = 0;
    int second = 0;
    while (queued.isEmpty() && second < 60) {
      standing.put(TOPICS.replies(), new Reach(second, second + 2));
      waiting += look().waiting();
      clock.advance(Duration.ofSeconds(1));
      second++;
    }

    assertThat(second).isBetween(12, 15);
    assertThat(waiting).isZero();
  }

  @Test
  void ofABacklogOfOneWayTheOtherKnowsNothing() {
    standing.put(TOPICS.bulkJobs(), new Reach(9, 5000));
    ledger.accept(Entries.sign("http"));
    ledger.accept(Entries.sign("kafka", "hello", null, Origin.KAFKA, NOW));
    for (int second = 0; second < 120; second++) {
      look();
      clock.advance(Duration.ofSeconds(1));
    }

    assertThat(queued).contains("http").doesNotContain("kafka");
  }

  @Test
  void aRequestThatCameBothWaysWaitsForBothBecauseItsJobMayBeOnEither() {
    standing.put(TOPICS.jobs(), new Reach(9, 5000));
    ledger.accept(Entries.sign("both"));
    ledger.askedOverKafka(Entries.key("both"));
    for (int second = 0; second < 120; second++) {
      look();
      clock.advance(Duration.ofSeconds(1));
    }

    assertThat(queued).isEmpty();
  }

  @Test
  void whileTheQueuesCannotBeSeenNothingIsLostButDeadlinesAreKept() {
    queuesUnseen = true;
    ledger.accept(Entries.sign("waits"));
    ledger.accept(Entries.sign("late", "hello", NOW.plusSeconds(5), Origin.KAFKA, NOW));
    for (int second = 0; second < 200; second++) {
      look();
      clock.advance(Duration.ofSeconds(1));
    }

    assertThat(queued).isEmpty();
    assertThat(released).extracting(LedgerEntry::requestId).containsExactly("late");
  }

  @Test
  void aWronglyAnsweredJobIsQueuedAgainAfterItsBackOffWhateverTheQueuesSay() {
    standing.put(TOPICS.jobs(), new Reach(9, 5000));
    ledger.accept(Entries.sign("r"));
    clock.advance(Duration.ofSeconds(1));
    ledger.askAgain(ledger.find(Entries.key("r")).orElseThrow(), clock.instant());
    clock.advance(Duration.ofSeconds(9));
    look();
    assertThat(queued).isEmpty();

    clock.advance(Duration.ofSeconds(6));
    look();

    assertThat(queued).containsExactly("r");
  }

  @Test
  void aRowPastItsDeadlineExpiresIsPublishedAndSettled() {
    ledger.accept(Entries.sign("r", "hello", NOW.plusSeconds(5), Origin.KAFKA, NOW));
    clock.advance(Duration.ofSeconds(10));

    Sweep.Report report = look();

    assertThat(report.expired()).isEqualTo(1);
    assertThat(queued).isEmpty();
    assertThat(released).extracting(LedgerEntry::state).containsExactly(RequestState.EXPIRED);
    clock.advance(Duration.ofHours(1));
    assertThat(look().due()).isZero();
  }

  @Test
  void anExpiryThatCouldNotBePublishedIsPublishedByALaterSweep() {
    ledger.accept(Entries.sign("r", "hello", NOW.plusSeconds(5), Origin.KAFKA, NOW));
    clock.advance(Duration.ofSeconds(10));
    releaseFails = true;
    assertThatThrownBy(() -> look()).isInstanceOf(QueueUnavailableException.class);
    assertThat(ledger.find(Entries.key("r")).orElseThrow().state()).isEqualTo(RequestState.EXPIRED);

    releaseFails = false;
    clock.advance(Duration.ofSeconds(60));

    assertThat(look().published()).isEqualTo(1);
    assertThat(released).hasSize(1);
  }

  @Test
  void aFailureThatNobodyWasToldOfIsToldByASweep() {
    ledger.accept(Entries.sign("r", "hello", null, Origin.KAFKA, NOW));
    ledger.complete(
        Entries.key("r"), digest("hello"), new Outcome.Failed(ErrorCode.INTERNAL, 3, NOW));
    clock.advance(Duration.ofSeconds(10));
    releaseFails = true;
    assertThatThrownBy(() -> look()).isInstanceOf(QueueUnavailableException.class);

    releaseFails = false;
    clock.advance(Duration.ofSeconds(60));

    assertThat(look().published()).isEqualTo(1);
    assertThat(released).extracting(LedgerEntry::state).containsExactly(RequestState.FAILED);
    assertThat(queued).isEmpty();
    clock.advance(Duration.ofHours(1));
    assertThat(look().due()).isZero();
  }

  @Test
  void aJobThatCouldNotBeQueuedIsTriedAgain() {
    ledger.accept(Entries.sign("r"));
    clock.advance(Duration.ofSeconds(10));
    queueDown = true;
    assertThatThrownBy(() -> look()).isInstanceOf(QueueUnavailableException.class);

    queueDown = false;
    clock.advance(Duration.ofSeconds(10));
    look();

    assertThat(queued).containsExactly("r");
  }

  @Test
  void aReplyThatIsFasterThanTheSweeperWins() {
    ledger.accept(Entries.sign("r"));
    ledger.complete(Entries.key("r"), digest("hello"), Entries.signed(1));
    clock.advance(Duration.ofSeconds(60));

    Sweep.Report report = look();

    assertThat(report.due()).isZero();
    assertThat(queued).isEmpty();
  }

  @Test
  void aSweepTakesSoManyRowsAndNoMore() {
    for (int i = 0; i < 120; i++) {
      ledger.accept(Entries.sign("r-" + i));
    }
    clock.advance(Duration.ofSeconds(10));

    assertThat(look().requeued()).isEqualTo(50);
    assertThat(look().requeued()).isEqualTo(50);
    assertThat(look().requeued()).isEqualTo(20);
    assertThat(queued).doesNotHaveDuplicates().hasSize(120);
  }

  @Test
  void aRowWhoseKeyIsGoneFailsSoThatItCanBeReplayedAndIsNotTheOldestForEver() {
    ledger.accept(Entries.generate("g", "somebody"));
    ledger.accept(Entries.sign("r"));
    Sweep without =
        new Sweep(
            ledger,
            new InMemoryKeyRegistry(),
            (entry, _, _) -> queued.add(entry.requestId()),
            released::add,
            inFlight,
            queues,
            clock,
            new SplittableRandom(1));
    clock.advance(Duration.ofSeconds(10));

    queues.look();
    Sweep.Report report = without.run(SETTINGS);

    assertThat(report.keyless()).isEqualTo(1);
    assertThat(queued).containsExactly("g");
    assertThat(released).extracting(LedgerEntry::requestId).containsExactly("r");
    LedgerEntry failed = ledger.find(Entries.key("r")).orElseThrow();
    assertThat(failed.state()).isEqualTo(RequestState.FAILED);
    assertThat(ledger.failed(FailedFilter.ALL, null, 10).entries())
        .extracting(LedgerEntry::requestId)
        .containsExactly("r");
    clock.advance(Duration.ofMinutes(10));
    assertThat(without.run(SETTINGS).keyless()).as("it needs nobody any more").isZero();
  }

  @Test
  void aPlaceInFlightIsFreedWhenAnotherInstanceRecordedTheOutcomeAndNotBefore() {
    ledger.accept(Entries.sign("done"));
    ledger.accept(Entries.sign("pending"));
    for (String id : List.of("done", "pending")) {
      assertThat(inFlight.enter(Entries.key(id), Priority.BULK)).isEqualTo(InFlight.Entry.TAKEN);
    }
    ledger.complete(
        Entries.key("done"),
        Entries.sign("done").digest(),
        new Outcome.Signed(new byte[] {1}, clock.instant()));

    clock.advance(SETTINGS.requeueAfter());
    look();
    assertThat(inFlight.isFull(Entries.CUSTODIAN, Priority.BULK))
        .as("too young to be asked")
        .isTrue();

    clock.advance(Duration.ofMillis(1));
    look();
    assertThat(inFlight.isFull(Entries.CUSTODIAN, Priority.BULK)).isFalse();
    assertThat(inFlight.enter(Entries.key("pending"), Priority.BULK))
        .isEqualTo(InFlight.Entry.HELD);
    assertThat(inFlight.takenBefore(clock.instant(), 10)).as("not asked at every sweep").isEmpty();
  }

  @Test
  void aRequestThatNeverReachedTheLedgerFreesItsPlace() {
    inFlight.enter(Entries.key("lost"), Priority.INTERACTIVE);
    clock.advance(SETTINGS.requeueAfter().plusMillis(1));
    look();
    assertThat(inFlight.enter(Entries.key("lost"), Priority.INTERACTIVE))
        .isEqualTo(InFlight.Entry.TAKEN);
  }
}
