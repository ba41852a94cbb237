package pqsigner.gateway.kafka;

import java.util.HashMap;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;
import pqsigner.events.ErrorCode;
import pqsigner.events.wire.EventRecords;
import pqsigner.events.wire.UndecodableRecordException;
import pqsigner.kafka.ConfiguredClass;
import pqsigner.kafka.RegistryFailure;

/// Record values to and from bytes, by the classes that the configuration names. Consumers and
/// producers of the gateway carry bytes: what cannot be decoded must still be a record that can be
/// diverted untouched.
public final class AvroValues implements AutoCloseable {

  /// Of Confluent's classes and of ours.
  private static final String BY_TOPIC_AND_RECORD =
      "io.confluent.kafka.serializers.subject.TopicRecordNameStrategy";

  private final Serializer<SpecificRecord> serializer;
  private final Serializer<SpecificRecord> besideSerializer;
  private final Deserializer<?> deserializer;

  public AvroValues(KafkaSettings settings) {
    EventRecords.trust();
    Map<String, Object> config = new HashMap<>(settings.serde());
    // Schemas are registered by the administrator; no service may do so by accident.
    config.put("auto.register.schemas", "false");
    config.put("specific.avro.reader", "true");
    this.serializer = newSerializer(settings.valueSerializer());
    this.deserializer = ConfiguredClass.create(settings.valueDeserializer(), Deserializer.class);
    this.besideSerializer = newSerializer(settings.valueSerializer());
    serializer.configure(config, false);
    deserializer.configure(config, false);
    Map<String, Object> beside = new HashMap<>(config);
    beside.put("value.subject.name.strategy", BY_TOPIC_AND_RECORD);
    besideSerializer.configure(beside, false);
  }

  /// @throws RetriableException when the schema registry does not answer
  public byte[] encode(String topic, SpecificRecord value) {
    return serializer.serialize(topic, value);
  }

  /// A record that shares its topic with others, under a subject of topic and record name.
  ///
  /// @throws RetriableException when the schema registry does not answer
  public byte[] encodeBeside(String topic, SpecificRecord value) {
    return besideSerializer.serialize(topic, value);
  }

  /// @throws UndecodableValueException when these bytes are no such record and never will be
  /// @throws RetriableException when the schema registry does not answer
  public <T extends SpecificRecord> T decode(String topic, byte @Nullable [] value, Class<T> type)
      throws UndecodableValueException {
    if (value == null) {
      throw new UndecodableValueException(ErrorCode.MALFORMED_REQUEST, "record without a value");
    }
    Object decoded;
    try {
      decoded = deserializer.deserialize(topic, value);
    } catch (UndecodableRecordException e) {
      throw new UndecodableValueException(e.code(), String.valueOf(e.getMessage()));
    } catch (SerializationException e) {
      if (RegistryFailure.isBehind(e)) {
        throw new RegistryDownException(e);
      }
      throw new UndecodableValueException(ErrorCode.MALFORMED_REQUEST, "not a record of ours");
    }
    if (!type.isInstance(decoded)) {
      throw new UndecodableValueException(ErrorCode.MALFORMED_REQUEST, "another kind of record");
    }
    return type.cast(decoded);
  }

  @Override
  public void close() {
    serializer.close();
    besideSerializer.close();
    deserializer.close();
  }

  @SuppressWarnings(
      "unchecked") // Kafka names serializers by class; the type is the user's promise.
  private static Serializer<SpecificRecord> newSerializer(String className) {
    return ConfiguredClass.create(className, Serializer.class);
  }

  private static final class RegistryDownException extends RetriableException {
    RegistryDownException(Throwable cause) {
      super("schema registry does not answer", cause);
    }
  }
}
