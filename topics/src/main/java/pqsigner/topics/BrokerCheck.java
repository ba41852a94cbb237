package pqsigner.topics;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.config.ConfigResource;

/// Settings of the brokers without which the plan would be words: nobody would enforce it.
final class BrokerCheck {

  static final String AUTHORIZER = "authorizer.class.name";
  static final String DECOMPRESSED_BYTES_MAX = "max.decompressed.message.bytes";

  private BrokerCheck() {}

  /// @throws SetupException that names every broker with everything it lacks
  static void require(Admin admin) {
    List<ConfigResource> brokers =
        TopicSetup.await(admin.describeCluster().nodes()).stream()
            .map(Node::idString)
            .map(id -> new ConfigResource(ConfigResource.Type.BROKER, id))
            .toList();
    List<String> missing = new ArrayList<>();
    TopicSetup.await(admin.describeConfigs(brokers).all())
        .forEach((broker, config) -> missing.addAll(missing(broker.name(), values(config))));
    if (!missing.isEmpty()) {
      throw new SetupException(
          "the brokers cannot enforce the plan: " + String.join("; ", missing));
    }
  }

  private static Map<String, String> values(Config config) {
    return config.entries().stream()
        .filter(entry -> entry.value() != null)
        .collect(java.util.stream.Collectors.toMap(ConfigEntry::name, ConfigEntry::value));
  }

  /// @param settings those that the broker knows and tells
  static List<String> missing(String broker, Map<String, String> settings) {
    List<String> missing = new ArrayList<>();
    if (settings.getOrDefault(AUTHORIZER, "").isBlank()) {
      missing.add(
          "broker %s has no %s, so it grants everybody everything".formatted(broker, AUTHORIZER));
    }
    if (!settings.containsKey(DECOMPRESSED_BYTES_MAX)) {
      missing.add(
          "broker %s does not know %s (Kafka 4.2.2 and later do), so it accepts decompression bombs"
              .formatted(broker, DECOMPRESSED_BYTES_MAX));
    }
    return missing;
  }
}
