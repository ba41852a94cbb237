package pqsigner.cli.custodians;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/// Cuts a custodian off.
@Command(
    name = "disable",
    mixinStandardHelpOptions = true,
    description = {
      "Cut a custodian off: no gateway serves it after 10 seconds, and its rights at the brokers"
          + " are taken away.",
      "Its topics stay. What was admitted before is finished and recorded."
    })
public final class CustodianDisableCommand extends CustodianAct {
  @Parameters(paramLabel = "NAME", description = "The custodian.")
  private String name;

  @Override
  public Integer call() {
    JsonNode custodian = patch(named(name), state("DISABLED"));
    String rights =
        brokers(
            brokers -> brokers.cutOff(name) + " rights at the brokers taken away",
            "its rights at the brokers are still there: whoever has its certificate can read its"
                + " results topic. Give --admin-tls, or use kafka-acls.sh --remove");
    return show("disabled", custodian, "  " + rights);
  }
}
