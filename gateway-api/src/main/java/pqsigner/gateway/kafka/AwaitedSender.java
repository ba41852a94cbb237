package pqsigner.gateway.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.utils.Utils;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaTemplate;
import pqsigner.gateway.queue.QueueUnavailableException;
import pqsigner.kafka.KafkaClients;

/// Sends and waits for the acknowledgement: nothing is answered or committed before the broker has
/// what it depends on. Meant for virtual threads; many may wait at once, the producer batches them.
public final class AwaitedSender implements AutoCloseable {

  /// Above the broker's default bound of a record, so that it is the broker that says too large.
  private static final int REQUEST_BYTES_MAX = 2 * 1024 * 1024;

  /// For the metadata of a topic that was not written before.
  private static final Duration BLOCK_MAX = Duration.ofSeconds(3);

  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(3);

  /// The producer gives up by itself after the send timeout; this is for when it does not.
  private static final Duration GRACE = Duration.ofSeconds(2);

  private final DefaultKafkaProducerFactory<byte[], byte[]> factory;
  private final KafkaTemplate<byte[], byte[]> template;
  private final Duration timeout;

  public AwaitedSender(KafkaClients clients, Duration sendTimeout) {
    this.factory = clients.producers("gateway", bounds(sendTimeout));
    this.template = new KafkaTemplate<>(factory);
    this.timeout = sendTimeout.plus(GRACE);
  }

  private static Map<String, Object> bounds(Duration sendTimeout) {
    Map<String, Object> bounds = new HashMap<>();
    bounds.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    bounds.put(ProducerConfig.BATCH_SIZE_CONFIG, 32 * 1024);
    bounds.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, REQUEST_BYTES_MAX);
    bounds.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, millis(least(BLOCK_MAX, sendTimeout)));
    bounds.put(
        ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, millis(least(REQUEST_TIMEOUT, sendTimeout)));
    bounds.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, millis(sendTimeout));
    return bounds;
  }

  private static int millis(Duration duration) {
    return Math.toIntExact(duration.toMillis());
  }

  private static Duration least(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  /// @throws QueueUnavailableException when the broker did not acknowledge in time; the record may
  ///   be there all the same
  public void send(ProducerRecord<byte[], byte[]> record) {
    try {
      template.send(record).get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw unavailable(record, e.getCause() == null ? e : e.getCause());
    } catch (TimeoutException | KafkaException e) {
      throw unavailable(record, e);
    } catch (org.springframework.kafka.KafkaException e) {
      throw unavailable(record, e.getCause() == null ? e : e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable(record, e);
    }
  }

  /// Where a record with this key goes by Kafka's default, for one whose key is another and that is
  /// to lie behind the others of its kind.
  ///
  /// @throws QueueUnavailableException when the broker does not describe the topic in time
  public int partitionOf(String topic, byte[] key) {
    try {
      return Utils.toPositive(Utils.murmur2(key)) % template.partitionsFor(topic).size();
    } catch (KafkaException e) {
      throw new QueueUnavailableException(
          "partitions of " + topic + ": " + e.getClass().getSimpleName(), e);
    }
  }

  private static QueueUnavailableException unavailable(
      ProducerRecord<byte[], byte[]> record, Throwable cause) {
    Throwable told =
        cause instanceof org.springframework.kafka.KafkaException && cause.getCause() != null
            ? cause.getCause()
            : cause;
    return new QueueUnavailableException(
        "send to " + record.topic() + ": " + told.getClass().getSimpleName(), told);
  }

  @Override
  public void close() {
    factory.destroy();
  }
}
