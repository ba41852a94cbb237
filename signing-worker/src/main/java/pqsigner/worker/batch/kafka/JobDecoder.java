package pqsigner.worker.batch.kafka;

import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;
import pqsigner.events.avro.SigningJob;
import pqsigner.events.poll.BoundedBytes;
import pqsigner.kafka.RegistryFailure;
import pqsigner.worker.batch.Arrival;
import pqsigner.worker.batch.JobReader;
import pqsigner.worker.kafka.DependencyDownException;

/// Decodes a job by the configured deserializer, and tells a record that can never be decoded from
/// a registry that cannot be asked now: the first is diverted, the second stops consumption.
final class JobDecoder {
  private final Deserializer<?> deserializer;
  private final LongSupplier ids;

  /// @param ids correlation ids for the enclave's answers
  JobDecoder(Deserializer<?> deserializer, LongSupplier ids) {
    this.deserializer = deserializer;
    this.ids = ids;
  }

  /// @throws DependencyDownException when the registry cannot be reached
  Arrival decode(ConsumerRecord<byte[], byte @Nullable []> message) {
    if (BoundedBytes.isTooLarge(message)) {
      return new Arrival.Undecodable("more than " + BoundedBytes.MAX + " bytes");
    }
    byte[] value = message.value();
    if (value == null) {
      return new Arrival.Undecodable("a job without a value");
    }
    try {
      Object decoded = deserializer.deserialize(message.topic(), value);
      return decoded instanceof SigningJob job
          ? JobReader.read(job, ids.getAsLong())
          : new Arrival.Undecodable("a record of another type");
    } catch (RetriableException | SerializationException e) {
      if (RegistryFailure.isBehind(e)) {
        throw new DependencyDownException("schema registry", e);
      }
      return new Arrival.Undecodable(String.valueOf(e.getMessage()));
    }
  }
}
