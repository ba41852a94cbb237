package pqsigner.cli.custodians;

import picocli.CommandLine.Command;
import tools.jackson.databind.JsonNode;

/// Lists all custodians.
@Command(name = "list", mixinStandardHelpOptions = true, description = "List all custodians.")
public final class CustodianListCommand extends CustodianAct {

  @Override
  public Integer call() {
    JsonNode answer = get(CUSTODIANS);
    String[] lines =
        answer.path("custodians").valueStream().map(CustodianAct::line).toArray(String[]::new);
    output.show(answer, "custodians", Integer.toString(lines.length), lines);
    return 0;
  }
}
