package pqsigner.gateway.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.springframework.context.ApplicationContext;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.listener.BatchMessageListener;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.util.unit.DataSize;
import pqsigner.events.poll.ConsumerTrouble;
import pqsigner.kafka.GuardedConsumers;
import pqsigner.kafka.KafkaClients;
import pqsigner.kafka.PatientContainers;

/// Listener containers that commit after the listener returned, and repeat a poll that failed until
/// it does not.
public final class Containers {

  /// How soon a new custodian's topic is noticed; Kafka's default is 5 minutes.
  private static final Duration METADATA_AGE_MAX = Duration.ofSeconds(15);

  /// Of one answer of a broker, and of each partition in it: a custodian's backlog is not all that
  /// a consumer holds.
  private static final DataSize FETCH_LIMIT = DataSize.ofMegabytes(8);

  private static final int PARTITION_FETCH_BYTES_MAX = 512 * 1024;

  /// A broker that is away is tried this often; kafka-clients' own bound is 1 s.
  private static final Duration RECONNECT_MAX = Duration.ofSeconds(5);

  private static final Duration POLL_INTERVAL_MAX = Duration.ofSeconds(90);
  private static final Duration AUTH_RETRY = Duration.ofSeconds(5);

  private final KafkaClients clients;
  private final ApplicationContext context;
  private final ConsumerTrouble trouble;

  public Containers(KafkaClients clients, ApplicationContext context, ConsumerTrouble trouble) {
    this.clients = clients;
    this.context = context;
    this.trouble = trouble;
  }

  /// @param name of the threads and of the client
  /// @param properties topics, and a rebalance listener if one is needed
  public ConcurrentMessageListenerContainer<byte[], byte[]> container(
      String name,
      String group,
      ContainerProperties properties,
      BatchMessageListener<byte[], byte[]> listener,
      int consumers,
      int recordsPerPoll) {
    properties.setGroupId(group);
    properties.setClientId(name);
    properties.setAckMode(ContainerProperties.AckMode.BATCH);
    properties.setMessageListener(listener);
    properties.setShutdownTimeout(Duration.ofSeconds(20).toMillis());
    // A missing ACL is a dependency that is down: it may be granted any minute.
    properties.setAuthExceptionRetryInterval(AUTH_RETRY);
    SimpleAsyncTaskExecutor threads = new SimpleAsyncTaskExecutor(name + "-");
    properties.setListenerTaskExecutor(threads);
    ConcurrentMessageListenerContainer<byte[], byte[]> container =
        new ConcurrentMessageListenerContainer<>(factory(name, recordsPerPoll), properties);
    container.setBeanName(name);
    container.setConcurrency(consumers);
    container.setCommonErrorHandler(PatientContainers.retryForever(() -> false));
    container.setApplicationContext(context);
    container.setApplicationEventPublisher(context);
    return container;
  }

  private ConsumerFactory<byte[], byte[]> factory(String name, int recordsPerPoll) {
    Map<String, Object> own = new HashMap<>();
    own.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, PARTITION_FETCH_BYTES_MAX);
    own.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    own.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    own.put(
        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
        CooperativeStickyAssignor.class.getName());
    own.put(ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, RECONNECT_MAX.toMillis());
    own.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, METADATA_AGE_MAX.toMillis());
    own.put(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, (int) POLL_INTERVAL_MAX.toMillis());
    return GuardedConsumers.guarded(
        clients.consumers(name, recordsPerPoll, FETCH_LIMIT, own), name, trouble);
  }
}
