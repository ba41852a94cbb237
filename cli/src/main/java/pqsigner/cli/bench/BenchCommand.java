package pqsigner.cli.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

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
import picocli.CommandLine.Option;
import pqsigner.cli.CommandFailure;
import pqsigner.cli.CustodianConnection;
import pqsigner.cli.FileOutput;
import pqsigner.cli.Output;
import pqsigner.client.Channel;
import pqsigner.client.Json;
import pqsigner.client.Signer;
import pqsigner.load.Load;
import pqsigner.load.LoadPlan;
import pqsigner.load.Workload;
import tools.jackson.databind.node.ObjectNode;

/// Puts load on a running stack and reports what it saw.
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = {
      "Put load on a running stack and report throughput and latency percentiles.",
      "A closed loop (--concurrency) measures what the stack can do. An open loop (--rate) measures"
          + " what callers would feel: latency counts from when each request was due."
    })
public final class BenchCommand implements Callable<Integer> {
  /// Signatures verified after a run.
  private static final int SAMPLE_LIMIT = 500;

  private static final int DEFAULT_CONCURRENCY = 16;

  /// One of these; a closed loop when neither is given.
  static final class Loop {
    @Option(
        names = "--concurrency",
        paramLabel = "N",
        description = "Closed loop: keep N requests in flight (default 16).")
    private @Nullable Integer concurrency;

    @Option(
        names = "--rate",
        paramLabel = "N",
        description = "Open loop: start N requests a second, however slow the answers are.")
    private @Nullable Double rate;
  }

  @Mixin private CustodianConnection connection;

  @Mixin private Output output;

  @ArgGroup(exclusive = true, multiplicity = "0..1")
  private Loop loop = new Loop();

  @Option(
      names = "--via",
      split = ",",
      defaultValue = "http",
      description = "http (default), kafka, or http,kafka for both at once.")
  private Set<Channel> channels = EnumSet.of(Channel.HTTP);

  @Option(
      names = "--duration",
      paramLabel = "SECONDS",
      defaultValue = "10",
      description = "How long to measure (default 10).")
  private int durationSeconds = 10;

  @Option(
      names = "--warm-up",
      paramLabel = "SECONDS",
      defaultValue = "3",
      description = "How long to run before measuring (default 3).")
  private int warmUpSeconds = 3;

  @Option(
      names = "--users",
      paramLabel = "N",
      defaultValue = "8",
      description = "How many keys to spread the load over (default 8).")
  private int users = 8;

  @Option(
      names = "--alg",
      defaultValue = "ML-DSA-65",
      description = "ML-DSA-44, ML-DSA-65 (default) or ML-DSA-87.")
  private String algorithm = "ML-DSA-65";

  @Option(
      names = "--message-bytes",
      paramLabel = "N",
      defaultValue = "256",
      description = "Length of each message (default 256).")
  private int messageBytes = 256;

  @Option(names = "--out", paramLabel = "FILE", description = "Write the JSON report to this file.")
  private @Nullable Path out;

  @Override
  public Integer call() throws InterruptedException {
    LoadPlan plan;
    Workload workload;
    try (Signer signer = connection.http()) {
      plan = plan();
      workload = Workload.prepare(signer, users, algorithm, messageBytes);
    } catch (IllegalArgumentException e) {
      throw output.usage(String.valueOf(e.getMessage()));
    }
    List<ObjectNode> runs = run(plan, workload);
    ObjectNode report = Json.object();
    report.put("users", users);
    report.put("alg", algorithm);
    report.put("message_bytes", messageBytes);
    Reports.complete(report, plan, runs);
    FileOutput.write(out, Json.page(report).getBytes(UTF_8));
    output.show(report, "bench", Reports.headline(report), Reports.lines(runs));
    if (runs.stream().anyMatch(run -> run.path("invalid").asInt() > 0)) {
      throw new CommandFailure("signature_invalid", "a sampled signature does not verify");
    }
    return 0;
  }

  private LoadPlan plan() {
    Duration warmUp = Duration.ofSeconds(warmUpSeconds);
    Duration measured = Duration.ofSeconds(durationSeconds);
    return loop.rate == null
        ? LoadPlan.closed(
            loop.concurrency == null ? DEFAULT_CONCURRENCY : loop.concurrency, warmUp, measured)
        : LoadPlan.open(loop.rate, warmUp, measured);
  }

  private List<ObjectNode> run(LoadPlan plan, Workload workload) throws InterruptedException {
    List<Future<ObjectNode>> running = new ArrayList<>();
    try (ExecutorService drivers = Executors.newFixedThreadPool(Channel.values().length)) {
      for (Channel channel : channels) {
        running.add(drivers.submit(() -> run(channel, plan, workload)));
      }
      List<ObjectNode> runs = new ArrayList<>();
      for (Future<ObjectNode> run : running) {
        runs.add(run.get());
      }
      return runs;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException failure
          ? failure
          : new IllegalStateException(e.getCause());
    }
  }

  private ObjectNode run(Channel channel, LoadPlan plan, Workload workload)
      throws InterruptedException {
    try (Signer signer = connection.open(channel)) {
      return Reports.run(channel, new Load(plan, signer, workload, SAMPLE_LIMIT).run(), workload);
    }
  }
}
