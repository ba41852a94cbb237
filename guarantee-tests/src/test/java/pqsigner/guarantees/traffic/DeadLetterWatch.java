package pqsigner.guarantees.traffic;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import pqsigner.client.PemIdentity;
import pqsigner.client.kafka.KafkaEndpoint;
import pqsigner.events.EventHeaders;
import pqsigner.events.Topics;

/// Counts the dead letters of jobs.
public final class DeadLetterWatch implements AutoCloseable {
  private static final Duration STEP = Duration.ofMillis(100);

  private final Topics topics;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private int jobs;

  public DeadLetterWatch(KafkaEndpoint endpoint, PemIdentity admin) {
    this.topics = endpoint.topics();
    Map<String, Object> settings = new HashMap<>(admin.kafkaSettings());
    settings.put("bootstrap.servers", endpoint.bootstrap());
    settings.put("enable.auto.commit", false);
    consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    List<TopicPartition> partitions =
        consumer.partitionsFor(topics.deadLetters()).stream()
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /// Dead letters up to now that were jobs or replies, and not a custodian's commands.
  public int jobsToEnd() {
    catchUp();
    return jobs;
  }

  private void catchUp() {
    Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
    while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
      for (ConsumerRecord<byte[], byte[]> letter : consumer.poll(STEP)) {
        String origin =
            EventHeaders.text(letter.headers(), EventHeaders.ORIGIN_TOPIC).orElse("unknown");
        if (!origin.startsWith(topics.commandsPrefix())) {
          jobs++;
        }
      }
    }
  }

  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(Duration.ofSeconds(5)));
  }
}
