package pqsigner.events.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import pqsigner.events.avro.Command;
import pqsigner.events.avro.Result;
import pqsigner.events.avro.SigningJob;
import pqsigner.events.avro.SigningReply;

/// What anyone who may write to a topic, or register a schema, can send. Runs the committed corpus
/// in a normal build; with `JAZZER_FUZZ=1` and `-Dtest` naming one method it searches.
class WireFuzzTest {
  private static final RegistryStub REGISTRY = new RegistryStub();
  private static final ConfluentAvroDeserializer DESERIALIZER = new ConfluentAvroDeserializer();

  /// The registry counts from 1, so the corpus names its schemas by 1 to 4.
  @BeforeAll
  static void register() {
    REGISTRY.add(Command.getClassSchema());
    REGISTRY.add(SigningJob.getClassSchema());
    REGISTRY.add(SigningReply.getClassSchema());
    REGISTRY.add(Result.getClassSchema());
    DESERIALIZER.configure(Map.of(WireConfig.URL, REGISTRY.url()), false);
  }

  @AfterAll
  static void stop() {
    DESERIALIZER.close();
    REGISTRY.close();
  }

  @FuzzTest(maxDuration = "60s")
  void aRecordIsReadOrRefused(byte[] bytes) {
    try {
      DESERIALIZER.deserialize("topic", bytes);
    } catch (UndecodableRecordException e) {
      // Refused, by the one exception that callers expect.
    }
  }

  @FuzzTest(maxDuration = "60s")
  void aSchemaIsTakenOrRefused(byte[] bytes) {
    try {
      EventRecords.reader(new String(bytes, UTF_8));
    } catch (UndecodableRecordException e) {
      // Refused, by the one exception that callers expect.
    }
  }
}
