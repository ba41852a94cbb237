package pqsigner.guarantees.alone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import pqsigner.guarantees.fault.Fault;
import pqsigner.guarantees.fault.Faults;
import pqsigner.guarantees.fault.Scene;
import pqsigner.guarantees.stack.DatabaseProxy;
import pqsigner.guarantees.stack.EnclaveProxy;
import pqsigner.guarantees.stack.Key;
import pqsigner.guarantees.stack.Stack;
import pqsigner.guarantees.traffic.DeadLetterWatch;
import pqsigner.guarantees.traffic.Flood;
import pqsigner.guarantees.traffic.JobWatch;
import pqsigner.guarantees.traffic.LedgerWatch;
import pqsigner.guarantees.traffic.Traffic;
import pqsigner.guarantees.traffic.Verdict;
import pqsigner.local.Detours;
import pqsigner.local.LocalStack;
import pqsigner.local.LocalStackOptions;

/// Every fault against every guarantee, with two gateways and two workers, and a table of it. The
/// property `guarantees.requests` is how many requests each fault gets at least. With
/// `guarantees.full`, all faults are had, and with each of them four times as many requests wait
/// from the start as are signed within the time after which a job may be held lost.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class GuaranteesIT {
  private static final int REQUESTS = Integer.getInteger("guarantees.requests", 60);
  private static final boolean FULL = Boolean.getBoolean("guarantees.full");
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  /// After which a row may be held lost; the short form has less time for a backlog to grow older.
  private static final Duration REQUEUE_AFTER = Duration.ofSeconds(FULL ? 10 : 3);

  private static final int TIMES_WHAT_IS_SIGNED = 4;
  private static final Duration OVERLOAD =
      FULL ? Duration.ofMinutes(2) : REQUEUE_AFTER.multipliedBy(TIMES_WHAT_IS_SIGNED);
  private static final int AHEAD = 100;
  private static final int MEASURED = 300;
  private static final int THROTTLED = 8;
  private static final Path TABLE = Path.of("target", "guarantees.md");

  private final Stack stack;
  private final DatabaseProxy database;
  private final EnclaveProxy enclave;
  private final LedgerWatch ledger;
  private final DeadLetterWatch letters;
  private final JobWatch jobs;
  private final List<Key> keys;
  private double perSecond;
  private final List<String> table = new ArrayList<>(List.of(Verdict.head()));

  GuaranteesIT() throws IOException {
    database = new DatabaseProxy();
    enclave = new EnclaveProxy();
    stack =
        new Stack(
            LocalStack.start(
                LocalStackOptions.defaults()
                    .forAMinute()
                    .processes(2, 2)
                    .lanes(Duration.ofSeconds(1), Duration.ofSeconds(4))
                    .workerProperty("pq-signer.batch.deadline", "3s")
                    .gatewayProperty("pq-signer.recovery.interval", "1s")
                    .gatewayProperty(
                        "pq-signer.recovery.requeue-after", REQUEUE_AFTER.toSeconds() + "s"),
                new Detours(database::before, enclave::before),
                _ -> {}));
    ledger =
        new LedgerWatch(
            stack.local().dynamoDb(),
            Objects.requireNonNull(stack.local().gatewayCredentials().get("AWS_ACCESS_KEY_ID")));
    letters = new DeadLetterWatch(stack.endpoint("custodian-a"), stack.identity("admin"));
    jobs = new JobWatch(stack.endpoint("custodian-a"), stack.identity("admin"));
    keys = List.of(stack.newKey("ML-DSA-44"), stack.newKey("ML-DSA-65"), stack.newKey("ML-DSA-87"));
  }

  @BeforeEach
  void everythingRuns() {
    stack.restartWhatDied();
  }

  @AfterAll
  void stop() throws IOException {
    try (stack;
        database;
        enclave;
        ledger;
        letters;
        jobs) {
      table.forEach(System.out::println);
    }
  }

  static List<Fault> faults() {
    return FULL ? Faults.all() : Faults.some();
  }

  /// The row is written before it is judged, and with each fault, so that the table tells of one
  /// that broke something too, and of a run that did not come to its end.
  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  void everyGuaranteeHolds(Fault fault) throws Exception {
    int requests = requests();
    int letteredBefore = letters.jobsToEnd();
    long queuedBefore = jobs.queued();
    long start = System.nanoTime();
    try (Traffic traffic = new Traffic(stack, ledger, keys)) {
      fault.happening().to(new Scene(stack, database, enclave, keys, traffic, requests));
      traffic.sendUpTo(requests);
      traffic.awaitAll(PATIENCE);
      Verdict verdict = Verdict.of(traffic, letters, letteredBefore);
      table.add(verdict.row(fault.name()));
      Files.write(TABLE, table);
      System.out.printf(
          "%s: %d requests in %d ms%n", fault, requests, (System.nanoTime() - start) / 1_000_000);
      assertThat(traffic.violations().list()).isEmpty();
      if (fault.name().equals(Faults.NONE)) {
        assertThat(jobs.queued() - queuedBefore)
            .as("jobs for the requests that need one")
            .isLessThanOrEqualTo(traffic.needingJobs());
      }
    }
  }

  /// Half of the requests of a fault are sent at once, so that many wait.
  private int requests() {
    if (FULL && perSecond == 0) {
      perSecond = capacity();
    }
    return Math.max(
        REQUESTS, (int) (2 * TIMES_WHAT_IS_SIGNED * perSecond * REQUEUE_AFTER.toMillis() / 1000));
  }

  /// How many are signed in a second by a stack that is warm.
  private double capacity() {
    try (Flood flood = new Flood(stack, keys.getFirst())) {
      flood.send(MEASURED);
      flood.awaitAll(PATIENCE);
      long start = System.nanoTime();
      flood.send(MEASURED);
      flood.awaitAll(PATIENCE);
      return MEASURED * 1e9 / (System.nanoTime() - start);
    }
  }

  /// At its end as many wait as were signed all the while.
  @Test
  void atTwiceWhatIsSignedNoJobIsQueuedTwice() {
    long queuedBefore = jobs.queued();
    int letteredBefore = letters.jobsToEnd();
    try (Flood flood = new Flood(stack, keys.getFirst())) {
      flood.sendTwiceWhatIsSigned(AHEAD, OVERLOAD);
      int signed = flood.signed();
      flood.awaitAll(PATIENCE);

      System.out.printf(
          "overload: of %d sent in %s, %d were signed meanwhile; %d results came twice%n",
          flood.sent(), OVERLOAD, signed, flood.repeated());
      assertThat(jobs.queued() - queuedBefore).as("jobs").isEqualTo(flood.sent());
      assertThat(letters.jobsToEnd() - letteredBefore).isZero();
    }
  }

  /// Its jobs wait in the lanes for longer than the time after which a job may be held lost.
  @Test
  void aThrottledKeyHasThreeAttemptsAndNoMore() {
    Key throttled = stack.newKey("ML-DSA-44");
    long attemptsBefore = jobs.attempts();
    int letteredBefore = letters.jobsToEnd();
    stack.local().kmsFaults().throttleUser(throttled.userId());
    try (Flood flood = new Flood(stack, throttled)) {
      flood.send(THROTTLED);
      long until = System.nanoTime() + PATIENCE.toNanos();
      while (letters.jobsToEnd() - letteredBefore < THROTTLED) {
        assertThat(System.nanoTime() - until).as("given up in time").isNegative();
      }
    } finally {
      stack.local().kmsFaults().clear();
    }

    try (Flood others = new Flood(stack, keys.getFirst())) {
      others.send(1);
      others.awaitAll(PATIENCE);
    }
    assertThat(jobs.attempts() - attemptsBefore - 1).as("attempts").isEqualTo(3 * THROTTLED);
    assertThat(letters.jobsToEnd() - letteredBefore).as("dead letters").isEqualTo(THROTTLED);
  }
}
