package pqsigner.topics;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import pqsigner.events.Topics;

/// Topics, rights, quotas and schemas, as an administrator. What is there stays; what is missing is
/// added.
///
/// Exit codes: 0 all of it is applied, 1 it is not (one line says why), 2 usage.
@Command(
    name = "topics",
    description = "Creates the topics, rights, quotas and schemas that are missing.",
    sortOptions = false)
public final class TopicsMain implements Callable<Integer> {

  /// Less than what [TopicSetup] waits, so that the broker's own reason is told.
  private static final Duration PATIENCE = Duration.ofSeconds(25);

  private static final Set<String> SCHEMES = Set.of("http", "https");

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Spec
  private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Option(names = "--bootstrap-servers", paramLabel = "HOST:PORT,...", required = true)
  private String bootstrapServers;

  @Option(names = "--topic-prefix", paramLabel = "PREFIX", required = true)
  private String topicPrefix = Topics.DEFAULT_PREFIX;

  @Option(names = "--replication-factor", paramLabel = "N", required = true)
  private short replicationFactor;

  @Option(names = "--min-insync-replicas", paramLabel = "N", required = true)
  private int minInsyncReplicas;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Option(
      names = "--schema-registry-url",
      paramLabel = "URL",
      required = true,
      description = "Base of Confluent's API; https, except on loopback.")
  private URI schemaRegistry;

  @Option(
      names = "--schema-registry-config",
      paramLabel = "FILE",
      description =
          "Properties with credentials and TLS for the registry, by Confluent's keys:"
              + " basic.auth.*, schema.registry.ssl.*. Credentials may also be in"
              + " $SCHEMA_REGISTRY_USER_INFO, as user:password.")
  private @Nullable Path schemaRegistryConfig;

  @Option(
      names = "--schema-registry-ca",
      paramLabel = "FILE",
      description = "Authorities of the registry, PEM. Default: those that the JDK knows.")
  private @Nullable Path schemaRegistryCa;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Option(
      names = "--tls",
      paramLabel = "DIR",
      required = true,
      description = "Holds the administrator's tls.crt and tls.key, and ca.crt.")
  private Path tls;

  @Option(
      names = "--custodian",
      paramLabel = "NAME",
      description = "A custodian to create topics, rights and schemas for. Repeatable.")
  private Set<String> custodians = new LinkedHashSet<>();

  /// Where no list of processes shows it.
  static final String USER_INFO = "SCHEMA_REGISTRY_USER_INFO";

  private TopicsMain() {}

  public static void main(String[] arguments) {
    System.exit(run(utf8(System.out), utf8(System.err), arguments));
  }

  private static PrintWriter utf8(PrintStream stream) {
    return new PrintWriter(new OutputStreamWriter(stream, UTF_8), true);
  }

  /// Returns the exit code.
  public static int run(PrintWriter out, PrintWriter err, String... arguments) {
    return new CommandLine(new TopicsMain())
        .setExpandAtFiles(false)
        .setOut(out)
        .setErr(err)
        .setParameterExceptionHandler(
            (misuse, given) -> {
              err.println("topics: " + line(misuse));
              misuse.getCommandLine().usage(err);
              return CommandLine.ExitCode.USAGE;
            })
        .setExecutionExceptionHandler(
            (failure, commandLine, parsed) -> {
              err.println("topics: " + line(failure));
              return CommandLine.ExitCode.SOFTWARE;
            })
        .execute(arguments);
  }

  /// What these arguments would apply.
  ///
  /// @throws ParameterException when they are not understood
  public static TopicPlan plan(String... arguments) {
    var main = new TopicsMain();
    new CommandLine(main).setExpandAtFiles(false).parseArgs(arguments);
    return main.plan();
  }

  @Override
  public Integer call() {
    TopicPlan plan = plan();
    Map<String, Object> registry = registry();
    Map<String, Object> settings = MutualTls.in(tls, bootstrapServers);
    settings.put(
        AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Math.toIntExact(PATIENCE.toMillis()));
    settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.toIntExact(PATIENCE.toMillis()));
    try (Admin admin = Admin.create(settings)) {
      TopicSetup.apply(admin, plan);
    }
    var ids = SchemaSetup.apply(registry, new Topics(topicPrefix), custodians);
    spec.commandLine()
        .getOut()
        .printf(
            "%d topics, %d rights, %d quotas, %d schemas%n",
            plan.topics().size(), plan.grants().size(), plan.quotas().size(), ids.size());
    return CommandLine.ExitCode.OK;
  }

  private TopicPlan plan() {
    try {
      if (bootstrapServers.isBlank()) {
        throw new IllegalArgumentException("--bootstrap-servers names no broker");
      }
      if (!SCHEMES.contains(String.valueOf(schemaRegistry.getScheme()))
          || schemaRegistry.getHost() == null) {
        throw new IllegalArgumentException("--schema-registry-url is http(s)://HOST/...");
      }
      return TopicPlan.of(
          new Topics(topicPrefix),
          custodians,
          new Durability(replicationFactor, minInsyncReplicas));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private Map<String, Object> registry() {
    try {
      return SchemaSetup.registry(
          schemaRegistry, schemaRegistryConfig, System.getenv(USER_INFO), schemaRegistryCa);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  /// The failure and what caused it, in one line.
  private static String line(Throwable failure) {
    Set<String> messages = new LinkedHashSet<>();
    for (Throwable each = failure; each != null; each = each.getCause()) {
      String message = each.getMessage();
      messages.add(message == null ? each.getClass().getSimpleName() : message);
    }
    return String.join(": ", messages).replaceAll("\\s+", " ");
  }
}
