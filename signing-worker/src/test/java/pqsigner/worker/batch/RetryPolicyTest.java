package pqsigner.worker.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import pqsigner.worker.batch.RetryPolicy.Next;

class RetryPolicyTest {

  @ParameterizedTest
  @CsvSource({
    "1,FIRST_LANE",
    "2,SECOND_LANE",
    "3,DEAD_LETTER",
    "4,DEAD_LETTER",
    "1000,DEAD_LETTER"
  })
  void aJobGoesThroughBothLanesBeforeItIsGivenUp(int attempts, Next next) {
    assertThat(RetryPolicy.after(attempts)).isEqualTo(next);
  }

  @Test
  void attemptsAreCountedFromOne() {
    assertThatThrownBy(() -> RetryPolicy.after(0)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "0,0,false",
    "0,2,false",
    "0,3,true",
    "1,1,false",
    "1,2,true",
    "2,1,false",
    "2,2,true"
  })
  void crashesCountAsAttemptsButOneNeverSuffices(int attempts, int crashes, boolean blamed) {
    assertThat(RetryPolicy.blames(attempts, crashes)).isEqualTo(blamed);
  }

  /// Whatever mixture of ordinary failures and crashes: a job is tried a bounded number of times.
  @Test
  void noJobIsTriedForEver() {
    for (long seed = 0; seed < 1000; seed++) {
      Random random = new Random(seed);
      int attempts = 0;
      int crashesAlone = 0;
      int tries = 0;
      while (!RetryPolicy.blames(attempts, crashesAlone)) {
        tries++;
        if (random.nextBoolean()) {
          crashesAlone++;
        } else {
          crashesAlone = 0;
          attempts++;
          if (RetryPolicy.after(attempts) == Next.DEAD_LETTER) {
            break;
          }
        }
      }
      assertThat(tries).as("seed %d", seed).isLessThanOrEqualTo(3 * RetryPolicy.ATTEMPTS_MAX);
    }
  }

  @Test
  void aStartMarkSurvivesTheOffsetMetadata() {
    StartMark mark = new StartMark(7);
    assertThat(StartMark.parse(mark.text())).contains(mark);
    assertThat(mark.onceMoreAlone().alone()).isEqualTo(8);
    assertThat(new StartMark(9999).onceMoreAlone().alone()).isEqualTo(9999);
  }

  @ParameterizedTest
  @CsvSource(
      value = {"''", "alone=1", "pq-signer-started;alone=-1", "pq-signer-started;alone=99999", "x"})
  void otherMetadataIsNoStartMark(String metadata) {
    assertThat(StartMark.parse(metadata)).isEmpty();
  }
}
