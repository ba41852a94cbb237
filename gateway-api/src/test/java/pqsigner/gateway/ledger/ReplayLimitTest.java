package pqsigner.gateway.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static pqsigner.gateway.ledger.Entries.NOW;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import pqsigner.events.ErrorCode;
import pqsigner.events.Retry;

/// What helps the owner of a recorded request, for every code and state.
final class ReplayLimitTest {

  private static final LedgerTransitions TRANSITIONS = new LedgerTransitions(Entries.POLICY);
  private static final ReplayLimit LIMIT = new ReplayLimit(1);

  private final LedgerEntry accepted =
      TRANSITIONS.accepted(Entries.sign("r", "hello", NOW.plusSeconds(60), Origin.KAFKA, NOW));

  private LedgerEntry ended(LedgerEntry entry, Outcome outcome) {
    return ((Completion.Recorded) TRANSITIONS.complete(entry, entry.request().digest(), outcome))
        .entry();
  }

  @ParameterizedTest
  @EnumSource
  void whatIsRefusedForGoodIsNeverHelpedByItsOwnId(ErrorCode code) {
    LedgerEntry refused = ended(accepted, new Outcome.Refused(code, null, NOW));

    assertThat(LIMIT.retry(refused))
        .isEqualTo(code.retry() == Retry.NEVER ? Retry.NEVER : Retry.NEW_REQUEST_ID);
  }

  @ParameterizedTest
  @EnumSource
  void whatFailedIsHelpedByItsOwnIdUntilTheLimit(ErrorCode code) {
    LedgerEntry failed = ended(accepted, new Outcome.Failed(code, 3, NOW));
    assertThat(LIMIT.retry(failed)).isEqualTo(Retry.SAME_REQUEST_ID);

    LedgerEntry back =
        ((Replayed.Reopened) TRANSITIONS.replay(failed, failed, Replay.byOwner(NOW.plusSeconds(1))))
            .entry();
    LedgerEntry again = ended(back, new Outcome.Failed(code, 3, NOW.plusSeconds(2)));

    assertThat(LIMIT.isReached(again)).isTrue();
    assertThat(LIMIT.retry(again)).isEqualTo(Retry.NEW_REQUEST_ID);
  }

  @Test
  void anExpiredRequestNeedsANewIdAndWhatIsWellNeedsNothing() {
    assertThat(LIMIT.retry(ended(accepted, new Outcome.Expired(NOW.plusSeconds(60)))))
        .isEqualTo(Retry.NEW_REQUEST_ID);
    assertThat(LIMIT.retry(accepted)).isNull();
    assertThat(LIMIT.retry(ended(accepted, Entries.signed(1)))).isNull();
  }
}
