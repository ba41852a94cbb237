package pqsigner.gateway.admission.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static pqsigner.gateway.admission.CommandField.MESSAGE;
import static pqsigner.gateway.admission.CommandField.REQUEST_ID;
import static pqsigner.gateway.admission.CommandField.USER_ID;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.apache.avro.util.Utf8;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pqsigner.events.ErrorCode;
import pqsigner.events.EventHeaders;
import pqsigner.events.avro.Command;
import pqsigner.gateway.admission.CommandFields;
import pqsigner.gateway.admission.CommandFields.Value;
import pqsigner.gateway.admission.Requester;

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
    return CommandRecordReader.read(command, record);
  }

  @Test
  void theFieldIsTheId() {
    assertThat(fields(command(new Utf8("r-1"), null), record(null, 0)).text(REQUEST_ID))
        .contains("r-1");
    assertThat(
            fields(command(new Utf8("r-1"), null), record("r-1".getBytes(UTF_8), 0))
                .text(REQUEST_ID))
        .contains("r-1");
  }

  @Test
  void withoutTheFieldTheKeyIsTheId() {
    assertThat(fields(command(null, null), record("k-1".getBytes(UTF_8), 0)).text(REQUEST_ID))
        .contains("k-1");
    assertThat(fields(command(null, null), record(new byte[] {(byte) 0xff}, 0)).value(REQUEST_ID))
        .isInstanceOf(Value.Unreadable.class);
  }

  @Test
  void fieldAndKeyMustAgreeAndTheFieldIsRefused() {
    CommandFields fields = fields(command(new Utf8("r-1"), null), record("k-1".getBytes(UTF_8), 0));

    assertThat(Objects.requireNonNull(fields.fault()).code())
        .isEqualTo(ErrorCode.MALFORMED_REQUEST);
    assertThat(fields.text(REQUEST_ID)).contains("r-1");
  }

  @Test
  void withoutBothThePlaceIsTheIdSoThatARedeliveryIsTheSameRequest() {
    String first = id(7);
    Set<String> others = new HashSet<>();
    for (long offset = 0; offset < 100; offset++) {
      others.add(id(offset));
    }

    assertThat(first).matches("cmd-[0-9a-f]{32}");
    assertThat(id(7)).isEqualTo(first);
    assertThat(others).hasSize(100);
  }

  private static String id(long offset) {
    return fields(command(null, null), record(null, offset)).text(REQUEST_ID).orElseThrow();
  }

  @Test
  void textThatIsNotUtf8IsSeenAndNotReplaced() {
    byte[][] broken = {
      {(byte) 0xc0, (byte) 0xaf}, {(byte) 0xed, (byte) 0xa0, (byte) 0x80}, {'a', (byte) 0xe2}
    };
    for (byte[] bytes : broken) {
      assertThat(fields(command(new Utf8("r"), new Utf8(bytes)), record(null, 0)).value(USER_ID))
          .isInstanceOf(Value.Unreadable.class);
    }
    assertThat(fields(command(new Utf8("r"), new Utf8("ü ☃")), record(null, 0)).text(USER_ID))
        .contains("ü ☃");
  }

  @Test
  void aReusedAvroBufferDoesNotLeakIntoTheText() {
    Utf8 longer = new Utf8("a-longer-user");
    Utf8 reused = new Utf8(longer).setByteLength(3);

    assertThat(fields(command(new Utf8("r"), reused), record(null, 0)).text(USER_ID))
        .contains("a-l");
  }

  @Test
  void bytesAreTheRemainingOnesOfTheirBuffer() {
    assertThat(fields(command(new Utf8("r"), null), record(null, 0)).value(MESSAGE))
        .isInstanceOfSatisfying(
            Value.Bytes.class, value -> assertThat(value.bytes()).containsExactly(1, 2));
  }

  @Test
  void aGoodTraceparentIsCarried() {
    ConsumerRecord<byte[], byte[]> record = record(null, 0);
    EventHeaders.set(record.headers(), EventHeaders.TRACEPARENT, TRACE);

    assertThat(requester(record).traceparent()).isEqualTo(TRACE);
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

    assertThat(requester(record).traceparent()).isNull();
  }

  private static Requester requester(ConsumerRecord<byte[], byte[]> record) {
    return Requester.overKafka("a", -1, CommandRecordReader.traceparent(record), Instant.EPOCH);
  }
}
