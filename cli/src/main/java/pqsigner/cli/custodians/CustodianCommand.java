package pqsigner.cli.custodians;

import picocli.CommandLine.Command;

/// Who is served, and on which terms.
@Command(
    name = "custodian",
    mixinStandardHelpOptions = true,
    description = {
      "Take on, limit, cut off and remove custodians. Needs an operator's certificate, and an"
          + " administrator's for their topics and rights.",
      "A change holds on every gateway within 10 seconds."
    },
    subcommands = {
      CustodianAddCommand.class,
      CustodianListCommand.class,
      CustodianShowCommand.class,
      CustodianLimitCommand.class,
      CustodianDisableCommand.class,
      CustodianEnableCommand.class,
      CustodianRemoveCommand.class
    })
public final class CustodianCommand {}
