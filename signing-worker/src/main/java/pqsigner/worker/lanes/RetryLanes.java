package pqsigner.worker.lanes;

import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import pqsigner.events.EventHeaders;

/// Makes the record that puts a job on a lane.
public record RetryLanes(RetryLane first, RetryLane second) {

  public List<RetryLane> all() {
    return List.of(first, second);
  }

  public ProducerRecord<byte[], byte[]> record(
      RetryLane lane, ConsumerRecord<byte[], byte[]> job, Diversion diversion) {
    ProducerRecord<byte[], byte[]> message =
        new ProducerRecord<>(lane.topic(), null, job.key(), job.value(), job.headers());
    diversion.write(message.headers());
    Diversion.writeOrigin(message.headers(), job);
    EventHeaders.set(
        message.headers(), EventHeaders.NOT_BEFORE, diversion.now().plus(lane.delay()).toString());
    return message;
  }
}
