package pqsigner.worker.lanes;

import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import pqsigner.events.ErrorCode;
import pqsigner.events.EventHeaders;
import pqsigner.kafka.DeadLetterHeaders;

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

  /// About records that nobody can read: where each lies, and nothing of it.
  public Stream<ProducerRecord<byte[], byte[]>> places(
      TopicPartition partition, long first, long next, String reason) {
    return LongStream.range(first, next).mapToObj(offset -> place(partition, offset, reason));
  }

  private ProducerRecord<byte[], byte[]> place(
      TopicPartition partition, long offset, String reason) {
    ProducerRecord<byte[], byte[]> message = new ProducerRecord<>(topic, null, null, null);
    DeadLetterHeaders.origin(message.headers(), partition, offset);
    DeadLetterHeaders.cause(message.headers(), ErrorCode.MALFORMED_REQUEST, reason, build);
    return message;
  }
}
