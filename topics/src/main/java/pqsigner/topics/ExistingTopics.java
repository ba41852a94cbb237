package pqsigner.topics;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.ConfigResource;

/// Topics that were there before: as they are, they must do. An operator may have given them more
/// than the plan, more partitions or a longer life; whoever has less would lose records or refuse
/// them, and is told so instead of being altered.
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
          "topics that are there already have less than the plan: "
              + String.join("; ", shortfalls));
    }
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
        .config()
        .forEach(
            (name, wanted) ->
                compare(topic, name, number(config, name), Long.parseLong(wanted), found));
    return found;
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
