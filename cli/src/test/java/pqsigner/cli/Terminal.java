package pqsigner.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintWriter;
import java.io.StringWriter;
import pqsigner.client.Json;
import tools.jackson.databind.JsonNode;

/// The command line as people and scripts meet it.
final class Terminal {
  private Terminal() {}

  /// What a command printed, and its exit code.
  record Run(int exit, String out, String err) {
    JsonNode json() {
      return Json.parse(out.getBytes(UTF_8));
    }
  }

  static Run run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exit =
        PqSignerMain.commandLine(new PrintWriter(out, true), new PrintWriter(err, true))
            .execute(arguments);
    return new Run(exit, out.toString(), err.toString());
  }
}
