package pqsigner.cli.operator;

import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import pqsigner.cli.GatewayConnection;
import pqsigner.cli.Output;
import pqsigner.client.Json;
import pqsigner.client.http.HttpSigner;
import tools.jackson.databind.JsonNode;

/// Shows all that is known of one failed job.
@Command(name = "show", mixinStandardHelpOptions = true, description = "Show one failed job.")
public final class JobsShowCommand implements Callable<Integer> {
  @SuppressWarnings("NullAway.Init") // set by picocli
  @Spec
  private CommandSpec command;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Mixin
  private GatewayConnection connection;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Mixin
  private Output output;

  @SuppressWarnings("NullAway.Init") // empty when none is given
  @Parameters(
      paramLabel = "CUSTODIAN REQUEST_ID",
      arity = "0..2",
      hideParamSyntax = true,
      description = "Whose job, and which.")
  private List<String> job = List.of();

  @Option(
      names = "--topic",
      paramLabel = "NAME",
      description = "Instead of a job, a record that cannot be read as one: its topic,")
  private @Nullable String topic;

  @Option(names = "--partition", paramLabel = "N", description = "its partition")
  private @Nullable Integer partition;

  @Option(names = "--offset", paramLabel = "N", description = "and its offset.")
  private @Nullable Long offset;

  @Override
  public Integer call() {
    String path = path();
    try (HttpSigner signer = connection.http()) {
      JsonNode answer = signer.get(path).orFail();
      String[] lines =
          answer
              .propertyStream()
              .map(field -> "  %-16s %s".formatted(field.getKey(), value(field.getValue())))
              .toArray(String[]::new);
      output.show(
          answer,
          job.isEmpty() ? "undecodable" : Json.text(answer, "state"),
          String.join("/", job),
          lines);
      return 0;
    }
  }

  private String path() {
    if (job.size() == 2 && topic == null && partition == null && offset == null) {
      return OperatorApi.path(OperatorApi.JOBS, job.getFirst(), job.getLast());
    }
    if (job.isEmpty() && topic != null && partition != null && offset != null) {
      return OperatorApi.path(OperatorApi.UNDECODABLE, topic, "" + partition, "" + offset);
    }
    throw new ParameterException(
        command.commandLine(),
        "give a custodian and a request_id, or --topic, --partition and --offset");
  }

  private static String value(JsonNode node) {
    return node.isValueNode() ? node.asString("") : Json.line(node);
  }
}
