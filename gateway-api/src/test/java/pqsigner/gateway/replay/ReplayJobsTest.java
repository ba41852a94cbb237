package pqsigner.gateway.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static pqsigner.gateway.ledger.Entries.CUSTODIAN;
import static pqsigner.gateway.ledger.Entries.NOW;
import static pqsigner.gateway.ledger.Entries.digest;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import pqsigner.events.Algorithm;
import pqsigner.events.ErrorCode;
import pqsigner.gateway.custodian.CustodianRules;
import pqsigner.gateway.custodian.CustodianTerms;
import pqsigner.gateway.custodian.Custodians;
import pqsigner.gateway.custodian.InMemoryCustodianRegistry;
import pqsigner.gateway.keys.InMemoryKeyRegistry;
import pqsigner.gateway.keys.RegisteredKey;
import pqsigner.gateway.ledger.Entries;
import pqsigner.gateway.ledger.FailedFilter;
import pqsigner.gateway.ledger.InMemoryRequestLedger;
import pqsigner.gateway.ledger.LedgerEntry;
import pqsigner.gateway.ledger.Origin;
import pqsigner.gateway.ledger.Outcome;
import pqsigner.gateway.ledger.Replay;
import pqsigner.gateway.ledger.RequestLedger;
import pqsigner.gateway.ledger.RequestState;
import pqsigner.gateway.ledger.TestClock;
import pqsigner.gateway.queue.BackToWork;
import pqsigner.gateway.queue.QueueUnavailableException;

final class ReplayJobsTest {

  private static final int REPLAYS_MAX = 3;
  private static final int PER_MINUTE = 10;

  private final TestClock clock = new TestClock();
  private final InMemoryKeyRegistry keys = new InMemoryKeyRegistry();
  private final RequestLedger ledger = new InMemoryRequestLedger(Entries.POLICY, clock, keys);
  private final List<String> queued = new ArrayList<>();
  private final List<LedgerEntry> released = new ArrayList<>();
  private final InMemoryCustodianRegistry registered = InMemoryCustodianRegistry.of(CUSTODIAN);
  private final Custodians custodians = registered.snapshot();
  private boolean queueDown;

  private final ReplayJobs jobs =
      new ReplayJobs(
          ledger,
          new BackToWork(
              ledger,
              keys,
              (entry, _, _) -> {
                if (queueDown) {
                  throw new QueueUnavailableException("down", new IllegalStateException());
                }
                queued.add(entry.requestId());
              },
              _ -> {},
              new CustodianRules(custodians, true)),
          released::add,
          new ReplaySettings(REPLAYS_MAX, 100, PER_MINUTE),
          clock,
          new SimpleMeterRegistry());

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

  private void failed(String requestId, @Nullable Instant deadline) {
    ledger.accept(Entries.sign(requestId, "hello", deadline, Origin.KAFKA, NOW));
    fail(requestId);
  }

  private void fail(String requestId) {
    Instant at = clock.advance(Duration.ofSeconds(1));
    ledger.complete(
        Entries.key(requestId),
        digest("hello"),
        new Outcome.Failed(ErrorCode.KMS_UNAVAILABLE, 3, at));
  }

  private ReplayAction replay(String requestId, boolean execute, @Nullable Instant extended) {
    return jobs.replay(
            new ReplayRequest(
                "alice",
                new ReplayRequest.Selection.ByIds(CUSTODIAN, List.of(requestId)),
                execute,
                extended))
        .getFirst()
        .action();
  }

  private LedgerEntry entry(String requestId) {
    return ledger.find(Entries.key(requestId)).orElseThrow();
  }

  @Test
  void aDryRunSaysWhatWouldHappenAndDoesNothing() {
    failed("r", null);
    LedgerEntry before = entry("r");

    assertThat(replay("r", false, null)).isEqualTo(ReplayAction.WOULD_REPLAY);

    assertThat(entry("r")).isEqualTo(before);
    assertThat(queued).isEmpty();
  }

  @Test
  void aReplayReopensQueuesAndNamesTheOperator() {
    failed("r", null);

    assertThat(replay("r", true, null)).isEqualTo(ReplayAction.REPLAYED);

    assertThat(queued).containsExactly("r");
    assertThat(entry("r").state()).isEqualTo(RequestState.ACCEPTED);
    assertThat(entry("r").progress().replayTrail().getFirst().by())
        .isEqualTo(new Replay.By.Operator("alice"));
    assertThat(replay("r", true, null)).isEqualTo(ReplayAction.PENDING);
    assertThat(queued).hasSize(1);
  }

  @Test
  void aRequestIsReplayedSoOftenAndNoMore() {
    failed("r", null);
    for (int i = 0; i < REPLAYS_MAX; i++) {
      assertThat(replay("r", true, null)).isEqualTo(ReplayAction.REPLAYED);
      fail("r");
    }

    assertThat(replay("r", false, null)).isEqualTo(ReplayAction.REPLAY_LIMIT);
    assertThat(replay("r", true, null)).isEqualTo(ReplayAction.REPLAY_LIMIT);
    assertThat(entry("r").progress().replays()).isEqualTo(REPLAYS_MAX);
  }

  @Test
  void whatItsOwnerPutBackToWorkCountsToo() {
    failed("r", null);
    for (int i = 0; i < REPLAYS_MAX; i++) {
      ledger.replay(entry("r"), Replay.byOwner(clock.instant()));
      fail("r");
    }

    assertThat(replay("r", true, null)).isEqualTo(ReplayAction.REPLAY_LIMIT);
  }

  @Test
  void aDisabledCustodiansRequestIsNotReplayedUntilItIsEnabledAgain() {
    failed("r", null);
    registered.agree(CUSTODIAN, CustodianTerms.usual().in(CustodianTerms.State.DISABLED));
    custodians.refresh();

    assertThat(replay("r", false, null)).isEqualTo(ReplayAction.FORBIDDEN);
    assertThat(replay("r", true, null)).isEqualTo(ReplayAction.FORBIDDEN);
    assertThat(entry("r").state()).isEqualTo(RequestState.FAILED);
    assertThat(queued).isEmpty();

    registered.agree(CUSTODIAN, CustodianTerms.usual());
    custodians.refresh();
    assertThat(replay("r", true, null)).isEqualTo(ReplayAction.REPLAYED);
  }

  @Test
  void aRequestWhoseKeyIsGoneIsNotReplayedForNothing() {
    failed("r", null);
    LedgerEntry before = entry("r");
    ReplayJobs keyless =
        new ReplayJobs(
            ledger,
            new BackToWork(
                ledger,
                new InMemoryKeyRegistry(),
                (entry, _, _) -> queued.add(entry.requestId()),
                _ -> {},
                new CustodianRules(custodians, true)),
            released::add,
            new ReplaySettings(REPLAYS_MAX, 100, PER_MINUTE),
            clock,
            new SimpleMeterRegistry());

    assertThat(
            keyless.replay(
                new ReplayRequest(
                    "alice",
                    new ReplayRequest.Selection.ByIds(CUSTODIAN, List.of("r")),
                    true,
                    null)))
        .extracting(ReplayJobs.Result::action)
        .containsExactly(ReplayAction.UNKNOWN_USER);
    assertThat(entry("r")).isEqualTo(before);
    assertThat(queued).isEmpty();
  }

  @Test
  void soManyRequestsAreReplayedInAMinuteAndTheOthersStayAsTheyAre() {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < PER_MINUTE + 5; i++) {
      failed("r-" + i, null);
      ids.add("r-" + i);
    }
    ReplayRequest all =
        new ReplayRequest("alice", new ReplayRequest.Selection.ByIds(CUSTODIAN, ids), true, null);

    List<ReplayAction> actions = jobs.replay(all).stream().map(ReplayJobs.Result::action).toList();

    assertThat(actions).filteredOn(ReplayAction.REPLAYED::equals).hasSize(PER_MINUTE);
    assertThat(actions).filteredOn(ReplayAction.RATE_LIMITED::equals).hasSize(5);
    clock.advance(Duration.ofMinutes(1));
    assertThat(jobs.replay(all))
        .extracting(ReplayJobs.Result::action)
        .filteredOn(ReplayAction.REPLAYED::equals)
        .hasSize(5);
  }

  @Test
  void aDryRunCostsNothingOfTheRate() {
    failed("r", null);
    for (int i = 0; i < 10 * PER_MINUTE; i++) {
      replay("r", false, null);
    }

    assertThat(replay("r", true, null)).isEqualTo(ReplayAction.REPLAYED);
  }

  @Test
  void pastItsDeadlineARequestNeedsANewOne() {
    failed("r", NOW.plusSeconds(60));
    clock.advance(Duration.ofMinutes(5));
    Instant extended = clock.instant().plusSeconds(600);

    assertThat(replay("r", true, null)).isEqualTo(ReplayAction.PAST_DEADLINE);
    assertThat(replay("r", true, NOW.plusSeconds(61))).isEqualTo(ReplayAction.PAST_DEADLINE);
    assertThat(replay("r", true, extended)).isEqualTo(ReplayAction.REPLAYED);

    assertThat(entry("r").request().deadline()).isEqualTo(extended);
    assertThat(entry("r").progress().replayTrail().getFirst().extendedDeadline())
        .isEqualTo(extended);
  }

  @Test
  void aDeadlineThatStillHoldsIsNotMoved() {
    failed("r", NOW.plusSeconds(600));
    failed("without", null);

    replay("r", true, NOW.plusSeconds(6000));
    replay("without", true, NOW.plusSeconds(6000));

    assertThat(entry("r").request().deadline()).isEqualTo(NOW.plusSeconds(600));
    assertThat(entry("without").request().deadline()).isNull();
  }

  @Test
  void replayingWhatIsFinishedChangesNothingAndReleasesItAgain() {
    failed("r", null);
    replay("r", true, null);
    Instant at = clock.advance(Duration.ofSeconds(1));
    ledger.complete(Entries.key("r"), digest("hello"), Entries.signed(3, at));
    LedgerEntry before = entry("r");

    assertThat(replay("r", false, null)).isEqualTo(ReplayAction.FINISHED);
    assertThat(released).isEmpty();
    assertThat(replay("r", true, null)).isEqualTo(ReplayAction.FINISHED);

    assertThat(entry("r")).isEqualTo(before);
    assertThat(released).containsExactly(before);
    assertThat(queued).hasSize(1);
  }

  @Test
  void anUnknownIdIsUnknownAndARepeatedOneCountsOnce() {
    failed("r", null);

    List<ReplayJobs.Result> results =
        jobs.replay(
            new ReplayRequest(
                "alice",
                new ReplayRequest.Selection.ByIds(CUSTODIAN, List.of("nope", "r", "r")),
                true,
                null));

    assertThat(results)
        .extracting(ReplayJobs.Result::action)
        .containsExactly(ReplayAction.UNKNOWN, ReplayAction.REPLAYED);
  }

  @Test
  void aFilterSelectsAmongTheFailedOnly() {
    failed("r-1", null);
    failed("r-2", null);
    ledger.accept(Entries.sign("pending"));

    List<ReplayJobs.Result> results =
        jobs.replay(
            new ReplayRequest(
                "alice",
                new ReplayRequest.Selection.Matching(
                    new FailedFilter(ErrorCode.KMS_UNAVAILABLE, null, null, null), 1),
                true,
                null));

    assertThat(results).extracting(result -> result.request().requestId()).containsExactly("r-2");
    assertThat(queued).containsExactly("r-2");
  }

  @Test
  void aReplayThatCannotBeQueuedIsLeftToTheSweeper() {
    failed("r", null);
    queueDown = true;

    assertThat(replay("r", true, null)).isEqualTo(ReplayAction.REPLAYED);

    assertThat(entry("r").progress().dueAt()).isEqualTo(clock.instant().plusSeconds(10));
  }
}
