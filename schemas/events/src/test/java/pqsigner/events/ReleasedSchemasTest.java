package pqsigner.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import pqsigner.events.avro.Command;
import pqsigner.events.avro.Conflict;
import pqsigner.events.avro.Failed;
import pqsigner.events.avro.Result;
import pqsigner.events.avro.SigningJob;
import pqsigner.events.avro.SigningReply;

/// Every schema against the one that was released last, which lies in `released/`: whoever still
/// writes the old one is understood, and whoever still reads it understands. With a release, the
/// copies are replaced.
final class ReleasedSchemasTest {

  static Stream<Schema> schemas() {
    return Stream.of(
        Command.getClassSchema(),
        Result.getClassSchema(),
        Failed.getClassSchema(),
        Conflict.getClassSchema(),
        SigningJob.getClassSchema(),
        SigningReply.getClassSchema());
  }

  private static Schema released(Schema now) throws IOException {
    String file = "released/" + now.getName() + ".avsc";
    try (InputStream in = ReleasedSchemasTest.class.getResourceAsStream(file)) {
      return new Schema.Parser().parse(Objects.requireNonNull(in, file));
    }
  }

  @ParameterizedTest
  @MethodSource("schemas")
  void whatTheReleasedOneWroteIsRead(Schema now) throws IOException {
    assertReads(now, released(now));
  }

  @ParameterizedTest
  @MethodSource("schemas")
  void theReleasedOneReadsWhatIsWritten(Schema now) throws IOException {
    assertReads(released(now), now);
  }

  private static void assertReads(Schema reader, Schema writer) {
    SchemaCompatibility.SchemaPairCompatibility pair =
        SchemaCompatibility.checkReaderWriterCompatibility(reader, writer);
    assertThat(pair.getType())
        .as(pair.getDescription())
        .isEqualTo(SchemaCompatibilityType.COMPATIBLE);
  }
}
