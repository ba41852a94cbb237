package pqsigner.events.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.specific.SpecificRecordBase;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// An honest record, and a registry that makes up the schema it was written with: whatever it
/// claims, the record is read as it was written, or refused. A list of known fingerprints could
/// promise no more, and would refuse the next release's records as well.
final class LyingRegistryTest {

  /// Those that take no bytes fit any record.
  private static final List<Schema> TYPES =
      List.of(
          Schema.create(Schema.Type.NULL),
          SchemaBuilder.record("Empty").fields().endRecord(),
          Schema.createFixed("Nothing", null, null, 0),
          Schema.create(Schema.Type.BOOLEAN),
          Schema.create(Schema.Type.INT),
          Schema.create(Schema.Type.LONG),
          Schema.create(Schema.Type.STRING),
          Schema.create(Schema.Type.BYTES),
          SchemaBuilder.nullable().stringType(),
          SchemaBuilder.nullable().bytesType(),
          SchemaBuilder.unionOf().bytesType().and().nullType().endUnion());

  private final RegistryStub registry = new RegistryStub();
  private final ConfluentAvroDeserializer deserializer = new ConfluentAvroDeserializer();

  @BeforeEach
  void configure() {
    deserializer.configure(Map.of(WireConfig.URL, registry.url()), false);
  }

  @AfterEach
  void stop() {
    deserializer.close();
    registry.close();
  }

  static List<SpecificRecordBase> records() {
    return Samples.all();
  }

  @ParameterizedTest
  @MethodSource("records")
  void aRecordIsReadAsItWasWrittenOrNotAtAll(SpecificRecordBase record) {
    byte[] honest = Samples.encoded(record);
    Schema ours = record.getSchema();

    assertThat(claimed(ours.toString(), honest)).isEqualTo(record);
    lies(ours)
        .forEach(
            lie -> {
              SpecificRecord read = claimed(lie, honest);
              if (read != null) {
                assertThat(read).as(lie).isEqualTo(record);
              }
            });
  }

  /// Another of our records is another class, which no reader of the topic takes for its own.
  @ParameterizedTest
  @MethodSource("records")
  void aRecordIsNeverReadAsOneOfAnotherKind(SpecificRecordBase record) {
    byte[] honest = Samples.encoded(record);
    Samples.all().stream()
        .map(SpecificRecordBase::getSchema)
        .filter(schema -> !schema.equals(record.getSchema()))
        .forEach(
            other -> assertThat(claimed(other.toString(), honest)).as(other.getName()).isNull());
  }

  private @Nullable SpecificRecord claimed(String schema, byte[] body) {
    try {
      return deserializer.deserialize("topic", Samples.framed(registry.add(schema), body));
    } catch (UndecodableRecordException e) {
      return null;
    }
  }

  private static Stream<String> lies(Schema ours) {
    int fields = ours.getFields().size();
    Stream<Schema> swapped =
        pairs(fields).map(pair -> with(ours, all -> Collections.swap(all, pair[0], pair[1])));
    Stream<Schema> renamed =
        pairs(fields)
            .map(
                pair ->
                    with(
                        ours,
                        all -> {
                          Schema.Field one = all.get(pair[0]);
                          Schema.Field other = all.get(pair[1]);
                          all.set(pair[0], field(other.name(), one.schema()));
                          all.set(pair[1], field(one.name(), other.schema()));
                        }));
    Stream<Schema> missing =
        IntStream.range(0, fields).mapToObj(i -> with(ours, all -> all.remove(i)));
    Stream<Schema> earlier =
        IntStream.range(0, fields).mapToObj(i -> with(ours, all -> all.subList(i, fields).clear()));
    Stream<Schema> retyped =
        each(fields, (i, type) -> with(ours, all -> all.set(i, field(all.get(i).name(), type))));
    Stream<Schema> inserted =
        each(fields + 1, (i, type) -> with(ours, all -> all.add(i, field("made_up", type))));
    Stream<Schema> aliased =
        IntStream.range(0, fields)
            .mapToObj(
                i ->
                    with(
                        ours,
                        all -> {
                          Schema.Field alias = field("made_up", all.get(i).schema());
                          alias.addAlias(all.get(i).name());
                          all.set(i, alias);
                        }));
    String text = ours.toString();
    Stream<String> annotated =
        Stream.of(
            text.replace("timestamp-millis", "timestamp-micros"),
            text.replace("timestamp-millis", "local-timestamp-millis"),
            text.replace("\"logicalType\":\"timestamp-millis\"", "\"unit\":\"s\""),
            text.replace("\"bytes\"", "{\"type\":\"bytes\",\"logicalType\":\"uuid\"}"),
            text.replace(
                "\"string\"", "{\"type\":\"string\",\"java-class\":\"java.math.BigDecimal\"}"),
            text.replace("encrypted_data_key", "@")
                .replace("wrapped_seed", "encrypted_data_key")
                .replace("@", "wrapped_seed"));
    return Stream.concat(
        Stream.of(swapped, renamed, missing, earlier, retyped, inserted, aliased)
            .flatMap(lies -> lies)
            .map(Schema::toString),
        annotated);
  }

  private interface Change {
    Schema of(int index, Schema type);
  }

  private static Stream<Schema> each(int positions, Change change) {
    return IntStream.range(0, positions)
        .boxed()
        .flatMap(i -> TYPES.stream().map(type -> change.of(i, type)));
  }

  private static Stream<int[]> pairs(int fields) {
    return IntStream.range(0, fields)
        .boxed()
        .flatMap(i -> IntStream.range(i + 1, fields).mapToObj(j -> new int[] {i, j}));
  }

  private static Schema with(Schema ours, Consumer<List<Schema.Field>> change) {
    List<Schema.Field> fields = new ArrayList<>();
    ours.getFields().forEach(each -> fields.add(new Schema.Field(each, each.schema())));
    change.accept(fields);
    return Schema.createRecord(ours.getName(), null, ours.getNamespace(), false, fields);
  }

  private static Schema.Field field(String name, Schema type) {
    return new Schema.Field(name, type);
  }
}
