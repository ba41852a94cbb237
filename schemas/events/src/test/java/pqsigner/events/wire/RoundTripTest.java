package pqsigner.events.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import pqsigner.events.avro.Command;
import pqsigner.events.avro.SigningJob;
import pqsigner.events.wire.RegistryStub.Seen;

class RoundTripTest {
  private final RegistryStub registry = new RegistryStub();
  private final ConfluentAvroSerializer serializer = new ConfluentAvroSerializer();
  private final ConfluentAvroDeserializer deserializer = new ConfluentAvroDeserializer();

  @AfterEach
  void stop() {
    serializer.close();
    deserializer.close();
    registry.close();
  }

  private void configure(Object... more) {
    Map<String, Object> config = new HashMap<>(Map.of(WireConfig.URL, registry.url()));
    for (int i = 0; i < more.length; i += 2) {
      config.put((String) more[i], more[i + 1]);
    }
    serializer.configure(config, false);
    deserializer.configure(config, false);
  }

  static List<? extends SpecificRecord> records() {
    return Samples.all();
  }

  @ParameterizedTest
  @MethodSource("records")
  void everyRecordComesBackAsItWas(SpecificRecord record) {
    configure();
    byte[] bytes = serializer.serialize("topic", record);
    assertThat(bytes).startsWith(0, 0, 0, 0, 1);
    assertThat(deserializer.deserialize("topic", bytes)).isEqualTo(record);
  }

  @Test
  void theBytesAreMagicIdAndAvro() {
    configure();
    registry.add("\"int\"");
    Command smallest = Command.newBuilder().setRequestType("sign").build();
    assertThat(serializer.serialize("topic", smallest))
        .containsExactly(0, 0, 0, 0, 2, 8, 's', 'i', 'g', 'n', 0, 0, 0, 0, 0, 0, 0, 0);
  }

  @Test
  void aTombstoneStaysNull() {
    configure();
    assertThat(serializer.serialize("topic", null)).isNull();
    assertThat(deserializer.deserialize("topic", null)).isNull();
    assertThat(registry.seen()).isEmpty();
  }

  @Test
  void theSubjectIsTheTopicAndItsSide() {
    configure();
    serializer.serialize("pq-signer.jobs", Samples.job());
    serializer.configure(Map.of(WireConfig.URL, registry.url()), true);
    serializer.serialize("odd topic/ü", Samples.job());
    assertThat(registry.subjects()).containsOnlyKeys("pq-signer.jobs-value", "odd topic/ü-key");
  }

  @Test
  void theRegistryIsAskedOncePerSubjectAndPerId() {
    configure();
    for (int i = 0; i < 3; i++) {
      deserializer.deserialize("a", serializer.serialize("a", Samples.job()));
      deserializer.deserialize("b", serializer.serialize("b", Samples.job()));
    }
    assertThat(registry.seen().stream().map(Seen::line))
        .containsExactly(
            "POST /subjects/a-value/versions",
            "GET /schemas/ids/1",
            "POST /subjects/b-value/versions");
  }

  @Test
  void moreSchemasThanTheBoundAreAskedAgain() {
    configure(WireConfig.MAX_SCHEMAS, 2);
    for (String topic : List.of("a", "b", "c", "c", "b", "a")) {
      serializer.serialize(topic, Samples.job());
    }
    assertThat(registry.seen().stream().map(Seen::line))
        .containsExactly(
            "POST /subjects/a-value/versions",
            "POST /subjects/b-value/versions",
            "POST /subjects/c-value/versions",
            "POST /subjects/a-value/versions");
  }

  @Test
  void withoutAutoRegistrationTheSchemaIsLookedUp() {
    int id = registry.register("topic-value", SigningJob.getClassSchema().toString());
    configure(WireConfig.AUTO_REGISTER, false);
    byte[] bytes = serializer.serialize("topic", Samples.job());
    assertThat(ByteBuffer.wrap(bytes).getInt(1)).isEqualTo(id);
    assertThat(registry.seen().stream().map(Seen::line))
        .containsExactly("POST /subjects/topic-value");
  }

  @Test
  void withoutAutoRegistrationNothingIsEverRegistered() {
    configure(WireConfig.AUTO_REGISTER, "false");
    assertThatExceptionOfType(RegistryUnavailableException.class)
        .isThrownBy(() -> serializer.serialize("topic", Samples.job()))
        .withMessageContaining("topic-value");
    assertThat(registry.subjects()).isEmpty();
  }

  @Test
  void theLatestVersionIsUsedWhenItDiffersInWordsOnly() {
    registry.register("topic-value", "\"int\"");
    Schema documented = new Schema.Parser().parse(SigningJob.getClassSchema().toString());
    documented.addProp("note", "ours, with a remark");
    int latest = registry.register("topic-value", documented.toString());
    configure(WireConfig.AUTO_REGISTER, false, WireConfig.USE_LATEST, true);
    byte[] bytes = serializer.serialize("topic", Samples.job());
    assertThat(ByteBuffer.wrap(bytes).getInt(1)).isEqualTo(latest);
    assertThat(deserializer.deserialize("topic", bytes)).isEqualTo(Samples.job());
  }

  @Test
  void aLatestVersionOfAnotherShapeIsNotWrittenUnder() {
    registry.register("topic-value", Command.getClassSchema().toString());
    configure(WireConfig.AUTO_REGISTER, false, WireConfig.USE_LATEST, true);
    assertThatExceptionOfType(SerializationException.class)
        .isThrownBy(() -> serializer.serialize("topic", Samples.job()))
        .withMessageContaining("not this build's");
  }

  @Test
  void aRecordWithoutARequiredFieldIsNotWritten() {
    configure();
    assertThatExceptionOfType(SerializationException.class)
        .isThrownBy(() -> serializer.serialize("topic", new SigningJob()))
        .withMessageContaining("does not fit its schema");
  }

  @Test
  void aRecordAtTheBoundIsWrittenAndOneByteMoreIsNot() {
    configure();
    int around = size(message(new byte[1 << 19])) - (1 << 19);
    int largest = ConfluentAvroDeserializer.RECORD_BYTES_MAX - around;
    byte[] bytes = serializer.serialize("topic", message(new byte[largest]));
    assertThat(bytes).hasSize(ConfluentAvroDeserializer.RECORD_BYTES_MAX);
    assertThat(deserializer.deserialize("topic", bytes)).isInstanceOf(Command.class);
    assertThatExceptionOfType(SerializationException.class)
        .isThrownBy(() -> serializer.serialize("topic", message(new byte[largest + 1])));
  }

  private int size(Command command) {
    return Objects.requireNonNull(serializer.serialize("topic", command)).length;
  }

  private static Command message(byte[] message) {
    return Command.newBuilder().setRequestType("sign").setMessage(ByteBuffer.wrap(message)).build();
  }

  @Test
  void manyThreadsMayShareThem() throws Exception {
    configure();
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Callable<Boolean>> tasks =
          IntStream.range(0, 400)
              .<Callable<Boolean>>mapToObj(
                  i ->
                      () -> {
                        SpecificRecord record = Samples.all().get(i % Samples.all().size());
                        byte[] bytes = serializer.serialize("t" + i % 7, record);
                        return record.equals(deserializer.deserialize("t", bytes));
                      })
              .toList();
      for (Future<Boolean> same : threads.invokeAll(tasks)) {
        assertThat(same.get()).isTrue();
      }
    }
  }

  @Test
  void beforeConfigurationAndAfterCloseTheyRefuse() {
    assertThatIllegalStateException()
        .isThrownBy(() -> serializer.serialize("topic", Samples.job()));
    configure();
    serializer.close();
    deserializer.close();
    assertThatIllegalStateException()
        .isThrownBy(() -> serializer.serialize("topic", Samples.job()));
    assertThatIllegalStateException()
        .isThrownBy(() -> deserializer.deserialize("topic", new byte[9]));
  }
}
