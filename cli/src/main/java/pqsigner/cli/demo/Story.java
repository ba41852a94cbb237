package pqsigner.cli.demo;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import pqsigner.local.LocalStack;
import pqsigner.local.LocalStackOptions;
import pqsigner.local.process.ChildProcess;

/// The scenes in their order, on one stack that ends with them.
final class Story {
  private final Transcript told;
  private final LocalStackOptions options;
  private final int signatures;

  /// Every process that ever ran, by its id: the rogue enclave comes and goes on the way.
  private final Map<Long, String> pids = new LinkedHashMap<>();

  Story(Transcript told, LocalStackOptions options, int signatures) {
    this.told = told;
    this.options = options;
    this.signatures = signatures;
  }

  void play() throws Exception {
    try (LocalStack stack = start()) {
      try (Cast cast = new Cast(stack)) {
        remember(stack);
        scenes(cast);
      } catch (Exception e) {
        told.showLogs(stack, e);
        throw e;
      } finally {
        remember(stack);
      }
    }
    told.scene("Everything is stopped", this::nothingIsLeft);
  }

  private LocalStack start() throws Exception {
    List<LocalStack> started = new java.util.ArrayList<>(1);
    told.scene(
        "A broker, DynamoDB, a schema registry, a KMS, an enclave, a worker and a gateway start",
        _ -> {
          LocalStack stack = LocalStack.start(options, told::detail);
          started.add(stack);
          told.check(
              "%d processes are ready, in %s"
                  .formatted(stack.processes().size(), stack.directory()),
              stack.processes().stream().allMatch(ChildProcess::isAlive));
        });
    return started.getFirst();
  }

  private void scenes(Cast cast) throws Exception {
    told.scene(
        "A key is born in the enclave and proves it", new BirthScene(cast, "alice", "ML-DSA-65"));
    told.scene("A signature over HTTPS", new SynchronousScene(cast, "alice"));
    told.scene("A pipeline over Kafka", new PipelineScene(cast, signatures));
    told.scene("A job fails, and an operator replays it", new ReplayScene(cast));
    told.scene("Strangers", new StrangersScene(cast));
    told.scene("A hostile host: its database, its credentials", new HostileParentScene(cast));
    told.scene("A hostile host: forged replies", new ForgedRepliesScene(cast));
    told.scene("A hostile host: other code in the enclave", new RogueEnclaveScene(cast));
  }

  private void remember(LocalStack stack) {
    for (ChildProcess process : stack.processes()) {
      pids.put(process.pid(), process.name());
    }
  }

  private void nothingIsLeft(Transcript scene) {
    List<String> alive =
        pids.entrySet().stream()
            .filter(
                process ->
                    ProcessHandle.of(process.getKey()).map(ProcessHandle::isAlive).orElse(false))
            .map(process -> process.getValue() + " (" + process.getKey() + ")")
            .toList();
    scene.check(
        "none of %d processes is left %s".formatted(pids.size(), alive.isEmpty() ? "" : alive),
        alive.isEmpty());
  }

  /// The messages of a failure and of what caused it.
  static String reason(Throwable failure) {
    StringBuilder text = new StringBuilder();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      text.append(text.isEmpty() ? "" : ": ")
          .append(Optional.ofNullable(cause.getMessage()).orElse(cause.getClass().getSimpleName()));
    }
    return text.toString();
  }
}
