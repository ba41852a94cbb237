package pqsigner.gateway.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.springframework.context.ApplicationContext;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.kafka.KafkaException;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.core.MicrometerConsumerListener;
import org.springframework.kafka.listener.BatchMessageListener;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.util.backoff.ExponentialBackOff;

/// Listener containers that commit after the listener returned, and repeat a poll that failed until
/// it does not.
public final class Containers {

  /// A killed gateway's partitions move after this; Kafka's default is 45 s.
  private static final Duration SESSION = Duration.ofSeconds(10);

  /// How soon a new custodian's topic is noticed; Kafka's default is 5 minutes.
  private static final Duration METADATA_AGE_MAX = Duration.ofSeconds(15);

  private static final Duration POLL_INTERVAL_MAX = Duration.ofSeconds(90);
  private static final Duration AUTH_RETRY = Duration.ofSeconds(5);
  private static final Duration RETRY_FIRST = Duration.ofMillis(200);
  private static final Duration RETRY_MAX = Duration.ofSeconds(10);

  private final Map<String, Object> connection;
  private final ApplicationContext context;
  private final MicrometerConsumerListener<byte[], byte[]> metrics;

  /// @param connection consumer configuration with addresses and TLS
  public Containers(
      Map<String, Object> connection,
      ApplicationContext context,
      MicrometerConsumerListener<byte[], byte[]> metrics) {
    this.connection = Map.copyOf(connection);
    this.context = context;
    this.metrics = metrics;
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
        new ConcurrentMessageListenerContainer<>(factory(recordsPerPoll), properties);
    container.setBeanName(name);
    container.setConcurrency(consumers);
    container.setCommonErrorHandler(repeatForEver());
    container.setApplicationContext(context);
    container.setApplicationEventPublisher(context);
    return container;
  }

  private ConsumerFactory<byte[], byte[]> factory(int recordsPerPoll) {
    Map<String, Object> config = new HashMap<>(connection);
    config.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    config.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, recordsPerPoll);
    config.put(
        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
        CooperativeStickyAssignor.class.getName());
    config.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, (int) SESSION.toMillis());
    config.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, METADATA_AGE_MAX.toMillis());
    config.put(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, (int) POLL_INTERVAL_MAX.toMillis());
    DefaultKafkaConsumerFactory<byte[], byte[]> factory = new DefaultKafkaConsumerFactory<>(config);
    factory.addListener(metrics);
    return factory;
  }

  /// No recoverer is ever reached: the back-off has no end, and every exception may be retried.
  /// Spring's default would give up at once on some, a ClassCastException for one, and skip the
  /// poll.
  private static DefaultErrorHandler repeatForEver() {
    ExponentialBackOff backOff = new ExponentialBackOff(RETRY_FIRST.toMillis(), 2);
    backOff.setMaxInterval(RETRY_MAX.toMillis());
    DefaultErrorHandler handler = new DefaultErrorHandler(backOff);
    handler.setClassifications(Map.of(), true);
    handler.setLogLevel(KafkaException.Level.WARN);
    return handler;
  }
}
