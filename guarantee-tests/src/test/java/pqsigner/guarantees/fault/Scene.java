package pqsigner.guarantees.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import pqsigner.guarantees.stack.DatabaseProxy;
import pqsigner.guarantees.stack.EnclaveProxy;
import pqsigner.guarantees.stack.Key;
import pqsigner.guarantees.stack.Stack;
import pqsigner.guarantees.traffic.Traffic;
import pqsigner.local.process.ChildProcess;
import pqsigner.local.process.Readiness;

/// What a fault happens to.
///
/// @param database stands before the first gateway
/// @param enclave stands before the first worker
/// @param requests to send in all
public record Scene(
    Stack stack,
    DatabaseProxy database,
    EnclaveProxy enclave,
    List<Key> keys,
    Traffic traffic,
    int requests) {

  static final Duration PATIENCE = Duration.ofMinutes(2);

  ChildProcess process(String name) {
    return stack.local().process(name);
  }

  void sendHalf() {
    traffic.send(requests / 2);
  }

  /// Half of the requests, some of which have ended.
  void getUnderWay() {
    sendHalf();
    traffic.await(requests / 8, PATIENCE);
  }

  void sendQuarter() {
    traffic.send(requests / 4);
  }

  void await(CountDownLatch latch) throws InterruptedException {
    assertThat(latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as("came to it").isTrue();
  }

  /// Returns when every worker says that it is not ready.
  void awaitOpenCircuits() {
    List<URI> managements = stack.local().managements();
    int gateways = stack.local().gateways().size();
    for (int i = gateways; i < managements.size(); i++) {
      Readiness ready =
          new Readiness.Http(managements.get(i).resolve("/actuator/health/readiness"));
      process(worker(i - gateways)).await(() -> !ready.holds());
    }
  }

  static String worker(int index) {
    return index == 0 ? "worker" : "worker-" + (index + 1);
  }
}
