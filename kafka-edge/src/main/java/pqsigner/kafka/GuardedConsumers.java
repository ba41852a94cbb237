package pqsigner.kafka;

import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import pqsigner.events.poll.BoundedBytes;
import pqsigner.events.poll.ConsumerTrouble;
import pqsigner.events.poll.GuardedConsumer;

/// Consumers that nothing in a topic can stop.
public final class GuardedConsumers {
  private GuardedConsumers() {}

  /// @param name of the consumers, which are numbered
  public static DefaultKafkaConsumerFactory<byte[], byte[]> guarded(
      DefaultKafkaConsumerFactory<byte[], byte[]> consumers, String name, ConsumerTrouble trouble) {
    AtomicInteger made = new AtomicInteger();
    consumers.setKeyDeserializer(new BoundedBytes());
    consumers.setValueDeserializer(new BoundedBytes());
    consumers.addPostProcessor(
        consumer ->
            GuardedConsumer.guarding(
                consumer,
                name + "-" + made.getAndIncrement(),
                consumers.getConfigurationProperties(),
                trouble));
    return consumers;
  }
}
