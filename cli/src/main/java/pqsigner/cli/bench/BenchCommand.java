package pqsigner.cli.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import pqsigner.cli.CommandFailure;
import pqsigner.cli.Connection;
import pqsigner.cli.FileOutput;
import pqsigner.cli.Output;
import pqsigner.client.Json;
import pqsigner.client.http.HttpSigner;
import tools.jackson.databind.node.ObjectNode;

/// Puts load on a running stack and reports what it saw.
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = {
      "Put load on a running stack: throughput, latency percentiles, a JSON report.",
      "A closed loop (--concurrency) measures what it can do; an open loop (--rate) what callers"
          + " would feel, with latency counted from when each request was due."
    })
public final class BenchCommand implements Callable<Integer> {

  /// Ways in under load.
  enum Way {
    HTTP,
    KAFKA
  }

  /// One of these; a closed loop of 16 when neither is given.
  static final class Loop {
    @Option(
        names = "--concurrency",
        paramLabel = "N",
        description = "Closed loop: so many requests in flight (default 16).")
    private @Nullable Integer concurrency;

    @Option(
        names = "--rate",
        paramLabel = "N",
        description = "Open loop: so many requests a second, whatever happens.")
    private @Nullable Double rate;
  }

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Spec
  private CommandSpec command;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Mixin
  private Connection connection;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Mixin
  private Output output;

  @ArgGroup(exclusive = true, multiplicity = "0..1")
  private Loop loop = new Loop();

  @Option(
      names = "--via",
      split = ",",
      defaultValue = "http",
      description = "http (default), kafka, or http,kafka for both at once.")
  private Set<Way> ways = EnumSet.of(Way.HTTP);

  @Option(
      names = "--duration",
      paramLabel = "SECONDS",
      defaultValue = "10",
      description = "Measured time (default 10).")
  private int durationSeconds = 10;

  @Option(
      names = "--warm-up",
      paramLabel = "SECONDS",
      defaultValue = "3",
      description = "Time before it that is not measured (default 3).")
  private int warmUpSeconds = 3;

  @Option(
      names = "--users",
      paramLabel = "N",
      defaultValue = "8",
      description = "Keys to spread the load over (default 8).")
  private int users = 8;

  @Option(names = "--alg", defaultValue = "ML-DSA-65", description = "Default ML-DSA-65.")
  private String algorithm = "ML-DSA-65";

  @Option(
      names = "--message-bytes",
      paramLabel = "N",
      defaultValue = "256",
      description = "Length of each message (default 256).")
  private int messageBytes = 256;

  @Option(names = "--out", paramLabel = "FILE", description = "Write the JSON report here.")
  private @Nullable Path out;

  @Override
  public Integer call() throws Exception {
    LoadPlan plan = plan();
    Workload workload;
    try (HttpSigner signer = connection.http()) {
      workload = Workload.prepare(signer, users, algorithm, messageBytes);
    }
    List<ObjectNode> runs = run(plan, workload);
    ObjectNode report = Reports.of(plan, workload, runs);
    FileOutput.write(out, Json.page(report).getBytes(java.nio.charset.StandardCharsets.UTF_8));
    output.show(report, "bench", Reports.headline(plan, workload), Reports.lines(runs));
    if (runs.stream().anyMatch(run -> run.path("invalid").asInt() > 0)) {
      throw new CommandFailure("signature_invalid", "a sampled signature does not verify");
    }
    return 0;
  }

  private LoadPlan plan() {
    try {
      return new LoadPlan(
          Duration.ofSeconds(warmUpSeconds),
          Duration.ofSeconds(durationSeconds),
          loop.concurrency == null ? 16 : loop.concurrency,
          loop.rate == null ? 0 : loop.rate);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private List<ObjectNode> run(LoadPlan plan, Workload workload) throws InterruptedException {
    List<Future<ObjectNode>> running = new ArrayList<>();
    try (ExecutorService drivers = Executors.newFixedThreadPool(Way.values().length)) {
      for (Way way : ways) {
        running.add(drivers.submit(() -> run(way, plan, workload)));
      }
      List<ObjectNode> runs = new ArrayList<>();
      for (Future<ObjectNode> run : running) {
        runs.add(run.get());
      }
      return runs;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof CommandFailure failure
          ? failure
          : new IllegalStateException(e.getCause());
    }
  }

  private ObjectNode run(Way way, LoadPlan plan, Workload workload) throws InterruptedException {
    try (Ingress ingress =
        switch (way) {
          case HTTP -> new HttpIngress(connection.http());
          case KAFKA -> new KafkaIngress(connection.kafka());
        }) {
      Measurement measurement = new Load(plan, ingress, workload::next).run();
      return Reports.run(way.name().toLowerCase(java.util.Locale.ROOT), measurement, workload);
    }
  }
}
