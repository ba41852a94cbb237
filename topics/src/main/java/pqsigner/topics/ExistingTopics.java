package pqsigner.topics;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.ConfigResource;

/// Topics that were there before. An operator may have given them more than the plan, more
/// partitions or a longer life; whoever has less would lose records or refuse them, and is told so
/// instead of being altered. Bounds that nobody has set on a topic are set.
final class ExistingTopics {

  private ExistingTopics() {}

  static void check(Admin admin, List<TopicPlan.Topic> planned) {
    if (planned.isEmpty()) {
      return;
    }
    Map<String, TopicDescription> topics =
        TopicSetup.await(
            admin
                .describeTopics(planned.stream().map(TopicPlan.Topic::name).toList())
                .allTopicNames());
    Map<ConfigResource, Config> configs =
        TopicSetup.await(
            admin.describeConfigs(planned.stream().map(ExistingTopics::resource).toList()).all());
    List<String> shortfalls = new ArrayList<>();
    for (TopicPlan.Topic topic : planned) {
      TopicDescription description = topics.get(topic.name());
      Config config = configs.get(resource(topic));
      if (description == null || config == null) {
        throw new SetupException("the broker does not describe " + topic.name());
      }
      shortfalls.addAll(shortfalls(topic, description, config));
    }
    if (!shortfalls.isEmpty()) {
      throw new SetupException(
          "existing topics fall short of the plan: " + String.join("; ", shortfalls));
    }
    setBounds(admin, planned, configs);
  }

  private static void setBounds(
      Admin admin, List<TopicPlan.Topic> planned, Map<ConfigResource, Config> configs) {
    Map<ConfigResource, Collection<AlterConfigOp>> missing = new HashMap<>();
    for (TopicPlan.Topic topic : planned) {
      Config config = Objects.requireNonNull(configs.get(resource(topic)));
      List<AlterConfigOp> own =
          topic.bounds().entrySet().stream()
              .filter(bound -> !isSet(config, bound.getKey()))
              .map(
                  bound ->
                      new AlterConfigOp(
                          new ConfigEntry(bound.getKey(), bound.getValue()),
                          AlterConfigOp.OpType.SET))
              .toList();
      if (!own.isEmpty()) {
        missing.put(resource(topic), own);
      }
    }
    if (!missing.isEmpty()) {
      TopicSetup.await(admin.incrementalAlterConfigs(missing).all());
    }
  }

  /// On the topic itself: what a broker's default says may change without anybody looking here.
  private static boolean isSet(Config config, String name) {
    ConfigEntry entry = config.get(name);
    return entry != null && entry.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG;
  }

  private static ConfigResource resource(TopicPlan.Topic topic) {
    return new ConfigResource(ConfigResource.Type.TOPIC, topic.name());
  }

  private static List<String> shortfalls(
      TopicPlan.Topic topic, TopicDescription description, Config config) {
    List<String> found = new ArrayList<>();
    compare(topic, "partitions", description.partitions().size(), topic.partitions(), found);
    int replicas =
        description.partitions().stream().mapToInt(p -> p.replicas().size()).min().orElse(0);
    compare(topic, "replicas", replicas, topic.durability().replicationFactor(), found);
    topic
        .least()
        .forEach(
            (name, wanted) ->
                compare(topic, name, number(config, name), Long.parseLong(wanted), found));
    decompressed(topic, config, found);
    return found;
  }

  /// More than the plan, if somebody has set it, is a bomb that whoever reads must hold.
  private static void decompressed(TopicPlan.Topic topic, Config config, List<String> found) {
    String name = "max.decompressed.message.bytes";
    if (isSet(config, name) && number(config, name) > topic.recordBytesMax()) {
      found.add(
          "%s %s %d, more than %d"
              .formatted(topic.name(), name, number(config, name), topic.recordBytesMax()));
    }
  }

  private static void compare(
      TopicPlan.Topic topic, String what, long is, long wanted, List<String> found) {
    if (is < wanted) {
      found.add("%s %s %d, not %d".formatted(topic.name(), what, is, wanted));
    }
  }

  /// A retention of -1 is for ever.
  private static long number(Config config, String name) {
    long value = Long.parseLong(config.get(name).value());
    return name.equals("retention.ms") && value < 0 ? Long.MAX_VALUE : value;
  }
}
