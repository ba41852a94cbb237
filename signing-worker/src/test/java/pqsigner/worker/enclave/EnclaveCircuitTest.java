package pqsigner.worker.enclave;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import pqsigner.worker.enclave.EnclaveCircuit.Admission;
import pqsigner.worker.enclave.EnclaveCircuit.Cause;
import pqsigner.worker.enclave.EnclaveCircuit.State;

class EnclaveCircuitTest {
  private static final List<Cause> CAUSES =
      List.of(
          Cause.ENCLAVE_UNREACHABLE,
          Cause.ENCLAVE_NOT_READY,
          Cause.NO_CREDENTIALS,
          Cause.CREDENTIALS_REFUSED,
          Cause.KMS_DENIED,
          Cause.KMS_UNAVAILABLE);
  private static final Duration MIN = Duration.ofMillis(500);
  private static final Duration MAX = Duration.ofSeconds(4);

  private Instant now = Instant.parse("2026-11-23T00:00:00Z");
  private final EnclaveCircuit circuit = new EnclaveCircuit(() -> now, MIN, MAX);

  @BeforeEach
  void close() {
    circuit.enclaveServing();
  }

  private void pass(Duration time) {
    now = now.plus(time);
    circuit.tick();
  }

  @Test
  void aNewCircuitIsOpenUntilTheEnclaveServes() {
    EnclaveCircuit fresh = new EnclaveCircuit(() -> now, MIN, MAX);
    assertThat(fresh.admit()).isEqualTo(Admission.WAIT);
    fresh.enclaveServing();
    assertThat(fresh.admit()).isEqualTo(Admission.PROCEED);
  }

  @Test
  void anEnclaveThatIsDownOpensItUntilItServesAgain() {
    circuit.enclaveDown(Cause.ENCLAVE_UNREACHABLE);
    pass(Duration.ofHours(1));
    assertThat(circuit.admit()).isEqualTo(Admission.WAIT);
    circuit.enclaveServing();
    assertThat(circuit.isClosed()).isTrue();
  }

  /// The enclave itself tries whether KMS lets it work, so no job has to.
  @ParameterizedTest
  @EnumSource(
      value = Cause.class,
      names = {"KMS_DENIED", "CREDENTIALS_REFUSED", "KMS_UNAVAILABLE"})
  void anEnclaveThatKmsDoesNotLetWorkIsNotTriedWithJobs(Cause cause) {
    circuit.enclaveDown(cause);
    pass(Duration.ofHours(1));
    assertThat(circuit.admit()).isEqualTo(Admission.WAIT);
    circuit.kmsUnavailable();
    circuit.enclaveServing();
    assertThat(circuit.isClosed()).isTrue();
  }

  @Test
  void aServingEnclaveDoesNotHealAKmsOutage() {
    circuit.kmsUnavailable();
    circuit.enclaveServing();
    assertThat(circuit.admit()).isEqualTo(Admission.WAIT);
  }

  @Test
  void afterAKmsOutageOneJobAtATimeIsTried() {
    circuit.kmsUnavailable();
    pass(MIN);
    assertThat(circuit.admit()).isEqualTo(Admission.TRIAL);
    assertThat(circuit.admit()).isEqualTo(Admission.WAIT);
    circuit.trialPassed();
    assertThat(circuit.admit()).isEqualTo(Admission.PROCEED);
  }

  @Test
  void aTrialThatWasNotUsedIsGivenToTheNext() {
    circuit.kmsUnavailable();
    pass(MIN);
    circuit.admit();
    circuit.trialUnused();
    assertThat(circuit.admit()).isEqualTo(Admission.TRIAL);
  }

  @Test
  void theWaitDoublesWithEachFailedTrialUpToABound() {
    circuit.kmsUnavailable();
    for (Duration wait : new Duration[] {MIN, MIN.multipliedBy(2), MIN.multipliedBy(4), MAX, MAX}) {
      pass(wait.minusMillis(1));
      assertThat(circuit.admit()).isEqualTo(Admission.WAIT);
      pass(Duration.ofMillis(1));
      assertThat(circuit.admit()).isEqualTo(Admission.TRIAL);
      circuit.trialFailed();
    }
  }

  @Test
  void lateNewsOfTheSameOutageDoNotLengthenIt() {
    circuit.kmsUnavailable();
    State first = circuit.state();
    now = now.plusMillis(400);
    circuit.kmsUnavailable();
    assertThat(circuit.state()).isEqualTo(first);
  }

  @Test
  void anEnclaveLostDuringATrialIsWhatCounts() {
    circuit.kmsUnavailable();
    pass(MIN);
    circuit.admit();
    circuit.enclaveDown(Cause.ENCLAVE_UNREACHABLE);
    circuit.trialFailed();
    circuit.trialUnused();
    assertThat(circuit.state())
        .isEqualTo(new State.Open(Cause.ENCLAVE_UNREACHABLE, 0, Instant.MAX));
  }

  @Test
  void observersHearOfChangesOnly() {
    AtomicInteger heard = new AtomicInteger();
    circuit.onChange(heard::incrementAndGet);
    circuit.enclaveServing();
    circuit.tick();
    assertThat(heard).hasValue(0);
    circuit.enclaveDown(Cause.ENCLAVE_NOT_READY);
    circuit.enclaveDown(Cause.ENCLAVE_NOT_READY);
    assertThat(heard).hasValue(1);
  }

  /// Whatever happens in whatever order: never two trials at once, never a job while open, and a
  /// circuit whose dependencies are back always closes again.
  @Test
  void noOrderOfEventsBreaksItsPromises() {
    for (long seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      int trialsRunning = 0;
      for (int step = 0; step < 100; step++) {
        boolean halfOpen = circuit.state() instanceof State.HalfOpen;
        switch (random.nextInt(8)) {
          case 0 -> circuit.enclaveServing();
          case 1 -> {
            circuit.enclaveDown(CAUSES.get(random.nextInt(CAUSES.size())));
            trialsRunning = 0;
          }
          case 2 -> {
            circuit.kmsUnavailable();
            trialsRunning = halfOpen ? 0 : trialsRunning;
          }
          case 3, 4 -> pass(Duration.ofMillis(random.nextInt(3000)));
          case 5 -> {
            circuit.trialUnused();
            trialsRunning = 0;
          }
          case 6 -> {
            circuit.trialFailed();
            trialsRunning = 0;
          }
          default -> {
            State before = circuit.state();
            Admission admission = circuit.admit();
            assertThat(admission == Admission.PROCEED)
                .as("seed %d", seed)
                .isEqualTo(before instanceof State.Closed);
            trialsRunning += admission == Admission.TRIAL ? 1 : 0;
            assertThat(trialsRunning).as("seed %d", seed).isLessThanOrEqualTo(1);
          }
        }
      }
      recover();
      assertThat(circuit.isClosed()).as("seed %d", seed).isTrue();
    }
  }

  private void recover() {
    circuit.trialUnused();
    circuit.enclaveServing();
    pass(MAX);
    if (circuit.admit() == Admission.TRIAL) {
      circuit.trialPassed();
    }
  }
}
