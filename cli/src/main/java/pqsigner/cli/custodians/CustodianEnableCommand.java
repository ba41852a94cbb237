package pqsigner.cli.custodians;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/// Serves a custodian again.
@Command(
    name = "enable",
    mixinStandardHelpOptions = true,
    description = "Serve a custodian again, with its rights at the brokers.")
public final class CustodianEnableCommand extends CustodianAct {
  @Parameters(paramLabel = "NAME", description = "The custodian.")
  private String name;

  @Override
  public Integer call() {
    JsonNode custodian = patch(named(name), state("ENABLED"));
    String rights =
        brokers(
            brokers -> brokers.admit(name, connection.durability()) + " rights at the brokers",
            "its rights at the brokers are as they were: give --admin-tls, or run the topics"
                + " program with --custodian "
                + name);
    return show("enabled", custodian, "  " + rights);
  }
}
