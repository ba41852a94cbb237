package pqsigner.cli.custodians;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/// Changes what is agreed with a custodian.
@Command(
    name = "limit",
    mixinStandardHelpOptions = true,
    description = "Change what is agreed with a custodian. What is not given stays.")
public final class CustodianLimitCommand extends CustodianAct {
  @Mixin private TermsOptions terms;

  @Parameters(paramLabel = "NAME", description = "The custodian.")
  private String name;

  @Override
  public Integer call() {
    if (terms.isEmpty()) {
      throw output.usage("give at least one of --limit, --alg, --mu, --context and --pin");
    }
    JsonNode custodian = patch(named(name), terms.body());
    return show("changed", custodian, line(custodian));
  }
}
