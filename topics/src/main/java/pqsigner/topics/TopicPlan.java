package pqsigner.topics;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import pqsigner.events.Topics;

/// Every topic and every right, as data. What is not here is denied.
public record TopicPlan(List<Topic> topics, List<Grant> grants) {

  /// The largest record of any topic but the dead letters.
  private static final int RECORD_BYTES_MAX = 256 * 1024;

  /// A dead letter is a record of the largest size and what was added to say why.
  private static final int DEAD_LETTER_BYTES_MAX = 2 * RECORD_BYTES_MAX;

  private static final Duration KEPT = Duration.ofDays(7);
  private static final Duration DEAD_LETTERS_KEPT = Duration.ofDays(30);

  public TopicPlan {
    topics = List.copyOf(topics);
    grants = List.copyOf(grants);
  }

  public record Topic(
      String name, int partitions, int recordBytesMax, Duration kept, Durability durability) {
    public Map<String, String> config() {
      return Map.of(
          "max.message.bytes", Integer.toString(recordBytesMax),
          "retention.ms", Long.toString(kept.toMillis()),
          "min.insync.replicas", Integer.toString(durability.minInsyncReplicas()));
    }
  }

  public enum On {
    TOPIC,
    TOPICS_WITH_PREFIX,
    GROUP,
    GROUPS_WITH_PREFIX
  }

  public enum Right {
    READ,
    WRITE,
    /// To know how far a log reaches and how far a group has read it, and nothing of what is in it.
    DESCRIBE
  }

  /// @param principal `role.name` of a certificate
  public record Grant(String principal, Right right, On on, String name) {}

  /// @throws IllegalArgumentException when one custodian's groups would also be another's
  public static TopicPlan of(Topics topics, Collection<String> custodians, Durability durability) {
    refuseSharedPrefixes(custodians);
    List<Topic> planned = new ArrayList<>();
    List<Grant> grants = new ArrayList<>();
    for (String custodian : custodians) {
      planned.add(topic(topics.commands(custodian), 3, durability));
      planned.add(topic(topics.results(custodian), 3, durability));
      String principal = "custodian." + custodian;
      grants.add(new Grant(principal, Right.WRITE, On.TOPIC, topics.commands(custodian)));
      grants.add(new Grant(principal, Right.READ, On.TOPIC, topics.results(custodian)));
      grants.add(new Grant(principal, Right.READ, On.GROUPS_WITH_PREFIX, custodian + "-"));
    }
    planned.add(topic(topics.jobs(), 6, durability));
    planned.add(topic(topics.bulkJobs(), 6, durability));
    planned.add(topic(topics.replies(), 4, durability));
    planned.add(topic(topics.bulkReplies(), 4, durability));
    planned.add(topic(topics.retry5s(), 3, durability));
    planned.add(topic(topics.retry60s(), 3, durability));
    planned.add(
        new Topic(topics.deadLetters(), 3, DEAD_LETTER_BYTES_MAX, DEAD_LETTERS_KEPT, durability));
    grants.addAll(gateway(topics));
    grants.addAll(worker(topics));
    grants.addAll(delayLine(topics));
    return new TopicPlan(planned, grants);
  }

  private static Topic topic(String name, int partitions, Durability durability) {
    return new Topic(name, partitions, RECORD_BYTES_MAX, KEPT, durability);
  }

  private static List<Grant> gateway(Topics topics) {
    String gateway = "service.gateway";
    return List.of(
        new Grant(gateway, Right.READ, On.TOPICS_WITH_PREFIX, topics.commandsPrefix()),
        new Grant(gateway, Right.READ, On.GROUP, "gateway-commands"),
        new Grant(gateway, Right.WRITE, On.TOPIC, topics.jobs()),
        new Grant(gateway, Right.WRITE, On.TOPIC, topics.bulkJobs()),
        new Grant(gateway, Right.READ, On.TOPIC, topics.replies()),
        new Grant(gateway, Right.READ, On.GROUP, "gateway-replies"),
        new Grant(gateway, Right.READ, On.TOPIC, topics.bulkReplies()),
        new Grant(gateway, Right.READ, On.GROUP, "gateway-replies-bulk"),
        new Grant(gateway, Right.WRITE, On.TOPICS_WITH_PREFIX, topics.resultsPrefix()),
        new Grant(gateway, Right.WRITE, On.TOPIC, topics.deadLetters()),
        new Grant(gateway, Right.READ, On.TOPIC, topics.deadLetters()),
        new Grant(gateway, Right.READ, On.GROUP, "gateway-dead-letters"),
        new Grant(gateway, Right.DESCRIBE, On.GROUP, "worker"),
        new Grant(gateway, Right.DESCRIBE, On.GROUP, "worker-bulk"),
        new Grant(gateway, Right.DESCRIBE, On.TOPIC, topics.retry5s()),
        new Grant(gateway, Right.DESCRIBE, On.GROUP, "delay-line-5s"),
        new Grant(gateway, Right.DESCRIBE, On.TOPIC, topics.retry60s()),
        new Grant(gateway, Right.DESCRIBE, On.GROUP, "delay-line-60s"));
  }

  private static List<Grant> worker(Topics topics) {
    String worker = "service.worker";
    return List.of(
        new Grant(worker, Right.READ, On.TOPIC, topics.jobs()),
        new Grant(worker, Right.READ, On.GROUP, "worker"),
        new Grant(worker, Right.READ, On.TOPIC, topics.bulkJobs()),
        new Grant(worker, Right.READ, On.GROUP, "worker-bulk"),
        new Grant(worker, Right.WRITE, On.TOPIC, topics.replies()),
        new Grant(worker, Right.WRITE, On.TOPIC, topics.bulkReplies()),
        new Grant(worker, Right.WRITE, On.TOPIC, topics.retry5s()),
        new Grant(worker, Right.WRITE, On.TOPIC, topics.retry60s()),
        new Grant(worker, Right.WRITE, On.TOPIC, topics.deadLetters()));
  }

  private static List<Grant> delayLine(Topics topics) {
    String delayLine = "service.delay-line";
    return List.of(
        new Grant(delayLine, Right.READ, On.TOPIC, topics.retry5s()),
        new Grant(delayLine, Right.READ, On.GROUP, "delay-line-5s"),
        new Grant(delayLine, Right.READ, On.TOPIC, topics.retry60s()),
        new Grant(delayLine, Right.READ, On.GROUP, "delay-line-60s"),
        new Grant(delayLine, Right.WRITE, On.TOPIC, topics.jobs()),
        new Grant(delayLine, Right.WRITE, On.TOPIC, topics.bulkJobs()));
  }

  /// Groups are given by prefix `name-`: with custodians `a` and `a-b`, the first could join the
  /// groups of the second.
  private static void refuseSharedPrefixes(Collection<String> custodians) {
    for (String one : custodians) {
      if (!Topics.CUSTODIAN.matcher(one).matches()) {
        throw new IllegalArgumentException("not a custodian's name: " + one);
      }
      for (String other : custodians) {
        if (other.startsWith(one + "-")) {
          throw new IllegalArgumentException(one + " could join the consumer groups of " + other);
        }
      }
    }
  }
}
