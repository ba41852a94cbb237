package pqsigner.gateway.admission.kafka;

import static pqsigner.gateway.admission.CommandField.REQUEST_ID;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import org.apache.avro.util.Utf8;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import pqsigner.attestation.Sha2;
import pqsigner.events.ErrorCode;
import pqsigner.events.EventHeaders;
import pqsigner.events.avro.Command;
import pqsigner.gateway.admission.CommandField;
import pqsigner.gateway.admission.CommandFields;
import pqsigner.gateway.admission.CommandFields.Value;
import pqsigner.gateway.admission.CommandRules;
import pqsigner.gateway.admission.Refusal;

/// From a decoded command and its record to the fields that admission judges.
final class CommandRecordReader {

  private static final int DERIVED_ID_HEX = 32;

  private CommandRecordReader() {}

  static CommandFields read(Command command, ConsumerRecord<byte[], byte[]> record) {
    CommandFields fields = CommandFields.none();
    for (CommandField field : CommandField.values()) {
      Value value = value(command.get(field.label()));
      fields = value == null ? fields : fields.with(field, value);
    }
    byte[] key = record.key();
    Value id = fields.value(REQUEST_ID);
    if (id == null) {
      return fields.with(REQUEST_ID, key == null ? new Value.Text(derivedId(record)) : utf8(key));
    }
    return key == null || utf8(key).equals(id)
        ? fields
        : fields.broken(
            new Refusal(ErrorCode.MALFORMED_REQUEST, "request_id and the record key do not agree"));
  }

  /// The record key, if it could be a request_id.
  static Optional<String> idFromKey(ConsumerRecord<byte[], byte[]> record) {
    return record.key() == null
        ? Optional.empty()
        : CommandRules.requestIdOf(CommandFields.none().with(REQUEST_ID, utf8(record.key())));
  }

  static @Nullable String traceparent(ConsumerRecord<byte[], byte[]> record) {
    return EventHeaders.text(record.headers(), EventHeaders.TRACEPARENT).orElse(null);
  }

  static byte[] sha256(byte @Nullable [] bytes) {
    return Sha2.sha256(bytes == null ? new byte[0] : bytes);
  }

  private static String derivedId(ConsumerRecord<byte[], byte[]> record) {
    String place = record.topic() + "|" + record.partition() + "|" + record.offset();
    String hash = HexFormat.of().formatHex(sha256(place.getBytes(StandardCharsets.UTF_8)));
    return "cmd-" + hash.substring(0, DERIVED_ID_HEX);
  }

  private static @Nullable Value value(@Nullable Object value) {
    return switch (value) {
      // toString() would replace what is not UTF-8, and two user_ids could become one.
      case Utf8 utf8 -> utf8(ByteBuffer.wrap(utf8.getBytes(), 0, utf8.getByteLength()));
      case CharSequence text -> new Value.Text(text.toString());
      case ByteBuffer buffer -> {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        yield new Value.Bytes(bytes);
      }
      case Integer number -> new Value.WholeNumber(number);
      case null -> null;
      default -> throw new IllegalStateException("a field of another kind: " + value.getClass());
    };
  }

  private static Value utf8(byte[] bytes) {
    return utf8(ByteBuffer.wrap(bytes));
  }

  private static Value utf8(ByteBuffer bytes) {
    try {
      return new Value.Text(
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .decode(bytes)
              .toString());
    } catch (CharacterCodingException e) {
      return new Value.Unreadable("not UTF-8");
    }
  }
}
