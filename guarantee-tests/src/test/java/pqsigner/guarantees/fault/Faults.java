package pqsigner.guarantees.fault;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.stream.Stream;
import pqsigner.guarantees.stack.DatabaseProxy.Moment;
import pqsigner.guarantees.stack.DatabaseProxy.Point;
import pqsigner.guarantees.stack.DatabaseProxy.Trouble;
import pqsigner.guarantees.stack.Key;
import pqsigner.local.kms.Faults.Outage;
import pqsigner.local.kms.KmsFaults;
import pqsigner.local.process.ChildProcess;

/// Every fault of the suite. Moments are found by what goes over the wire, not by time.
public final class Faults {
  public static final String NONE = "nothing";

  private static final List<String> PARTS = List.of("gateway", "worker", "enclave", "broker");
  private static final int THROTTLED_CALLS = 60;
  private static final int STRAGGLING = 30;

  /// What the short form leaves out, because another of its faults does much the same: moments are
  /// SIGKILLs, and a rolling restart is SIGTERMs.
  private static final Set<String> IN_FULL_ONLY =
      Set.of(
          "KMS is away",
          "KMS answers 503",
          "KMS does not know the credentials",
          "SIGKILL of the gateway",
          "SIGKILL of the worker",
          "SIGKILL of the delay line",
          "SIGTERM of the gateway",
          "SIGTERM of the worker",
          "SIGTERM of the enclave",
          "SIGTERM of the broker");

  private Faults() {}

  public static List<Fault> some() {
    return all().stream().filter(fault -> !IN_FULL_ONLY.contains(fault.name())).toList();
  }

  public static List<Fault> all() {
    List<Fault> all = new ArrayList<>();
    all.add(new Fault(NONE, Scene::getUnderWay));
    moments(all);
    dependencies(all);
    deliveries(all);
    all.add(new Fault("SIGKILL of the delay line", Faults::delayLineKilled));
    for (String part : PARTS) {
      all.add(new Fault("SIGKILL of the " + part, scene -> kill(scene, part)));
      all.add(new Fault("SIGTERM of the " + part, scene -> terminate(scene, part)));
      all.add(new Fault("SIGSTOP of the " + part, scene -> suspend(scene, part)));
    }
    return all;
  }

  private static void moments(List<Fault> all) {
    all.add(gatewayKilled("before the put", "PutItem", "", Moment.BEFORE));
    all.add(gatewayKilled("between put and produce", "PutItem", "", Moment.AFTER));
    all.add(
        new Fault(
            "SIGKILL of the worker between enclave and reply",
            scene -> {
              ChildProcess worker = scene.process("worker");
              CountDownLatch killed = scene.enclave().atSignature(worker::kill);
              scene.sendHalf();
              scene.await(killed);
              worker.restart();
            }));
    all.add(gatewayKilled("between reply and ledger", "UpdateItem", "\"SIGNED\"", Moment.BEFORE));
    all.add(gatewayKilled("between ledger and results", "UpdateItem", "\"SIGNED\"", Moment.AFTER));
  }

  private static Fault gatewayKilled(String when, String operation, String body, Moment moment) {
    return new Fault(
        "SIGKILL of the gateway " + when,
        scene -> {
          ChildProcess gateway = scene.process("gateway");
          CountDownLatch killed =
              scene.database().at(new Point(operation, body, moment), gateway::kill);
          scene.sendHalf();
          scene.await(killed);
          gateway.restart();
        });
  }

  private static void dependencies(List<Fault> all) {
    all.add(new Fault("DynamoDB throttles", scene -> database(scene, Trouble.THROTTLED)));
    all.add(new Fault("DynamoDB is away", scene -> database(scene, Trouble.UNREACHABLE)));
    all.add(new Fault("KMS throttles", Faults::kmsThrottles));
    all.add(new Fault("KMS throttles one key", Faults::kmsThrottlesOneKey));
    all.add(new Fault("KMS answers 503", scene -> kmsOutage(scene, Outage.UNAVAILABLE)));
    all.add(new Fault("KMS is away", scene -> kmsOutage(scene, Outage.CLOSED)));
    all.add(new Fault("KMS denies by policy", scene -> kmsTrouble(scene, "AccessDeniedException")));
    all.add(
        new Fault(
            "KMS does not know the credentials",
            scene -> kmsTrouble(scene, "UnrecognizedClientException")));
  }

  private static void database(Scene scene, Trouble trouble) throws InterruptedException {
    scene.getUnderWay();
    CountDownLatch met = scene.database().cause(trouble, 30);
    try {
      scene.sendQuarter();
      scene.await(met);
    } finally {
      scene.database().cause(Trouble.NONE, 0);
    }
  }

  private static void kmsThrottles(Scene scene) {
    scene.stack().local().kmsFaults().throttleNext(THROTTLED_CALLS);
    scene.sendHalf();
    scene.traffic().awaitStandstill();
    scene.stack().local().kmsFaults().clear();
  }

  /// Its jobs wait in the lanes; those of all other keys end meanwhile. Few enough that they do so
  /// before the lanes are through: a key that is throttled for longer has its jobs dead-lettered,
  /// as it should.
  private static void kmsThrottlesOneKey(Scene scene) {
    Key slow = scene.keys().getFirst();
    scene.stack().local().kmsFaults().throttleUser(slow.userId());
    try {
      scene.traffic().send(STRAGGLING);
      scene.traffic().awaitAllBut(slow, Scene.PATIENCE);
    } finally {
      scene.stack().local().kmsFaults().clear();
    }
  }

  /// Dead while jobs come to the lanes, and started again with them there.
  private static void delayLineKilled(Scene scene) {
    Key slow = scene.keys().getFirst();
    scene.process("delay-line").kill();
    scene.stack().local().kmsFaults().throttleUser(slow.userId());
    try {
      scene.traffic().send(STRAGGLING);
      scene.traffic().awaitAllBut(slow, Scene.PATIENCE);
    } finally {
      scene.stack().local().kmsFaults().clear();
    }
    scene.process("delay-line").restart();
  }

  private static void kmsOutage(Scene scene, Outage outage) {
    kmsTrouble(scene, faults -> faults.outage(outage));
  }

  private static void kmsTrouble(Scene scene, String code) {
    kmsTrouble(scene, faults -> faults.refuse(code));
  }

  private static void kmsTrouble(Scene scene, Consumer<KmsFaults> trouble) {
    trouble.accept(scene.stack().local().kmsFaults());
    try {
      scene.sendHalf();
      scene.awaitOpenCircuits();
      scene.sendQuarter();
    } finally {
      scene.stack().local().kmsFaults().clear();
    }
  }

  private static void deliveries(List<Fault> all) {
    all.add(
        new Fault(
            "every command delivered twice",
            scene -> {
              scene.getUnderWay();
              scene.traffic().repeatAllCommands();
            }));
    all.add(new Fault("offsets reset", Faults::resetOffsets));
    all.add(new Fault("rolling restart", Faults::rollingRestart));
  }

  /// Every group of gateway and worker reads everything again that this traffic caused.
  private static void resetOffsets(Scene scene) throws Exception {
    List<ChildProcess> members =
        List.of(
            scene.process("gateway"),
            scene.process("gateway-2"),
            scene.process("worker"),
            scene.process("worker-2"));
    try (Offsets offsets = new Offsets(scene.stack())) {
      offsets.remember();
      scene.getUnderWay();
      members.forEach(ChildProcess::kill);
      offsets.restore();
      members.forEach(ChildProcess::start);
      members.forEach(ChildProcess::awaitReady);
    }
  }

  /// A gateway and a worker at a time, so that there is always another one of each.
  private static void rollingRestart(Scene scene) {
    for (String which : List.of("", "-2")) {
      scene.traffic().send(scene.requests() / 3);
      CompletableFuture.allOf(
              Stream.of("gateway", "worker")
                  .map(part -> scene.process(part + which))
                  .map(process -> CompletableFuture.runAsync(() -> replace(process)))
                  .toArray(CompletableFuture[]::new))
          .join();
    }
  }

  private static void replace(ChildProcess process) {
    process.terminate(process.grace());
    process.restart();
  }

  private static void kill(Scene scene, String part) {
    scene.getUnderWay();
    scene.process(part).kill();
    scene.sendQuarter();
    scene.process(part).restart();
  }

  private static void terminate(Scene scene, String part) {
    scene.getUnderWay();
    ChildProcess process = scene.process(part);
    process.terminate(process.grace());
    scene.sendQuarter();
    process.restart();
  }

  private static void suspend(Scene scene, String part) {
    scene.getUnderWay();
    scene.process(part).suspend();
    try {
      scene.sendQuarter();
      scene.traffic().awaitStandstill();
    } finally {
      scene.process(part).resume();
    }
  }
}
