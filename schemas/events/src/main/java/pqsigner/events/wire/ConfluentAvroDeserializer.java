package pqsigner.events.wire;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;
import pqsigner.events.wire.UndecodableRecordException.Reason;

/// One of the records of `pqsigner.events.avro` from the Confluent wire format; which one, the
/// schema says, so callers check the type they expect. Configured by [WireConfig]; may be used by
/// many threads.
public final class ConfluentAvroDeserializer implements Deserializer<SpecificRecord> {

  /// Kafka's default bound of a batch, and far above the largest valid record.
  public static final int RECORD_BYTES_MAX = 1024 * 1024;

  /// How long an id is believed to be unknown: long enough that a flood of such records does not
  /// become a flood on the registry, short enough that a lagging replica is forgiven.
  static final Duration UNKNOWN_FOR = Duration.ofSeconds(10);

  /// A refused schema; for ever, or until the registry may know more.
  private record Refused(Reason reason, String why, Instant until) {}

  /// What [#configure] makes.
  private record Configured(
      SchemaRegistryClient registry,
      BoundedCache<Integer, DatumReader<SpecificRecord>> readers,
      BoundedCache<Integer, Refused> refused) {}

  private final InstantSource clock;
  private volatile @Nullable Configured configured;

  /// For Kafka, which configures it next.
  public ConfluentAvroDeserializer() {
    this(InstantSource.system());
  }

  ConfluentAvroDeserializer(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public void configure(Map<String, ?> configs, boolean isKey) {
    close();
    WireConfig config = new WireConfig(configs);
    configured =
        new Configured(
            new SchemaRegistryClient(config),
            new BoundedCache<>(config.maxSchemas()),
            new BoundedCache<>(config.maxSchemas()));
  }

  /// @return null for null, a tombstone
  /// @throws UndecodableRecordException when these bytes are no record of ours
  /// @throws RegistryUnavailableException when their schema cannot be had now
  @Override
  public @Nullable SpecificRecord deserialize(String topic, byte @Nullable [] data) {
    Configured with = configured;
    if (with == null) {
      throw new IllegalStateException("not configured");
    }
    if (data == null) {
      return null;
    }
    if (data.length > RECORD_BYTES_MAX) {
      throw new UndecodableRecordException(Reason.TOO_LARGE, "record of " + data.length + " bytes");
    }
    if (data.length < ConfluentAvroSerializer.PREFIX_BYTES
        || data[0] != ConfluentAvroSerializer.MAGIC) {
      throw new UndecodableRecordException(Reason.NOT_FRAMED, "no magic byte and schema id");
    }
    return read(reader(with, ByteBuffer.wrap(data).getInt(1)), data);
  }

  @Override
  public void close() {
    Configured with = configured;
    if (with != null) {
      with.registry().close();
      configured = null;
    }
  }

  private DatumReader<SpecificRecord> reader(Configured with, int id) {
    DatumReader<SpecificRecord> known = with.readers().get(id);
    if (known != null) {
      return known;
    }
    Refused refused = with.refused().get(id);
    if (refused != null && clock.instant().isBefore(refused.until())) {
      throw new UndecodableRecordException(refused.reason(), refused.why());
    }
    try {
      DatumReader<SpecificRecord> reader = EventRecords.reader(with.registry().schema(id));
      with.readers().put(id, reader);
      return reader;
    } catch (UndecodableRecordException e) {
      boolean mayChange = e.reason() == Reason.UNKNOWN_SCHEMA;
      Instant until = mayChange ? clock.instant().plus(UNKNOWN_FOR) : Instant.MAX;
      with.refused().put(id, new Refused(e.reason(), String.valueOf(e.getMessage()), until));
      throw e;
    }
  }

  /// Over a byte array Avro's decoder checks each length against the bytes that are left before it
  /// allocates, and the schema has no arrays or maps.
  private static SpecificRecord read(DatumReader<SpecificRecord> reader, byte[] data) {
    int start = ConfluentAvroSerializer.PREFIX_BYTES;
    BinaryDecoder in = DecoderFactory.get().binaryDecoder(data, start, data.length - start, null);
    SpecificRecord record;
    boolean atEnd;
    try {
      record = reader.read(null, in);
      atEnd = in.isEnd();
    } catch (IOException | RuntimeException e) {
      // Besides its own exceptions Avro throws those of the arrays it indexes by what it read.
      throw new UndecodableRecordException(Reason.MALFORMED_BODY, "not a record of its schema");
    }
    if (!atEnd) {
      throw new UndecodableRecordException(Reason.MALFORMED_BODY, "bytes after the record");
    }
    return record;
  }
}
