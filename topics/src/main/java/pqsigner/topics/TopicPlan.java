package pqsigner.topics;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import pqsigner.events.Topics;

/// Every topic, right and quota, as data. What is not here is denied.
public record TopicPlan(List<Topic> topics, List<Grant> grants, List<Quota> quotas) {

  private static final Duration KEPT = Duration.ofDays(7);
  private static final Duration DEAD_LETTERS_KEPT = Duration.ofDays(30);

  /// What one custodian can fill of a broker's disk with each of its topics, times its partitions.
  private static final long CUSTODIAN_BYTES_KEPT = 1L << 30;

  /// Of a partition of ours. Far above a backlog of days: what is deleted unread is only found
  /// again by the ledger's sweeper.
  private static final long BYTES_KEPT = 8L << 30;

  public TopicPlan {
    topics = List.copyOf(topics);
    grants = List.copyOf(grants);
    quotas = List.copyOf(quotas);
  }

  /// @param recordBytesMax of a batch as it is sent, and of a record once it is decompressed
  /// @param bytesKept of each partition
  public record Topic(
      String name,
      int partitions,
      int recordBytesMax,
      Duration kept,
      long bytesKept,
      Durability durability) {

    /// An operator may give a topic more.
    public Map<String, String> least() {
      return Map.of(
          "max.message.bytes", Integer.toString(recordBytesMax),
          "retention.ms", Long.toString(kept.toMillis()),
          "min.insync.replicas", Integer.toString(durability.minInsyncReplicas()));
    }

    /// What stops a writer from doing harm. Without the first, 13 KB of zeros become 400 MiB in the
    /// memory of whoever reads them. By the last, no writer's clock says whether a command came
    /// after a failure, when a job is due, or how long a record is kept.
    public Map<String, String> bounds() {
      return Map.of(
          "max.decompressed.message.bytes", Integer.toString(recordBytesMax),
          "retention.bytes", Long.toString(bytesKept),
          "message.timestamp.type", "LogAppendTime");
    }

    public Map<String, String> config() {
      Map<String, String> config = new HashMap<>(least());
      config.putAll(bounds());
      return Map.copyOf(config);
    }
  }

  /// What a principal may ask of each broker before it is slowed down.
  ///
  /// @param requestPercent of one broker thread's time
  public record Quota(
      String principal, long writtenBytesPerSecond, long readBytesPerSecond, int requestPercent) {

    static Quota ofCustodian(String principal) {
      return new Quota(principal, 4L << 20, 8L << 20, 100);
    }

    /// By Kafka's names.
    public Map<String, Double> limits() {
      return Map.of(
          "producer_byte_rate", (double) writtenBytesPerSecond,
          "consumer_byte_rate", (double) readBytesPerSecond,
          "request_percentage", (double) requestPercent);
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

  /// @throws IllegalArgumentException when one of them cannot be a custodian's name
  public static TopicPlan of(Topics topics, Collection<String> custodians, Durability durability) {
    List<Topic> planned = new ArrayList<>();
    List<Grant> grants = new ArrayList<>();
    List<Quota> quotas = new ArrayList<>();
    for (String custodian : custodians) {
      TopicPlan own = ofCustodian(topics, custodian, durability);
      planned.addAll(own.topics());
      grants.addAll(own.grants());
      quotas.addAll(own.quotas());
    }
    planned.add(topic(topics.jobs(), 6, durability));
    planned.add(topic(topics.bulkJobs(), 6, durability));
    planned.add(topic(topics.replies(), 4, durability));
    planned.add(topic(topics.bulkReplies(), 4, durability));
    planned.add(topic(topics.retry5s(), 3, durability));
    planned.add(topic(topics.retry60s(), 3, durability));
    planned.add(
        new Topic(
            topics.deadLetters(),
            3,
            Topics.DEAD_LETTER_BYTES_MAX,
            DEAD_LETTERS_KEPT,
            BYTES_KEPT,
            durability));
    grants.addAll(gateway(topics));
    grants.addAll(worker(topics));
    grants.addAll(delayLine(topics));
    return new TopicPlan(planned, grants, quotas);
  }

  /// What one custodian has, and nothing of ours.
  ///
  /// @throws IllegalArgumentException when it cannot be a custodian's name
  public static TopicPlan ofCustodian(Topics topics, String custodian, Durability durability) {
    requireName(custodian);
    String principal = principal(custodian);
    return new TopicPlan(
        List.of(
            custodianTopic(topics.commands(custodian), durability),
            custodianTopic(topics.results(custodian), durability)),
        List.of(
            new Grant(principal, Right.WRITE, On.TOPIC, topics.commands(custodian)),
            new Grant(principal, Right.READ, On.TOPIC, topics.results(custodian)),
            new Grant(principal, Right.READ, On.GROUPS_WITH_PREFIX, Topics.groupPrefix(custodian))),
        List.of(Quota.ofCustodian(principal)));
  }

  static String principal(String custodian) {
    return "custodian." + custodian;
  }

  private static Topic topic(String name, int partitions, Durability durability) {
    return new Topic(name, partitions, Topics.RECORD_BYTES_MAX, KEPT, BYTES_KEPT, durability);
  }

  private static Topic custodianTopic(String name, Durability durability) {
    return new Topic(name, 3, Topics.RECORD_BYTES_MAX, KEPT, CUSTODIAN_BYTES_KEPT, durability);
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
        new Grant(delayLine, Right.WRITE, On.TOPIC, topics.bulkJobs()),
        new Grant(delayLine, Right.WRITE, On.TOPIC, topics.deadLetters()));
  }

  private static void requireName(String custodian) {
    if (!Topics.isCustodian(custodian)) {
      throw new IllegalArgumentException(
          "not a custodian's name: "
              + custodian
              + (Topics.RESERVED.contains(custodian) ? " (reserved)" : ""));
    }
  }
}
