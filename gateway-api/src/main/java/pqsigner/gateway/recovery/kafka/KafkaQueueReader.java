package pqsigner.gateway.recovery.kafka;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import pqsigner.gateway.queue.QueueUnavailableException;
import pqsigner.gateway.recovery.QueueReader;
import pqsigner.gateway.recovery.QueueReading;
import pqsigner.gateway.recovery.QueueReading.Reach;

/// Reads from the brokers how far logs reach and groups are. Four bounded calls; it needs the right
/// to describe those topics and groups, and no other.
public final class KafkaQueueReader implements QueueReader, AutoCloseable {

  private static final Duration CALL_MAX = Duration.ofSeconds(3);

  /// The client gives up by itself after the call's time; this is for when it does not.
  private static final Duration GRACE = Duration.ofSeconds(1);

  private final Admin admin;
  private final Map<String, String> groups;
  private final InstantSource clock;

  /// @param connection client configuration with addresses and TLS
  /// @param groups who works on a topic, by the topic's name
  public KafkaQueueReader(
      Map<String, Object> connection, Map<String, String> groups, InstantSource clock) {
    this.admin = Admin.create(config(connection));
    this.groups = Map.copyOf(groups);
    this.clock = clock;
  }

  private static Map<String, Object> config(Map<String, Object> connection) {
    Map<String, Object> config = new HashMap<>(connection);
    config.put(AdminClientConfig.CLIENT_ID_CONFIG, "queue-watch");
    config.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) CALL_MAX.toMillis());
    config.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) CALL_MAX.toMillis());
    return config;
  }

  /// The order matters: what is committed is read before the ends are, and the time before both.
  @Override
  public QueueReading read() {
    Instant begun = clock.instant();
    Map<String, List<TopicPartition>> partitions = partitions();
    Map<TopicPartition, Long> committed = committed(partitions);
    List<TopicPartition> all = partitions.values().stream().flatMap(List::stream).toList();
    Map<TopicPartition, Long> starts = offsets("starts", all, OffsetSpec.earliest());
    Map<TopicPartition, Long> ends = offsets("ends", all, OffsetSpec.latest());
    Function<TopicPartition, Reach> reach =
        log ->
            reach(
                starts.getOrDefault(log, 0L),
                committed.getOrDefault(log, 0L),
                ends.getOrDefault(log, Long.MAX_VALUE));
    return new QueueReading(
        begun,
        all.stream()
            .collect(
                Collectors.groupingBy(
                    TopicPartition::topic, Collectors.toMap(TopicPartition::partition, reach))));
  }

  /// Whoever has committed more than there is will find out and begin at the start: the topic was
  /// made anew.
  static Reach reach(long start, long committed, long end) {
    return new Reach(committed > end ? start : Math.max(start, committed), end);
  }

  private Map<String, List<TopicPartition>> partitions() {
    Map<String, TopicDescription> topics =
        answer("topics", admin.describeTopics(groups.keySet()).allTopicNames());
    return topics.values().stream()
        .collect(
            Collectors.toMap(
                TopicDescription::name,
                topic ->
                    topic.partitions().stream()
                        .map(info -> new TopicPartition(topic.name(), info.partition()))
                        .toList()));
  }

  /// A group that never committed is where it will begin: at the start of the log.
  private Map<TopicPartition, Long> committed(Map<String, List<TopicPartition>> partitions) {
    Map<String, ListConsumerGroupOffsetsSpec> asked = new HashMap<>();
    partitions.forEach(
        (topic, logs) ->
            asked.put(
                groups.getOrDefault(topic, ""),
                new ListConsumerGroupOffsetsSpec().topicPartitions(logs)));
    Map<TopicPartition, Long> committed = new HashMap<>();
    for (Map<TopicPartition, @Nullable OffsetAndMetadata> of :
        answer("groups", admin.listConsumerGroupOffsets(asked).all()).values()) {
      of.forEach(
          (log, offset) -> {
            if (offset != null) {
              committed.put(log, offset.offset());
            }
          });
    }
    return committed;
  }

  private Map<TopicPartition, Long> offsets(
      String what, List<TopicPartition> logs, OffsetSpec which) {
    Map<TopicPartition, OffsetSpec> asked =
        logs.stream().collect(Collectors.toMap(Function.identity(), _ -> which));
    Map<TopicPartition, ListOffsetsResultInfo> told = answer(what, admin.listOffsets(asked).all());
    return told.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().offset()));
  }

  private static <T> T answer(String what, KafkaFuture<T> call) {
    try {
      return call.get(CALL_MAX.plus(GRACE).toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw unavailable(what, e.getCause() == null ? e : e.getCause());
    } catch (TimeoutException e) {
      throw unavailable(what, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable(what, e);
    }
  }

  private static QueueUnavailableException unavailable(String what, Throwable cause) {
    return new QueueUnavailableException(
        "read " + what + ": " + cause.getClass().getSimpleName(), cause);
  }

  @Override
  public void close() {
    admin.close(GRACE);
  }
}
