package pqsigner.events.poll;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/// A consumer whose polls go on whatever is in the topics and whoever joins its group.
///
/// kafka-clients allocates what a compressed record says it will be before anybody can look at it.
/// The brokers refuse such a record (`max.decompressed.message.bytes`); where one is in a topic all
/// the same, the allocation fails and leaves nothing behind, so that the record can be skipped.
public final class GuardedConsumer implements InvocationHandler {

  private static final Duration LOOK = Duration.ofSeconds(1);

  private final Consumer<byte[], byte[]> consumer;
  private final String name;
  private final Map<String, Object> config;
  private final ConsumerTrouble trouble;
  private long nextLook = System.nanoTime();

  private GuardedConsumer(
      Consumer<byte[], byte[]> consumer,
      String name,
      Map<String, Object> config,
      ConsumerTrouble trouble) {
    this.consumer = consumer;
    this.name = name;
    this.config = config;
    this.trouble = trouble;
  }

  /// @param consumer its key and value by [BoundedBytes]
  /// @param name of this consumer among those of the process
  /// @param config that it was made with
  /// @param trouble of all consumers of the process
  public static Consumer<byte[], byte[]> guarding(
      Consumer<byte[], byte[]> consumer,
      String name,
      Map<String, Object> config,
      ConsumerTrouble trouble) {
    @SuppressWarnings("unchecked") // a proxy of the interface that was given
    Consumer<byte[], byte[]> guarded =
        (Consumer<byte[], byte[]>)
            Proxy.newProxyInstance(
                GuardedConsumer.class.getClassLoader(),
                new Class<?>[] {Consumer.class},
                new GuardedConsumer(consumer, name, config, trouble));
    return guarded;
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
      throws Throwable {
    if (method.getName().equals("poll")
        && arguments != null
        && arguments[0] instanceof Duration timeout) {
      return poll(timeout);
    }
    if (method.getName().equals("close")) {
      trouble.closed(name);
    }
    try {
      return method.invoke(consumer, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause() == null ? e : e.getCause();
    }
  }

  private ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
    try {
      ConsumerRecords<byte[], byte[]> records = consumer.poll(timeout);
      trouble.polled(name);
      listen();
      return records;
    } catch (OutOfMemoryError | KafkaException e) {
      if (mayBePoison(e)) {
        return afterPoison(e);
      }
      if (isForTheContainer(e)) {
        throw e;
      }
      pause(trouble.failed(name, e));
      return ConsumerRecords.empty();
    }
  }

  /// Once a second, because a poll may be shorter.
  private void listen() {
    if (System.nanoTime() - nextLook < 0) {
      return;
    }
    nextLook = System.nanoTime() + LOOK.toNanos();
    consumer.metrics().values().stream()
        .filter(metric -> metric.metricName().name().equals("last-heartbeat-seconds-ago"))
        .map(Metric::metricValue)
        .filter(Double.class::isInstance)
        .forEach(secondsAgo -> trouble.link().heartbeat(name, (Double) secondsAgo));
  }

  /// Without a group, and of one record for each poll.
  private Consumer<byte[], byte[]> probe() {
    Map<String, Object> own = new HashMap<>(config);
    own.keySet()
        .removeAll(Set.of(ConsumerConfig.GROUP_ID_CONFIG, ConsumerConfig.GROUP_INSTANCE_ID_CONFIG));
    own.put(ConsumerConfig.CLIENT_ID_CONFIG, name + "-probe");
    own.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1);
    return new KafkaConsumer<>(own, new BoundedBytes(), new BoundedBytes());
  }

  private int window() {
    Object records = config.getOrDefault(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 500);
    return Integer.parseInt(records.toString());
  }

  /// kafka-clients has no type of its own for a record that it cannot read.
  static boolean mayBePoison(Throwable thrown) {
    return thrown instanceof OutOfMemoryError
        || thrown instanceof SerializationException
        || thrown.getClass() == KafkaException.class;
  }

  /// Wake-ups, interrupts and offsets that are gone are not failures of a poll, and rights and
  /// identities are what containers have rules for.
  private static boolean isForTheContainer(Throwable thrown) {
    return switch (thrown) {
      case AuthenticationException _, AuthorizationException _, FencedInstanceIdException _ -> true;
      case ApiException _ -> false;
      default -> true;
    };
  }

  /// @return records that stand before the poison and were not handed out yet
  private ConsumerRecords<byte[], byte[]> afterPoison(Throwable failure) {
    Set<TopicPartition> partitions = new HashSet<>(consumer.assignment());
    partitions.removeAll(consumer.paused());
    boolean found = false;
    try (Consumer<byte[], byte[]> probe = probe()) {
      PoisonSearch search = new PoisonSearch(probe, window());
      for (TopicPartition partition : partitions) {
        switch (search.search(partition, consumer.position(partition))) {
          case PoisonSearch.Finding.Behind(var records, long next) -> {
            consumer.seek(partition, next);
            return new ConsumerRecords<>(
                Map.of(partition, records), Map.of(partition, new OffsetAndMetadata(next)));
          }
          case PoisonSearch.Finding.Poison(long first, long next, Throwable cause) -> {
            skip(partition, first, next, cause);
            found = true;
          }
          case PoisonSearch.Finding.Nothing() -> {}
        }
      }
    }
    if (!found) {
      switch (failure) {
        // Memory is short for another reason, and whoever runs the process must know.
        case Error error -> throw error;
        default -> pause(trouble.failed(name, failure));
      }
    }
    return ConsumerRecords.empty();
  }

  private void skip(TopicPartition partition, long first, long next, Throwable cause) {
    String reason =
        cause instanceof OutOfMemoryError
            ? "larger than memory"
            : "cannot be read: " + rootOf(cause).getClass().getSimpleName();
    trouble.watch().skipped(partition, first, next, reason);
    consumer.seek(partition, next);
    try {
      // Everything before was handed out in an earlier poll, and is done.
      consumer.commitSync(Map.of(partition, new OffsetAndMetadata(next)));
    } catch (KafkaException e) {
      trouble.failed(name, e);
    }
  }

  private static Throwable rootOf(Throwable thrown) {
    Throwable root = thrown;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }

  private static void pause(Duration wait) {
    try {
      Thread.sleep(wait);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
