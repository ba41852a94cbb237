package pqsigner.guarantees;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pqsigner.guarantees.stack.Key;
import pqsigner.guarantees.stack.SharedStack;
import pqsigner.guarantees.stack.Stack;
import pqsigner.guarantees.stack.Traffic;
import pqsigner.local.process.ChildProcess;

/// Parts are killed while requests are under way on both ways in; every request ends signed, once,
/// with the bytes that are recorded.
@ExtendWith(SharedStack.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class KillIT {
  private static final int REQUESTS = 200;
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  private final Stack stack;
  private final List<Key> keys;

  KillIT(Stack stack) {
    this.stack = stack;
    this.keys =
        List.of(stack.newKey("ML-DSA-44"), stack.newKey("ML-DSA-65"), stack.newKey("ML-DSA-87"));
  }

  @BeforeEach
  void everythingRuns() {
    stack.restartWhatDied();
  }

  @ParameterizedTest
  @ValueSource(strings = {"worker", "gateway", "enclave", "broker"})
  void nothingIsLostOrDoubledWhenAPartIsKilled(String part) {
    try (Traffic traffic = new Traffic(stack, keys)) {
      traffic.send(REQUESTS);
      traffic.awaitSome(REQUESTS / 8, PATIENCE);
      stack.local().process(part).kill();
      stack.local().process(part).restart();
      traffic.send(REQUESTS / 4);
      traffic.awaitAll(PATIENCE);
      traffic.assertGuarantees();
    }
  }

  @Test
  void nothingIsLostWhenTheEnclaveHangs() {
    ChildProcess enclave = stack.local().process("enclave");
    try (Traffic traffic = new Traffic(stack, keys)) {
      traffic.send(REQUESTS / 2);
      traffic.awaitSome(REQUESTS / 8, PATIENCE);
      enclave.suspend();
      try {
        traffic.send(REQUESTS / 4);
      } finally {
        enclave.resume();
      }
      traffic.awaitAll(PATIENCE);
      traffic.assertGuarantees();
    }
  }
}
