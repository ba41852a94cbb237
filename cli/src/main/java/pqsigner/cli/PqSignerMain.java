package pqsigner.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.Map;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;
import pqsigner.cli.attestation.AttestationCommand;
import pqsigner.cli.bench.BenchCommand;
import pqsigner.cli.custodian.KeygenCommand;
import pqsigner.cli.custodian.KeysCommand;
import pqsigner.cli.custodian.RequestCommand;
import pqsigner.cli.custodian.RotateCommand;
import pqsigner.cli.custodian.SignCommand;
import pqsigner.cli.custodian.VerifyCommand;
import pqsigner.cli.custodians.CustodianCommand;
import pqsigner.cli.demo.DemoCommand;
import pqsigner.cli.local.LocalCommand;
import pqsigner.cli.operator.JobsCommand;
import pqsigner.client.Json;

/// Exit codes: 0 success, 1 refused or failed (the code is printed), 2 usage.
@Command(
    name = "pq-signer",
    mixinStandardHelpOptions = true,
    versionProvider = PqSignerMain.Version.class,
    description = "Post-quantum co-signatures (ML-DSA, FIPS 204) by an enclave behind a queue.",
    footer = {
      "",
      "Start here: pq-signer demo",
      "To try things yourself: pq-signer local up --dir DIR",
      "and in another shell: set -a; . DIR/local.env; set +a",
      "Exit codes: 0 success, 1 refused or failed (the code is printed), 2 usage."
    },
    subcommands = {
      DemoCommand.class,
      LocalCommand.class,
      KeygenCommand.class,
      RotateCommand.class,
      SignCommand.class,
      VerifyCommand.class,
      RequestCommand.class,
      KeysCommand.class,
      AttestationCommand.class,
      JobsCommand.class,
      CustodianCommand.class,
      BenchCommand.class
    })
public final class PqSignerMain {
  private PqSignerMain() {}

  /// From the manifest of our jar.
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = PqSignerMain.class.getPackage().getImplementationVersion();
      return new String[] {"pq-signer " + Objects.requireNonNullElse(version, "development")};
    }
  }

  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  /// Runs one command and returns its exit code.
  public static int run(String... arguments) {
    return commandLine(utf8(System.out), utf8(System.err)).execute(arguments);
  }

  private static PrintWriter utf8(PrintStream stream) {
    return new PrintWriter(new OutputStreamWriter(stream, UTF_8), true);
  }

  static CommandLine commandLine(PrintWriter out, PrintWriter err) {
    return new CommandLine(new PqSignerMain())
        .setOut(out)
        .setErr(err)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(PqSignerMain::misused)
        .setExecutionExceptionHandler(
            (failure, commandLine, parsed) -> {
              report(failure, commandLine, parsed.originalArgs().contains("--json"));
              return CommandLine.ExitCode.SOFTWARE;
            });
  }

  /// Shows the whole usage only to someone who named no command; otherwise what was wrong.
  private static int misused(ParameterException misuse, String[] arguments) {
    CommandLine command = misuse.getCommandLine();
    PrintWriter err = command.getErr();
    if (arguments.length == 0) {
      command.usage(err);
    } else {
      err.println(Output.printable(String.valueOf(misuse.getMessage())));
      if (!UnmatchedArgumentException.printSuggestions(misuse, err)) {
        err.println("try: " + command.getCommandSpec().qualifiedName() + " --help");
      }
    }
    return CommandLine.ExitCode.USAGE;
  }

  private static void report(Exception failure, CommandLine commandLine, boolean json) {
    FailureReport report = FailureReport.of(failure);
    if (json) {
      commandLine
          .getOut()
          .println(Json.line(Map.of("code", report.code(), "detail", report.detail())));
    } else {
      PrintWriter err = commandLine.getErr();
      err.println(Ansi.AUTO.string("@|bold,red " + Output.printable(report.code()) + "|@"));
      report.detail().lines().forEach(line -> err.println("  " + Output.printable(line)));
    }
  }
}
