package pqsigner.worker.lanes;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import pqsigner.events.ErrorCode;
import pqsigner.events.EventHeaders;

/// Makes the record that keeps a job for an operator: whole, with where it came from and why.
///
/// @param build of this worker
public record DeadLetters(String topic, String build) {

  public ProducerRecord<byte[], byte[]> record(
      ConsumerRecord<byte[], byte[]> job, Diversion diversion) {
    ProducerRecord<byte[], byte[]> message =
        new ProducerRecord<>(topic, null, job.key(), job.value(), job.headers());
    diversion.write(message.headers());
    Diversion.writeOrigin(message.headers(), job);
    message.headers().remove(EventHeaders.NOT_BEFORE);
    EventHeaders.set(message.headers(), EventHeaders.BUILD, build);
    return message;
  }

  /// About a record that nobody can read: where it lies, and nothing of it.
  public ProducerRecord<byte[], byte[]> place(
      TopicPartition partition, long offset, String reason) {
    ProducerRecord<byte[], byte[]> message = new ProducerRecord<>(topic, null, null, null);
    Headers headers = message.headers();
    EventHeaders.set(headers, EventHeaders.ORIGIN_TOPIC, partition.topic());
    EventHeaders.set(
        headers, EventHeaders.ORIGIN_PARTITION, Integer.toString(partition.partition()));
    EventHeaders.set(headers, EventHeaders.ORIGIN_OFFSET, Long.toString(offset));
    EventHeaders.set(headers, EventHeaders.CODE, ErrorCode.MALFORMED_REQUEST.code());
    EventHeaders.set(headers, EventHeaders.REASON, reason);
    EventHeaders.set(headers, EventHeaders.BUILD, build);
    return message;
  }
}
