package pqsigner.gateway.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.Test;
import pqsigner.events.avro.Command;
import pqsigner.events.avro.SigningJob;

/// The classes that a deployment may name, ours or not, and what their failures mean.
final class AvroValuesTest {

  /// Fails as the first byte says.
  public static final class Scripted implements Deserializer<SpecificRecord> {
    @Override
    public void configure(Map<String, ?> configs, boolean isKey) {
      assertThat(configs.get("auto.register.schemas")).isEqualTo("false");
      assertThat(configs.get("schema.registry.url")).isEqualTo("http://registry");
    }

    @Override
    public SpecificRecord deserialize(String topic, byte[] data) {
      throw switch (data[0]) {
        case 1 -> new SerializationException("registry", new IOException("refused"));
        default -> new SerializationException("not Avro");
      };
    }
  }

  /// Makes a command of anything.
  public static final class Commands implements Deserializer<SpecificRecord> {
    @Override
    public SpecificRecord deserialize(String topic, byte[] data) {
      return Command.newBuilder().setRequestType("sign").build();
    }
  }

  public static final class Nothing implements Serializer<SpecificRecord> {
    @Override
    public byte[] serialize(String topic, SpecificRecord data) {
      return new byte[0];
    }
  }

  private static AvroValues values(Class<?> deserializer) {
    return new AvroValues(
        new KafkaSettings(
            "pq-signer.",
            Nothing.class.getName(),
            deserializer.getName(),
            Map.of("schema.registry.url", "http://registry"),
            false,
            1,
            1,
            1,
            1,
            1,
            1,
            1,
            1,
            Duration.ofSeconds(5)));
  }

  @Test
  void aRegistryThatIsDownIsADependencyAndNotABadRecord() {
    assertThatThrownBy(() -> values(Scripted.class).decode("t", new byte[] {1}, Command.class))
        .isInstanceOf(RetriableException.class);
  }

  @Test
  void bytesThatAreNoRecordAreUndecodable() {
    assertThatThrownBy(() -> values(Scripted.class).decode("t", new byte[] {2}, Command.class))
        .isInstanceOf(UndecodableValueException.class);
    assertThatThrownBy(() -> values(Scripted.class).decode("t", null, Command.class))
        .isInstanceOf(UndecodableValueException.class);
  }

  @Test
  void anotherKindOfRecordIsUndecodable() throws Exception {
    AvroValues values = values(Commands.class);

    assertThat(values.decode("t", new byte[1], Command.class)).isNotNull();
    assertThatThrownBy(() -> values.decode("t", new byte[1], SigningJob.class))
        .isInstanceOf(UndecodableValueException.class);
  }

  @Test
  void aClassThatIsNotThereStopsTheStart() {
    assertThatThrownBy(
            () ->
                new AvroValues(
                    new KafkaSettings(
                        "p.",
                        "no.such.Class",
                        "",
                        Map.of(),
                        false,
                        1,
                        1,
                        1,
                        1,
                        1,
                        1,
                        1,
                        1,
                        Duration.ofSeconds(5))))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
