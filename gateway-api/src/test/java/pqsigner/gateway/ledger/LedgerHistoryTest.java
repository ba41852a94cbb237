package pqsigner.gateway.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static pqsigner.gateway.ledger.Entries.key;

import java.time.Instant;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import pqsigner.gateway.keys.InMemoryKeyRegistry;

/// What holds of every row after any history. Seeds are fixed; a failure names its own.
final class LedgerHistoryTest {

  private static final int HISTORIES = 4000;
  private static final int EVENTS = 30;

  private static final Map<RequestState, Set<RequestState>> NEXT =
      new EnumMap<>(
          Map.of(
              RequestState.ACCEPTED, EnumSet.allOf(RequestState.class),
              RequestState.FAILED, EnumSet.of(RequestState.FAILED, RequestState.ACCEPTED),
              RequestState.SIGNED, EnumSet.of(RequestState.SIGNED),
              RequestState.GENERATED, EnumSet.of(RequestState.GENERATED),
              RequestState.REFUSED, EnumSet.of(RequestState.REFUSED),
              RequestState.EXPIRED, EnumSet.of(RequestState.EXPIRED)));

  @Test
  void noHistoryBreaksTheRules() {
    Set<RequestState> reached = EnumSet.noneOf(RequestState.class);
    int replays = 0;
    for (int seed = 0; seed < HISTORIES; seed++) {
      RequestLedger ledger =
          new InMemoryRequestLedger(Entries.POLICY, new TestClock(), new InMemoryKeyRegistry());
      LedgerEvents events = new LedgerEvents(seed);
      LedgerEntry before = null;
      for (int i = 0; i < EVENTS; i++) {
        events.next().happenTo(ledger, "r");
        LedgerEntry after = ledger.find(key("r")).orElse(null);
        if (after != null) {
          holds(seed, after);
          if (before != null) {
            follows(seed, before, after);
          }
          reached.add(after.state());
          replays = Math.max(replays, after.progress().replays());
        }
        before = after;
      }
    }
    assertThat(reached)
        .as("the histories go everywhere")
        .containsAll(EnumSet.complementOf(EnumSet.of(RequestState.GENERATED)));
    assertThat(replays).isGreaterThan(2);
  }

  private static void holds(int seed, LedgerEntry row) {
    assertThat(row.request().content() != null)
        .as("content, seed %s", seed)
        .isEqualTo(!row.finished());
    assertThat(row.outcome() == null)
        .as("outcome, seed %s", seed)
        .isEqualTo(row.state() == RequestState.ACCEPTED);
    if (row.state() == RequestState.ACCEPTED) {
      assertThat(row.progress().dueAt()).as("an accepted row is swept, seed %s", seed).isNotNull();
    } else if (row.state() != RequestState.EXPIRED && row.state() != RequestState.FAILED) {
      assertThat(row.progress().dueAt()).as("a decided row is not swept, seed %s", seed).isNull();
    }
    Instant deadline = row.request().deadline();
    if (row.outcome() instanceof Outcome.Signed signed && deadline != null) {
      assertThat(signed.at()).as("seed %s", seed).isBeforeOrEqualTo(deadline);
    }
    if (row.outcome() instanceof Outcome.Expired(Instant at)) {
      assertThat(at).as("seed %s", seed).isAfterOrEqualTo(deadline);
    }
  }

  private static void follows(int seed, LedgerEntry before, LedgerEntry after) {
    assertThat(NEXT.get(before.state()))
        .as("from %s, seed %s", before.state(), seed)
        .contains(after.state());
    assertThat(after.request().digest()).as("seed %s", seed).isEqualTo(before.request().digest());
    assertThat(after.request().acceptedAt())
        .as("seed %s", seed)
        .isEqualTo(before.request().acceptedAt());
    assertThat(after.progress().replayTrail().subList(0, before.progress().replays()))
        .as("the trail only grows, seed %s", seed)
        .isEqualTo(before.progress().replayTrail());
    boolean reopened =
        before.state() == RequestState.FAILED && after.state() == RequestState.ACCEPTED;
    assertThat(after.progress().replays() - before.progress().replays())
        .as("reopened by a replay and by nothing else, seed %s", seed)
        .isEqualTo(reopened ? 1 : 0);
    if (before.finished()) {
      assertThat(after.outcome()).as("seed %s", seed).isEqualTo(before.outcome());
      assertThat(after.request().deadline())
          .as("seed %s", seed)
          .isEqualTo(before.request().deadline());
    }
  }
}
