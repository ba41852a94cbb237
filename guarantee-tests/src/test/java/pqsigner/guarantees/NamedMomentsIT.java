package pqsigner.guarantees;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import pqsigner.guarantees.stack.DatabaseProxy;
import pqsigner.guarantees.stack.DatabaseProxy.Moment;
import pqsigner.guarantees.stack.DatabaseProxy.Point;
import pqsigner.guarantees.stack.DatabaseProxy.Trouble;
import pqsigner.guarantees.stack.EnclaveProxy;
import pqsigner.guarantees.stack.Key;
import pqsigner.guarantees.stack.Stack;
import pqsigner.guarantees.stack.Traffic;
import pqsigner.local.LocalStack;
import pqsigner.local.LocalStackOptions;
import pqsigner.local.kms.Faults;
import pqsigner.local.process.ChildProcess;
import pqsigner.local.process.Readiness;

/// SIGKILL at the moments between two steps that belong together, and dependencies that refuse. The
/// moments are found by what goes over the wire, not by time.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class NamedMomentsIT {
  private static final int REQUESTS = 60;
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Path TABLE = Path.of("target", "guarantees.md");

  private final Stack stack;
  private final DatabaseProxy database;
  private final EnclaveProxy enclave;
  private final List<Key> keys;
  private final List<String> rows = new ArrayList<>();

  NamedMomentsIT() throws IOException {
    stack =
        new Stack(
            LocalStack.start(
                LocalStackOptions.defaults()
                    .forAMinute()
                    .workerProperty("pq-signer.batch.deadline", "3s")
                    .gatewayProperty("pq-signer.recovery.interval", "1s"),
                _ -> {}));
    database = new DatabaseProxy(stack.local().dynamoDb());
    enclave = new EnclaveProxy(stack.local().enclaveAddress());
    stack
        .local()
        .relaunchGateway(Map.of("pq-signer.dynamodb.endpoint", database.address().toString()));
    stack.local().relaunchWorker(Map.of("pq-signer.enclave.address", enclave.address()));
    keys = List.of(stack.newKey("ML-DSA-44"), stack.newKey("ML-DSA-65"));
  }

  @BeforeEach
  void everythingRuns() {
    stack.restartWhatDied();
  }

  @AfterAll
  void stop() throws IOException {
    try (stack;
        database;
        enclave) {
      List<String> table = new ArrayList<>();
      table.add("| fault | requests | lost | doubled | delivered again, same bytes |");
      table.add("|---|---|---|---|---|");
      table.addAll(rows);
      Files.write(TABLE, table);
      table.forEach(System.out::println);
    }
  }

  static List<Arguments> moments() {
    return List.of(
        Arguments.of("gateway killed before the put", new Point("PutItem", "", Moment.BEFORE)),
        Arguments.of(
            "gateway killed between put and produce", new Point("PutItem", "", Moment.AFTER)),
        Arguments.of(
            "gateway killed between reply and ledger",
            new Point("UpdateItem", "\"SIGNED\"", Moment.BEFORE)),
        Arguments.of(
            "gateway killed between ledger and results",
            new Point("UpdateItem", "\"SIGNED\"", Moment.AFTER)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("moments")
  void nothingIsLostOrDoubledWhenTheGatewayDies(String fault, Point point) throws Exception {
    ChildProcess gateway = stack.local().process("gateway");
    try (Traffic traffic = new Traffic(stack, keys)) {
      CountDownLatch killed = database.at(point, gateway::kill);
      traffic.send(REQUESTS);
      await(killed);
      assertThat(gateway.isAlive()).isFalse();
      gateway.restart();
      finish(fault, traffic);
    }
  }

  @Test
  void nothingIsLostOrDoubledWhenTheWorkerDiesBetweenEnclaveAndReply() throws Exception {
    ChildProcess worker = stack.local().process("worker");
    try (Traffic traffic = new Traffic(stack, keys)) {
      CountDownLatch killed = enclave.atSignature(worker::kill);
      traffic.send(REQUESTS);
      await(killed);
      assertThat(worker.isAlive()).isFalse();
      worker.restart();
      finish("worker killed between enclave and reply", traffic);
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void aDatabaseInTroubleDelaysAndLosesNothing(Trouble trouble) throws Exception {
    try (Traffic traffic = new Traffic(stack, keys)) {
      traffic.send(REQUESTS / 2);
      CountDownLatch met = database.cause(trouble, 30);
      try {
        traffic.send(REQUESTS / 2);
        await(met);
      } finally {
        database.cause(Trouble.NONE, 0);
      }
      finish("database " + trouble.name().toLowerCase(Locale.ROOT), traffic);
    }
  }

  @Test
  void aKmsOutageDelaysAndLosesNothingAndFillsNoDeadLetters() throws Exception {
    try (Traffic traffic = new Traffic(stack, keys)) {
      stack.local().kmsFaults().outage(Faults.Outage.UNAVAILABLE);
      try {
        traffic.send(REQUESTS);
        stack.local().process("worker").await(this::circuitIsOpen);
      } finally {
        stack.local().kmsFaults().clear();
      }
      finish("KMS unavailable", traffic);
    }
  }

  private boolean circuitIsOpen() {
    URI worker = stack.local().managements().getLast();
    return !new Readiness.Http(worker.resolve("/actuator/health/readiness")).holds();
  }

  private static void await(CountDownLatch latch) throws InterruptedException {
    assertThat(latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as("came to it").isTrue();
  }

  /// Every request is signed, so none is lost and none became a dead letter. The row is written
  /// before that is judged, so that the table tells of a fault that broke it too.
  private void finish(String fault, Traffic traffic) {
    traffic.send(REQUESTS / 4);
    try {
      traffic.awaitAll(PATIENCE);
    } finally {
      rows.add(
          "| %s | %d | %d | %d | %d |"
              .formatted(
                  fault, traffic.sent(), traffic.lost(), traffic.doubled(), traffic.repeats()));
    }
    traffic.assertGuarantees();
  }
}
