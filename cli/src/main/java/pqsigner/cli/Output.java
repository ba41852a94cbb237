package pqsigner.cli;

import java.io.PrintWriter;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import pqsigner.client.Json;

/// Where a command prints, and whether a person or a script reads it.
public final class Output {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(names = "--json", description = "Print JSON, for scripts.")
  private boolean json;

  public boolean json() {
    return json;
  }

  /// Prints JSON if asked to; otherwise, for people, the verdict, the rest of its line, and more
  /// lines.
  public void show(Object value, String verdict, String rest, String... lines) {
    if (json) {
      out().println(Json.page(value));
    } else {
      head(verdict, rest);
      for (String line : lines) {
        plain(line);
      }
    }
    out().flush();
  }

  /// Prints a highlighted word and the rest of its line.
  public void head(String word, String rest) {
    out()
        .println(
            Ansi.AUTO.string("@|bold,green " + printable(word) + "|@") + "  " + printable(rest));
    out().flush();
  }

  /// Prints text that may have come from elsewhere: nothing in it can steer a terminal.
  public void plain(String text) {
    out().println(printable(text));
    out().flush();
  }

  /// Prints to standard error, whoever reads the output.
  public void warn(String text) {
    PrintWriter err = command.commandLine().getErr();
    err.println(printable(text));
    err.flush();
  }

  /// What a command throws for arguments that do not go together.
  public ParameterException usage(String message) {
    return new ParameterException(command.commandLine(), message);
  }

  static String printable(String text) {
    return text.replace("\t", "    ")
        .codePoints()
        .map(c -> Character.isISOControl(c) ? '?' : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  public PrintWriter out() {
    return command.commandLine().getOut();
  }
}
