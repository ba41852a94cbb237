package pqsigner.gateway.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static pqsigner.gateway.ledger.Entries.CUSTODIAN;
import static pqsigner.gateway.ledger.Entries.NOW;
import static pqsigner.gateway.ledger.Entries.digest;
import static pqsigner.gateway.ledger.Entries.key;
import static pqsigner.gateway.ledger.Entries.sign;
import static pqsigner.gateway.ledger.Entries.signature;
import static pqsigner.gateway.ledger.Entries.signed;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import pqsigner.events.ErrorCode;

/// What every ledger does when many callers come at once.
abstract class RequestLedgerRaces extends KeyVersionsContract {

  private static final int CALLERS = 24;
  private static final int ROUNDS = 8;

  @Test
  void ofManyAcceptancesOneIsFreshAndTheOthersAreWhatTheirContentSays() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      String requestId = UUID.randomUUID().toString();

      List<Acceptance> answers =
          atOnce(
              caller ->
                  ledger()
                      .accept(sign(requestId, "content-" + caller % 3, null, Origin.HTTP, NOW)));

      assertThat(answers).filteredOn(Acceptance.Fresh.class::isInstance).hasSize(1);
      byte[] winner = ledger().find(key(requestId)).orElseThrow().request().digest();
      for (int caller = 0; caller < CALLERS; caller++) {
        boolean same = java.util.Arrays.equals(winner, digest("content-" + caller % 3));
        assertThat(answers.get(caller) instanceof Acceptance.Conflict).isEqualTo(!same);
      }
    }
  }

  @Test
  void ofManyOutcomesOneIsRecordedAndEveryoneReadsTheSameBytes() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      String requestId = UUID.randomUUID().toString();
      ledger().accept(sign(requestId));

      List<Completion> answers =
          atOnce(caller -> ledger().complete(key(requestId), digest("hello"), signed(caller)));

      assertThat(answers).filteredOn(Completion.Recorded.class::isInstance).hasSize(1);
      byte[] stored = signature(ledger().find(key(requestId)).orElseThrow());
      assertThat(answers)
          .allSatisfy(answer -> assertThat(signature(entry(answer))).isEqualTo(stored));
    }
  }

  @Test
  void ofManyKeysForOneUserOneIsRegisteredAndEveryRequestEnds() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      String user = "user-" + UUID.randomUUID();
      List<String> ids = new ArrayList<>();
      for (int caller = 0; caller < CALLERS; caller++) {
        String requestId = UUID.randomUUID().toString();
        ids.add(requestId);
        ledger().accept(Entries.generate(requestId, user));
      }

      List<Completion> answers =
          atOnce(
              caller ->
                  ledger()
                      .completeGeneration(
                          key(ids.get(caller)),
                          digest("generate " + user),
                          Entries.key(user, caller)));

      assertThat(answers).allMatch(Completion.Recorded.class::isInstance);
      List<Outcome> outcomes =
          answers.stream().map(a -> Optional.ofNullable(entry(a).outcome()).orElseThrow()).toList();
      assertThat(outcomes).filteredOn(Outcome.Generated.class::isInstance).hasSize(1);
      assertThat(outcomes)
          .filteredOn(o -> !(o instanceof Outcome.Generated))
          .allMatch(
              o ->
                  o instanceof Outcome.Refused refused
                      && refused.code() == ErrorCode.KEY_ALREADY_EXISTS);
      byte[] registered = keys().current(CUSTODIAN, user).orElseThrow().publicKey();
      assertThat(outcomes)
          .filteredOn(Outcome.Generated.class::isInstance)
          .allSatisfy(o -> assertThat(((Outcome.Generated) o).publicKey()).isEqualTo(registered));
    }
  }

  @Test
  void ofManySweepersOneClaimsAndOfManyReplaysOneReopens() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      String requestId = UUID.randomUUID().toString();
      ledger().accept(sign(requestId));
      PendingRow row = new PendingRow(key(requestId), NOW, NOW.plusSeconds(10));

      List<Optional<LedgerEntry>> claims =
          atOnce(caller -> ledger().claim(row, NOW.plusSeconds(20 + caller)));

      assertThat(claims).filteredOn(Optional::isPresent).hasSize(1);
      ledger()
          .complete(
              key(requestId),
              digest("hello"),
              new Outcome.Failed(ErrorCode.INTERNAL, 3, NOW.plusSeconds(1)));
      LedgerEntry seen = ledger().find(key(requestId)).orElseThrow();
      List<Replayed> replays =
          atOnce(
              caller ->
                  ledger()
                      .replay(seen, Replay.byOperator("op-" + caller, NOW.plusSeconds(2), null)));
      assertThat(replays).filteredOn(Replayed.Reopened.class::isInstance).hasSize(1);
      assertThat(ledger().find(key(requestId)).orElseThrow().progress().replays()).isEqualTo(1);
    }
  }

  private static LedgerEntry entry(Completion completion) {
    return switch (completion) {
      case Completion.Recorded(LedgerEntry entry) -> entry;
      case Completion.Superseded(LedgerEntry entry) -> entry;
      case Completion.Unrelated() -> throw new AssertionError("unrelated");
    };
  }

  /// Runs all callers together: none starts before all are there.
  private static <T> List<T> atOnce(IntFunction<T> call) throws Exception {
    CyclicBarrier start = new CyclicBarrier(CALLERS);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<T>> futures = new ArrayList<>();
      for (int caller = 0; caller < CALLERS; caller++) {
        int mine = caller;
        Callable<T> task =
            () -> {
              start.await();
              return call.apply(mine);
            };
        futures.add(threads.submit(task));
      }
      List<T> answers = new ArrayList<>();
      for (Future<T> future : futures) {
        answers.add(future.get());
      }
      return answers;
    }
  }
}
