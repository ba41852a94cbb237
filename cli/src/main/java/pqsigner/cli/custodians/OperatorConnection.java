package pqsigner.cli.custodians;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import pqsigner.cli.GatewayConnection;
import pqsigner.cli.local.LocalInstallation;
import pqsigner.events.Topics;
import pqsigner.topics.CustodianSetup;
import pqsigner.topics.Durability;
import pqsigner.topics.MutualTls;

/// An operator at the gateway, who may be an administrator at the brokers as well.
final class OperatorConnection extends GatewayConnection {

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "A running local stack's folder, which has all that the other options say.")
  private @Nullable Path directory;

  @Option(
      names = "--kafka",
      paramLabel = "HOST:PORT",
      description = "Kafka bootstrap servers ($$PQ_SIGNER_KAFKA).")
  private @Nullable String kafka;

  @Option(
      names = "--admin-tls",
      paramLabel = "DIR",
      description =
          "Holds the administrator's tls.crt and tls.key, and ca.crt of the brokers"
              + " ($$PQ_SIGNER_ADMIN_TLS). Without it, nothing is done at the brokers.")
  private @Nullable String administrator;

  @Option(
      names = "--registry",
      paramLabel = "URL",
      description = "Schema registry ($$PQ_SIGNER_REGISTRY).")
  private @Nullable String registry;

  @Option(
      names = "--registry-config",
      paramLabel = "FILE",
      description =
          "Properties with its credentials and TLS, by Confluent's keys; credentials may also be"
              + " in $$SCHEMA_REGISTRY_USER_INFO.")
  private @Nullable Path registryConfig;

  @Option(
      names = "--topic-prefix",
      paramLabel = "TEXT",
      description = "Topic prefix ($$PQ_SIGNER_TOPIC_PREFIX; default pq-signer.).")
  private @Nullable String topicPrefix;

  @Option(
      names = "--replication-factor",
      paramLabel = "N",
      description = "Of topics to be made (default 3).")
  private @Nullable Short replicationFactor;

  @Option(
      names = "--min-insync-replicas",
      paramLabel = "N",
      description = "Of topics to be made (default 2).")
  private @Nullable Integer minInsyncReplicas;

  Optional<LocalInstallation> local() {
    return Optional.ofNullable(directory).map(LocalInstallation::in);
  }

  @Override
  protected Map<String, String> environment() {
    return local().map(LocalInstallation::operator).orElseGet(super::environment);
  }

  /// The brokers, if there is an administrator's certificate.
  Optional<CustodianSetup> brokers() {
    Optional<Map<String, Object>> settings =
        local()
            .map(LocalInstallation::administrator)
            .or(
                () ->
                    given(administrator, "PQ_SIGNER_ADMIN_TLS")
                        .map(folder -> MutualTls.in(Path.of(folder), bootstrapServers())));
    return settings.map(administrator -> CustodianSetup.open(administrator, topics()));
  }

  private String bootstrapServers() {
    return need(kafka, "--kafka", "PQ_SIGNER_KAFKA");
  }

  URI registry() {
    return URI.create(need(registry, "--registry", "PQ_SIGNER_REGISTRY"));
  }

  @Nullable Path registryConfig() {
    return registryConfig;
  }

  Topics topics() {
    return new Topics(given(topicPrefix, "PQ_SIGNER_TOPIC_PREFIX").orElse(Topics.DEFAULT_PREFIX));
  }

  Durability durability() {
    Durability usual = local().isPresent() ? Durability.ONE_BROKER : new Durability((short) 3, 2);
    return new Durability(
        replicationFactor == null ? usual.replicationFactor() : replicationFactor,
        minInsyncReplicas == null ? usual.minInsyncReplicas() : minInsyncReplicas);
  }

  private Optional<String> given(@Nullable String option, String variable) {
    return Optional.ofNullable(option != null ? option : environment().get(variable));
  }
}
