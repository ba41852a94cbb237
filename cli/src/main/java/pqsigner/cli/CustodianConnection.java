package pqsigner.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import pqsigner.client.Channel;
import pqsigner.client.Signer;
import pqsigner.client.kafka.KafkaEndpoint;
import pqsigner.client.kafka.KafkaSigner;
import pqsigner.events.Topics;

/// A custodian's two ways in: the gateway, and its topics on Kafka.
public final class CustodianConnection extends GatewayConnection {
  @Option(
      names = "--kafka",
      paramLabel = "HOST:PORT",
      description = "Kafka bootstrap servers ($$PQ_SIGNER_KAFKA).")
  private @Nullable String kafka;

  @Option(
      names = "--registry",
      paramLabel = "URL",
      description = "Schema registry ($$PQ_SIGNER_REGISTRY).")
  private @Nullable String registry;

  @Option(
      names = "--topic-prefix",
      paramLabel = "TEXT",
      description = "Topic prefix ($$PQ_SIGNER_TOPIC_PREFIX; default pq-signer.).")
  private @Nullable String topicPrefix;

  @Option(
      names = "--custodian",
      paramLabel = "NAME",
      description = "Custodian whose topics to use ($$PQ_SIGNER_CUSTODIAN).")
  private @Nullable String custodian;

  private KafkaSigner kafka() {
    KafkaEndpoint endpoint =
        new KafkaEndpoint(
            need(kafka, "--kafka", "PQ_SIGNER_KAFKA"),
            need(registry, "--registry", "PQ_SIGNER_REGISTRY"),
            topics(),
            custodian());
    return asCaller(identity -> KafkaSigner.open(endpoint, identity));
  }

  /// Over either.
  public Signer open(Channel channel) {
    return switch (channel) {
      case HTTP -> http();
      case KAFKA -> kafka();
    };
  }

  private String custodian() {
    String name = need(custodian, "--custodian", "PQ_SIGNER_CUSTODIAN");
    if (!Topics.isCustodian(name)) {
      throw usage("--custodian: not a valid name: " + name);
    }
    return name;
  }

  private Topics topics() {
    String prefix = topicPrefix != null ? topicPrefix : System.getenv("PQ_SIGNER_TOPIC_PREFIX");
    return new Topics(prefix != null ? prefix : Topics.DEFAULT_PREFIX);
  }
}
