package pqsigner.worker.batch.kafka;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import pqsigner.events.avro.SigningJob;
import pqsigner.events.avro.SigningReply;
import pqsigner.events.wire.EventRecords;

/// Records without a registry, by Avro's single-object encoding.
final class PlainAvro {
  static {
    EventRecords.trust();
  }

  private PlainAvro() {}

  static byte[] bytes(SigningJob job) {
    try {
      return array(job.toByteBuffer());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  static byte[] serialize(String topic, SpecificRecord record) {
    try {
      return array(((SigningReply) record).toByteBuffer());
    } catch (IOException e) {
      throw new SerializationException(topic, e);
    }
  }

  static Object job(String topic, byte[] bytes) {
    try {
      return SigningJob.fromByteBuffer(ByteBuffer.wrap(bytes));
    } catch (IOException | AvroRuntimeException e) {
      throw new SerializationException("not a job on " + topic);
    }
  }

  static SigningReply reply(byte[] bytes) {
    try {
      return SigningReply.fromByteBuffer(ByteBuffer.wrap(bytes));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] array(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }
}
