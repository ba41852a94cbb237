package pqsigner.guarantees.traffic;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import pqsigner.client.PemIdentity;
import pqsigner.client.kafka.KafkaEndpoint;
import pqsigner.events.Topics;

/// Counts the jobs that gateways queued, by where the logs end.
public final class JobWatch implements AutoCloseable {
  private final Topics topics;
  private final KafkaConsumer<byte[], byte[]> consumer;

  public JobWatch(KafkaEndpoint endpoint, PemIdentity admin) {
    this.topics = endpoint.topics();
    Map<String, Object> settings = new HashMap<>(admin.kafkaSettings());
    settings.put("bootstrap.servers", endpoint.bootstrap());
    consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /// How many times a worker was given a job: as often as it was queued, and came back from a lane.
  public long attempts() {
    return ends(topics.jobs(), topics.bulkJobs());
  }

  /// How many times a gateway queued a job. What is in a lane now will come back, so this is right
  /// only while the lanes are empty.
  public long queued() {
    return attempts() - ends(topics.retry5s(), topics.retry60s());
  }

  private long ends(String... of) {
    List<TopicPartition> partitions =
        Stream.of(of)
            .flatMap(topic -> consumer.partitionsFor(topic).stream())
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    return consumer.endOffsets(partitions).values().stream().mapToLong(Long::longValue).sum();
  }

  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(Duration.ofSeconds(5)));
  }
}
