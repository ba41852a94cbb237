package pqsigner.cli.custodians;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import pqsigner.client.Json;
import tools.jackson.databind.JsonNode;

/// Shows what was agreed with one custodian, and who changed it last.
@Command(
    name = "show",
    mixinStandardHelpOptions = true,
    description = "Show what was agreed with a custodian, and who changed it last.")
public final class CustodianShowCommand extends CustodianAct {
  @Parameters(paramLabel = "NAME", description = "The custodian.")
  private String name;

  @Override
  public Integer call() {
    JsonNode custodian = get(path(named(name)));
    String[] lines =
        custodian
            .propertyStream()
            .map(field -> "  %-12s %s".formatted(field.getKey(), value(field.getValue())))
            .toArray(String[]::new);
    return show(Json.text(custodian, "state"), custodian, lines);
  }

  private static String value(JsonNode node) {
    return node.isValueNode() ? node.asString("") : Json.line(node);
  }
}
