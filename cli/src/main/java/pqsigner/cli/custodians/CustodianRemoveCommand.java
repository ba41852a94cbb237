package pqsigner.cli.custodians;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import pqsigner.client.Json;
import pqsigner.client.SignerException;
import tools.jackson.databind.JsonNode;

/// Removes a custodian. Run again, it completes what was half done.
@Command(
    name = "remove",
    mixinStandardHelpOptions = true,
    description = {
      "Remove a custodian from the registry, with its rights and quotas at the brokers.",
      "Its keys and requests stay, and so do its topics without --delete-topics. Never give its"
          + " name to anybody else: the keys would be theirs."
    })
public final class CustodianRemoveCommand extends CustodianAct {
  @Parameters(paramLabel = "NAME", description = "The custodian.")
  private String name;

  @Option(
      names = "--delete-topics",
      description = "Delete its topics, with the results that it has not read.")
  private boolean deleteTopics;

  @Override
  public Integer call() {
    JsonNode custodian = unregistered();
    String rights =
        brokers(
            brokers -> {
              int taken = brokers.cutOff(name);
              brokers.deleteQuotas(name);
              if (deleteTopics) {
                brokers.deleteTopics(name);
              }
              return "%d rights at the brokers taken away, topics %s"
                  .formatted(taken, deleteTopics ? "deleted" : "kept");
            },
            "its rights and topics at the brokers are still there: give --admin-tls");
    return show("removed", custodian, "  " + rights);
  }

  private JsonNode unregistered() {
    try {
      return delete(named(name));
    } catch (SignerException.Refused refused) {
      if (!refused.problem().code().equals("unknown_custodian")) {
        throw refused;
      }
      return Json.object().put("name", name);
    }
  }
}
