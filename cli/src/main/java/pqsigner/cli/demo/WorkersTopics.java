package pqsigner.cli.demo;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import pqsigner.client.PemIdentity;
import pqsigner.client.kafka.KafkaEndpoint;
import pqsigner.events.avro.SigningJob;
import pqsigner.events.avro.SigningReply;
import pqsigner.events.wire.ConfluentAvroDeserializer;

/// What a worker's certificate can do at the brokers: read jobs and write replies. For an impostor:
/// it joins no group.
final class WorkersTopics implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);

  private final KafkaEndpoint endpoint;
  private final KafkaConsumer<byte[], byte[]> jobs;
  private final KafkaProducer<String, SpecificRecord> replies;
  private final ConfluentAvroDeserializer decoder;

  /// Reads the jobs that come from now on.
  WorkersTopics(KafkaEndpoint endpoint, PemIdentity worker) {
    this.endpoint = endpoint;
    Map<String, Object> settings = endpoint.clientSettings(worker);
    this.decoder = endpoint.decoder();
    this.jobs =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    this.replies = new KafkaProducer<>(settings, new StringSerializer(), endpoint.encoder());
    List<TopicPartition> partitions =
        jobs.partitionsFor(endpoint.topics().jobs()).stream()
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    jobs.assign(partitions);
    jobs.seekToEnd(partitions);
    partitions.forEach(jobs::position);
  }

  /// Reads along until the job of a request comes by.
  ///
  /// @throws DemoFailure when it does not in time
  SigningJob job(String requestId, Duration patience) {
    long until = System.nanoTime() + patience.toNanos();
    while (System.nanoTime() - until < 0) {
      for (ConsumerRecord<byte[], byte[]> record : jobs.poll(POLL)) {
        if (decoder.deserialize(record.topic(), record.headers(), record.value())
                instanceof SigningJob job
            && job.getRequestId().equals(requestId)) {
          return job;
        }
      }
    }
    throw new DemoFailure("no job for " + requestId + " arrived");
  }

  /// Returns when the broker has the reply, where the job's asker listens.
  void reply(SigningJob job, SigningReply reply) {
    int partition = job.getReplyPartition();
    var record =
        new ProducerRecord<String, SpecificRecord>(
            endpoint.topics().replies(),
            partition < 0 ? null : partition,
            job.getRequestId(),
            reply);
    try {
      replies.send(record).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DemoFailure("interrupted");
    } catch (ExecutionException e) {
      throw new DemoFailure("the broker did not take the reply: " + e.getCause());
    }
  }

  @Override
  public void close() {
    jobs.close();
    replies.close();
    decoder.close();
  }
}
