package pqsigner.gateway.admission.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import org.apache.avro.util.Utf8;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pqsigner.events.EventHeaders;
import pqsigner.events.avro.Command;
import pqsigner.gateway.admission.CommandFields;
import pqsigner.gateway.admission.Field;
import pqsigner.gateway.admission.kafka.CommandRecordReader.Reading;

final class CommandRecordReaderTest {

  private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

  private static ConsumerRecord<byte[], byte[]> record(byte @Nullable [] key, long offset) {
    return new ConsumerRecord<>("pq-signer.commands.a", 2, offset, key, new byte[0]);
  }

  private static Command command(@Nullable CharSequence requestId, @Nullable CharSequence userId) {
    return Command.newBuilder()
        .setRequestType(new Utf8("sign"))
        .setRequestId(requestId)
        .setUserId(userId)
        .setMessage(ByteBuffer.wrap(new byte[] {0, 1, 2, 3}, 1, 2))
        .build();
  }

  private static CommandFields fields(Command command, ConsumerRecord<byte[], byte[]> record) {
    return ((Reading.Addressed) CommandRecordReader.read(command, record)).fields();
  }

  @Test
  void theFieldIsTheId() {
    assertThat(fields(command(new Utf8("r-1"), null), record(null, 0)).requestId())
        .isEqualTo(Field.of("r-1"));
    assertThat(fields(command(new Utf8("r-1"), null), record("r-1".getBytes(UTF_8), 0)).requestId())
        .isEqualTo(Field.of("r-1"));
  }

  @Test
  void withoutTheFieldTheKeyIsTheId() {
    assertThat(fields(command(null, null), record("k-1".getBytes(UTF_8), 0)).requestId())
        .isEqualTo(Field.of("k-1"));
    assertThat(fields(command(null, null), record(new byte[] {(byte) 0xff}, 0)).requestId())
        .isInstanceOf(Field.Unreadable.class);
  }

  @Test
  void fieldAndKeyMustAgreeAndTheFieldIsRefused() {
    Reading reading =
        CommandRecordReader.read(command(new Utf8("r-1"), null), record("k-1".getBytes(UTF_8), 0));

    assertThat(reading).isInstanceOf(Reading.Ambiguous.class);
    assertThat(((Reading.Ambiguous) reading).fields().requestId()).isEqualTo(Field.of("r-1"));
  }

  @Test
  void withoutBothThePlaceIsTheIdSoThatARedeliveryIsTheSameRequest() {
    Field<String> first = fields(command(null, null), record(null, 7)).requestId();
    Set<Field<String>> others = new HashSet<>();
    for (long offset = 0; offset < 100; offset++) {
      others.add(fields(command(null, null), record(null, offset)).requestId());
    }

    assertThat(first.given().orElseThrow()).matches("cmd-[0-9a-f]{32}");
    assertThat(fields(command(null, null), record(null, 7)).requestId()).isEqualTo(first);
    assertThat(others).hasSize(100);
  }

  @Test
  void textThatIsNotUtf8IsSeenAndNotReplaced() {
    byte[][] broken = {
      {(byte) 0xc0, (byte) 0xaf}, {(byte) 0xed, (byte) 0xa0, (byte) 0x80}, {'a', (byte) 0xe2}
    };
    for (byte[] bytes : broken) {
      assertThat(fields(command(new Utf8("r"), new Utf8(bytes)), record(null, 0)).userId())
          .isInstanceOf(Field.Unreadable.class);
    }
    assertThat(fields(command(new Utf8("r"), new Utf8("ü ☃")), record(null, 0)).userId())
        .isEqualTo(Field.of("ü ☃"));
  }

  @Test
  void aReusedAvroBufferDoesNotLeakIntoTheText() {
    Utf8 longer = new Utf8("a-longer-user");
    Utf8 reused = new Utf8(longer).setByteLength(3);

    assertThat(fields(command(new Utf8("r"), reused), record(null, 0)).userId())
        .isEqualTo(Field.of("a-l"));
  }

  @Test
  void bytesAreTheRemainingOnesOfTheirBuffer() {
    assertThat(
            fields(command(new Utf8("r"), null), record(null, 0)).message().given().orElseThrow())
        .containsExactly(1, 2);
  }

  @Test
  void aGoodTraceparentIsCarried() {
    ConsumerRecord<byte[], byte[]> record = record(null, 0);
    EventHeaders.set(record.headers(), EventHeaders.TRACEPARENT, TRACE);

    assertThat(CommandRecordReader.traceparent(record)).isEqualTo(TRACE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\n"
      })
  void aBadTraceparentIsAsGoodAsNone(String header) {
    ConsumerRecord<byte[], byte[]> record = record(null, 0);
    EventHeaders.set(record.headers(), EventHeaders.TRACEPARENT, header);

    assertThat(CommandRecordReader.traceparent(record)).isNull();
  }
}
