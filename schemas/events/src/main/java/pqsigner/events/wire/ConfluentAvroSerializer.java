package pqsigner.events.wire;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/// Avro records in the Confluent wire format, under the subject that the naming strategy gives.
/// Configured by [WireConfig]; may be used by many threads.
public final class ConfluentAvroSerializer implements Serializer<SpecificRecord> {
  static final byte MAGIC = 0;
  static final int PREFIX_BYTES = 5;

  private record SubjectSchema(String subject, Schema schema) {}

  /// What [#configure] makes.
  private record Configured(
      WireConfig config,
      SchemaRegistryClient registry,
      BoundedCache<SubjectSchema, Integer> ids,
      boolean isKey) {}

  private volatile @Nullable Configured configured;

  @Override
  public void configure(Map<String, ?> configs, boolean isKey) {
    close();
    WireConfig config = new WireConfig(configs);
    configured =
        new Configured(
            config,
            new SchemaRegistryClient(config),
            new BoundedCache<>(config.maxSchemas()),
            isKey);
  }

  /// @throws RegistryUnavailableException when the schema's id cannot be had now
  /// @throws SerializationException when the record does not fit its schema or the bound
  @Override
  public byte @Nullable [] serialize(String topic, @Nullable SpecificRecord data) {
    Configured with = configured;
    if (with == null) {
      throw new IllegalStateException("not configured");
    }
    if (data == null) {
      return null;
    }
    Schema schema = data.getSchema();
    int id = id(with, with.config().subject(topic, with.isKey(), schema), schema);
    ByteArrayOutputStream out = new ByteArrayOutputStream(512);
    out.write(MAGIC);
    out.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(id).array());
    write(data, out);
    if (out.size() > ConfluentAvroDeserializer.RECORD_BYTES_MAX) {
      throw new SerializationException("record of " + out.size() + " bytes");
    }
    return out.toByteArray();
  }

  @Override
  public void close() {
    Configured with = configured;
    if (with != null) {
      with.registry().close();
      configured = null;
    }
  }

  private static int id(Configured with, String subject, Schema schema) {
    SubjectSchema key = new SubjectSchema(subject, schema);
    Integer known = with.ids().get(key);
    if (known != null) {
      return known;
    }
    int id;
    if (with.config().autoRegister()) {
      id = with.registry().register(subject, schema.toString());
    } else if (with.config().useLatest()) {
      id = latest(with.registry().latest(subject), subject, schema);
    } else {
      id = with.registry().lookUp(subject, schema.toString());
    }
    with.ids().put(key, id);
    return id;
  }

  /// Bytes are read back with the schema of their id, so another one than that they were written
  /// with would be read as something else.
  private static int latest(SchemaRegistryClient.Registered latest, String subject, Schema schema) {
    String theirs;
    try {
      theirs = SchemaNormalization.toParsingForm(new Schema.Parser().parse(latest.schema()));
    } catch (AvroRuntimeException e) {
      throw new SerializationException("latest schema of " + subject + " is not Avro", e);
    }
    if (!theirs.equals(SchemaNormalization.toParsingForm(schema))) {
      throw new SerializationException("latest schema of " + subject + " is not this build's");
    }
    return latest.id();
  }

  private static void write(SpecificRecord data, ByteArrayOutputStream out) {
    SpecificData model =
        data instanceof SpecificRecordBase generated
            ? generated.getSpecificData()
            : SpecificData.get();
    try {
      BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
      new SpecificDatumWriter<SpecificRecord>(data.getSchema(), model).write(data, encoder);
      encoder.flush();
    } catch (IOException | RuntimeException e) {
      // Avro throws NullPointerException and ClassCastException too; none of it quotes values we
      // would want in a log, so only the type is kept.
      throw new SerializationException(
          "record does not fit its schema: " + e.getClass().getSimpleName());
    }
  }
}
