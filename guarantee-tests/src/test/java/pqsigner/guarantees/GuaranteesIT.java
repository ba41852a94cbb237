package pqsigner.guarantees;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
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
import pqsigner.guarantees.traffic.LedgerWatch;
import pqsigner.guarantees.traffic.Traffic;
import pqsigner.guarantees.traffic.Verdict;
import pqsigner.local.LocalStack;
import pqsigner.local.LocalStackOptions;

/// Every fault against every guarantee, with two gateways and two workers, and a table of it. The
/// property `guarantees.requests` is how many requests each fault gets, `guarantees.full` whether
/// all faults are had.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class GuaranteesIT {
  private static final int REQUESTS = Integer.getInteger("guarantees.requests", 60);
  private static final boolean FULL = Boolean.getBoolean("guarantees.full");
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final Path TABLE = Path.of("target", "guarantees.md");

  private final Stack stack;
  private final DatabaseProxy database;
  private final EnclaveProxy enclave;
  private final LedgerWatch ledger;
  private final DeadLetterWatch letters;
  private final List<Key> keys;
  private final List<String> table = new ArrayList<>(List.of(Verdict.head()));

  GuaranteesIT() throws IOException {
    stack =
        new Stack(
            LocalStack.start(
                LocalStackOptions.defaults()
                    .forAMinute()
                    .processes(2, 2)
                    .lanes(Duration.ofSeconds(1), Duration.ofSeconds(4))
                    .workerProperty("pq-signer.batch.deadline", "3s")
                    .gatewayProperty("pq-signer.recovery.interval", "1s"),
                _ -> {}));
    database = new DatabaseProxy(stack.local().dynamoDb());
    enclave = new EnclaveProxy(stack.local().enclaveAddress());
    stack
        .local()
        .relaunchGateway(Map.of("pq-signer.dynamodb.endpoint", database.address().toString()));
    stack.local().relaunchWorker(Map.of("pq-signer.enclave.address", enclave.address()));
    ledger =
        new LedgerWatch(
            stack.local().dynamoDb(),
            Objects.requireNonNull(stack.local().gatewayCredentials().get("AWS_ACCESS_KEY_ID")));
    letters = new DeadLetterWatch(stack.endpoint("custodian-a"), stack.identity("admin"));
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
        letters) {
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
    int letteredBefore = letters.jobsToEnd();
    long start = System.nanoTime();
    try (Traffic traffic = new Traffic(stack, ledger, keys)) {
      fault.happening().to(new Scene(stack, database, enclave, keys, traffic, REQUESTS));
      traffic.sendUpTo(REQUESTS);
      traffic.awaitAll(PATIENCE);
      Verdict verdict = Verdict.of(traffic, letters, letteredBefore);
      table.add(verdict.row(fault.name()));
      Files.write(TABLE, table);
      System.out.printf(
          "%s: %d requests in %d ms%n", fault, REQUESTS, (System.nanoTime() - start) / 1_000_000);
      assertThat(traffic.violations().list()).isEmpty();
    }
  }
}
