package pqsigner.cli.demo;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import pqsigner.cli.CommandFailure;
import pqsigner.local.LocalStackOptions;
import pqsigner.local.process.LaunchException;

/// Plays the whole story and checks every step.
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Show the whole product on an embedded local stack, and check every step.",
      "Exits with 0 only if every check holds. Leaves nothing running."
    })
public final class DemoCommand implements Callable<Integer> {
  private static final int SIGNATURES_MAX = 100_000;

  /// Short, so that nobody waits a minute for a job to fail.
  private static final Duration FIRST_LANE = Duration.ofMillis(400);

  private static final Duration SECOND_LANE = Duration.ofMillis(800);

  /// Long, because everything is cold and shares the processors of one machine: a batch that is
  /// merely slow must not look like a KMS that is down.
  private static final String BATCH_DEADLINE = "3s";

  @Spec private CommandSpec command;

  @Option(
      names = "--signatures",
      paramLabel = "N",
      defaultValue = "240",
      description = "How many signatures to send through Kafka (default 240).")
  private int signatures = 240;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "Keep certificates, configuration and logs in this folder.")
  private @Nullable Path directory;

  @Override
  public Integer call() throws Exception {
    if (signatures < 1 || signatures > SIGNATURES_MAX) {
      throw new ParameterException(command.commandLine(), "--signatures: 1 to " + SIGNATURES_MAX);
    }
    Transcript told = new Transcript(command.commandLine().getOut());
    Runtime.getRuntime().addShutdownHook(new Thread(told::silence, "demo-silence"));
    told.styled("bold", "PQ Signer: an ML-DSA co-signature for every transaction");
    told.line("Everything runs on this machine, as separate processes on free ports.");
    told.line(
        "Simulated: the enclave's hardware (NSM) and AWS KMS. Everything else is the product.");
    try {
      new Story(told, options(), signatures).play();
    } catch (DemoFailure | LaunchException e) {
      throw new CommandFailure("check_failed", Story.reason(e), e);
    }
    told.line("");
    told.styled(
        "bold,green", "All %d checks held, in %s.".formatted(told.checks(), told.elapsed()));
    return 0;
  }

  private LocalStackOptions options() {
    LocalStackOptions options =
        LocalStackOptions.defaults()
            .forAMinute()
            .lanes(FIRST_LANE, SECOND_LANE)
            .workerProperty("pq-signer.batch.deadline", BATCH_DEADLINE);
    return directory == null ? options : options.in(directory);
  }
}
