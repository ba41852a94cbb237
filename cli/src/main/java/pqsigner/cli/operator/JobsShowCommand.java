package pqsigner.cli.operator;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import pqsigner.cli.GatewayCommand;
import pqsigner.client.Json;
import tools.jackson.databind.JsonNode;

/// Shows all that is known of one failed job.
@Command(name = "show", mixinStandardHelpOptions = true, description = "Show one failed job.")
public final class JobsShowCommand extends GatewayCommand {
  @Parameters(
      paramLabel = "CUSTODIAN REQUEST_ID",
      arity = "0..2",
      hideParamSyntax = true,
      description = "The job's custodian and request_id.")
  private List<String> job = List.of();

  @Option(
      names = "--topic",
      paramLabel = "NAME",
      description = "Instead of a job, show a record that cannot be read as one: its topic,")
  private @Nullable String topic;

  @Option(names = "--partition", paramLabel = "N", description = "its partition")
  private @Nullable Integer partition;

  @Option(names = "--offset", paramLabel = "N", description = "and its offset.")
  private @Nullable Long offset;

  @Override
  public Integer call() {
    JsonNode answer = get(path());
    String[] lines =
        answer
            .propertyStream()
            .map(field -> "  %-16s %s".formatted(field.getKey(), value(field.getValue())))
            .toArray(String[]::new);
    String verdict = job.isEmpty() ? "undecodable" : Json.text(answer, "state");
    output.show(answer, verdict, String.join("/", job), lines);
    return 0;
  }

  private String path() {
    if (job.size() == 2 && topic == null && partition == null && offset == null) {
      return OperatorApi.path(OperatorApi.JOBS, job.getFirst(), job.getLast());
    }
    if (job.isEmpty() && topic != null && partition != null && offset != null) {
      return OperatorApi.path(OperatorApi.UNDECODABLE, topic, "" + partition, "" + offset);
    }
    throw output.usage("give a custodian and a request_id, or --topic, --partition and --offset");
  }

  private static String value(JsonNode node) {
    return node.isValueNode() ? node.asString("") : Json.line(node);
  }
}
