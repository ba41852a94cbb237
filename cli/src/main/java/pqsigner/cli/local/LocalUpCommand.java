package pqsigner.cli.local;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import pqsigner.cli.CommandFailure;
import pqsigner.cli.Output;
import pqsigner.client.Json;
import pqsigner.local.LocalStack;
import pqsigner.local.LocalStackOptions;
import pqsigner.local.process.ChildProcess;
import pqsigner.local.process.LaunchException;

/// The stack in the foreground until Ctrl-C.
@Command(
    name = "up",
    mixinStandardHelpOptions = true,
    description = {
      "Start the stack and keep it running until Ctrl-C, which stops everything.",
      "Writes certificates, logs and, once ready, local.env to DIR."
    })
public final class LocalUpCommand implements Callable<Integer> {
  @Mixin private Output output;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "Where files go; a temporary folder, printed, if missing.")
  private @Nullable Path directory;

  @Option(names = "--gateways", defaultValue = "1", description = "How many gateways (default 1).")
  private int gateways = 1;

  @Option(names = "--workers", defaultValue = "1", description = "How many workers (default 1).")
  private int workers = 1;

  @Option(
      names = "--optimize",
      description =
          "Run gateway and worker with the optimizing compiler: they start later and sign faster.")
  private boolean optimize;

  @Option(
      names = "--restart",
      description = "Restart a process that ends by itself, instead of only reporting it.")
  private boolean restart;

  @Override
  public Integer call() throws InterruptedException {
    LocalStackOptions options = LocalStackOptions.onALaptop().processes(gateways, workers);
    if (!optimize) {
      options = options.forAMinute();
    }
    if (directory != null) {
      options = options.in(directory);
    }
    try (LocalStack stack =
        LocalStack.start(
            options,
            line -> {
              if (!output.json()) {
                output.plain(line);
              }
            })) {
      announce(stack);
      // Ends by a signal; the shutdown hook stops the processes.
      while (true) {
        tell(stack, stack.awaitUnexpectedEnd());
      }
    } catch (LaunchException e) {
      throw new CommandFailure("start_failed", reasons(e), e);
    }
  }

  private void tell(LocalStack stack, ChildProcess.UnexpectedEnd end) {
    ChildProcess part = end.process();
    output.warn(
        "%s exited with code %d; log: %s".formatted(part.name(), end.exitCode(), part.log()));
    if (restart) {
      // Each on its own: one may need another to become ready.
      Thread.startVirtualThread(() -> bringBack(stack, part));
    }
  }

  private void bringBack(LocalStack stack, ChildProcess part) {
    try {
      stack.restart(part);
      output.warn("%s is back, pid %d".formatted(part.name(), part.pid()));
    } catch (LaunchException e) {
      output.warn("%s did not restart: %s".formatted(part.name(), reasons(e)));
    }
  }

  private void announce(LocalStack stack) {
    if (output.json()) {
      output.plain(Json.line(stack.environment()));
      return;
    }
    Path files = stack.directory();
    output.plain("");
    output.head("ready", files + "   (Ctrl-C stops everything)");
    output.plain("");
    output.plain("In another shell:");
    output.plain("  set -a; . " + files.resolve("local.env") + "; set +a");
    output.plain("  bin/pq-signer keygen --user-id alice");
    output.plain("  bin/pq-signer sign --user-id alice --message hello");
    output.plain("  bin/pq-signer sign --user-id alice --message hello --via kafka");
    output.plain("or with curl:");
    output.plain("  curl --cacert $PQ_SIGNER_CA --cert $PQ_SIGNER_CERT --key $PQ_SIGNER_KEY \\");
    output.plain("    -H 'Content-Type: application/json' $PQ_SIGNER_URL/v1/pq-signer \\");
    output.plain(
        "    -d '{\"request_type\":\"sign\",\"payload\":{\"user_id\":\"alice\","
            + "\"message\":\"aGVsbG8=\"}}'");
    output.plain("Take on another custodian, with its certificate:");
    output.plain("  bin/pq-signer custodian add custodian-c --dir " + files);
    output.plain("As an operator, list failed jobs:");
    output.plain(
        "  bin/pq-signer jobs list --cert %s --key %s"
            .formatted(files.resolve("operator.crt"), files.resolve("operator.key")));
  }

  private static String reasons(Throwable failure) {
    String text = String.valueOf(failure.getMessage());
    Throwable cause = failure.getCause();
    return cause == null ? text : text + ": " + cause.getMessage();
  }
}
