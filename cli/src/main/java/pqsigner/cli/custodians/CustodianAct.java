package pqsigner.cli.custodians;

import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import pqsigner.cli.CommandFailure;
import pqsigner.cli.Output;
import pqsigner.client.Json;
import pqsigner.client.http.JsonHttp;
import pqsigner.events.Topics;
import pqsigner.topics.CustodianSetup;
import pqsigner.topics.SetupException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What the commands about custodians share.
abstract class CustodianAct implements Callable<Integer> {
  static final String CUSTODIANS = "/v1/operator/custodians";

  @Mixin OperatorConnection connection;

  @Mixin Output output;

  /// What is done at the brokers.
  @FunctionalInterface
  interface AtBrokers {
    String by(CustodianSetup brokers);
  }

  final JsonNode get(String path) {
    try (JsonHttp http = connection.json()) {
      return http.get(path).orThrow();
    }
  }

  final JsonNode patch(String name, ObjectNode body) {
    try (JsonHttp http = connection.json()) {
      return http.change("PATCH", path(name), body).orThrow();
    }
  }

  final JsonNode delete(String name) {
    try (JsonHttp http = connection.json()) {
      return http.change("DELETE", path(name), null).orThrow();
    }
  }

  /// Does it if there is an administrator's certificate, and otherwise says what is left to do.
  final String brokers(AtBrokers act, String otherwise) {
    try {
      Optional<CustodianSetup> opened = connection.brokers();
      if (opened.isEmpty()) {
        return otherwise;
      }
      try (CustodianSetup brokers = opened.get()) {
        return act.by(brokers);
      }
    } catch (SetupException | IllegalArgumentException e) {
      throw new CommandFailure("brokers_refused", reasons(e), e);
    }
  }

  private static String reasons(Throwable failure) {
    Throwable cause = failure.getCause();
    return failure.getMessage() + (cause == null ? "" : ": " + cause.getMessage());
  }

  static String path(String name) {
    return CUSTODIANS + "/" + JsonHttp.encode(name);
  }

  final String named(String name) {
    if (!Topics.isCustodian(name)) {
      throw output.usage("no custodian may be called " + name);
    }
    return name;
  }

  static ObjectNode state(String state) {
    return Json.object().put("state", state);
  }

  /// The custodian, and what else was done.
  final Integer show(String verdict, JsonNode custodian, String... lines) {
    output.show(custodian, verdict, Json.text(custodian, "name"), lines);
    return 0;
  }

  static String line(JsonNode custodian) {
    return "  %-9s %s%s"
        .formatted(Json.text(custodian, "state"), Json.text(custodian, "name"), agreed(custodian));
  }

  private static String agreed(JsonNode custodian) {
    StringBuilder agreed = new StringBuilder();
    for (String field : new String[] {"limits", "algorithms", "mu", "pins"}) {
      @Nullable JsonNode value = custodian.get(field);
      if (value != null && !(value.isContainer() && value.isEmpty())) {
        agreed.append("  ").append(field).append(' ').append(Json.line(value));
      }
    }
    return agreed + (custodian.path("context").asBoolean(true) ? "" : "  no context");
  }
}
