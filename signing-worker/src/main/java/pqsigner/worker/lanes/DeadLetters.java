package pqsigner.worker.lanes;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
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
}
