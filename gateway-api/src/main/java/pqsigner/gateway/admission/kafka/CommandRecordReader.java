package pqsigner.gateway.admission.kafka;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.avro.util.Utf8;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import pqsigner.events.ErrorCode;
import pqsigner.events.EventHeaders;
import pqsigner.events.avro.Command;
import pqsigner.gateway.admission.CommandFields;
import pqsigner.gateway.admission.CommandRules;
import pqsigner.gateway.admission.Field;
import pqsigner.gateway.admission.Refusal;

/// From a decoded command and its record to the fields that admission judges.
final class CommandRecordReader {

  /// W3C Trace Context, version 00; anything else is as good as no header.
  private static final Pattern TRACEPARENT =
      Pattern.compile("00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");

  private static final int DERIVED_ID_HEX = 32;

  private CommandRecordReader() {}

  /// What a command says, with its id chosen.
  sealed interface Reading {

    record Addressed(CommandFields fields) implements Reading {}

    /// @param fields with the id to refuse it under
    record Ambiguous(Refusal refusal, CommandFields fields) implements Reading {}
  }

  static Reading read(Command command, ConsumerRecord<byte[], byte[]> record) {
    CommandFields fields =
        CommandFields.none()
            .withRequestType(text(command.getRequestType()))
            .withRequestId(text(command.getRequestId()))
            .withUserId(text(command.getUserId()))
            .withAlg(text(command.getAlg()))
            .withMessage(bytes(command.getMessage()))
            .withMu(bytes(command.getMu()))
            .withContext(bytes(command.getContext()))
            .withDeadline(text(command.getDeadline()));
    byte[] key = record.key();
    if (fields.requestId().isAbsent()) {
      return new Reading.Addressed(
          fields.withRequestId(key == null ? Field.of(derivedId(record)) : utf8(key)));
    }
    return key == null || utf8(key).equals(fields.requestId())
        ? new Reading.Addressed(fields)
        : new Reading.Ambiguous(
            new Refusal(ErrorCode.MALFORMED_REQUEST, "request_id and the record key do not agree"),
            fields);
  }

  /// The record key, if it could be a request_id.
  static Optional<String> idFromKey(ConsumerRecord<byte[], byte[]> record) {
    return record.key() == null
        ? Optional.empty()
        : utf8(record.key()).given().filter(CommandRules::isRequestId);
  }

  static @Nullable String traceparent(ConsumerRecord<byte[], byte[]> record) {
    return EventHeaders.text(record.headers(), EventHeaders.TRACEPARENT)
        .filter(text -> TRACEPARENT.matcher(text).matches())
        .orElse(null);
  }

  static byte[] sha256(byte @Nullable [] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes == null ? new byte[0] : bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static String derivedId(ConsumerRecord<byte[], byte[]> record) {
    String place = record.topic() + "|" + record.partition() + "|" + record.offset();
    String hash = HexFormat.of().formatHex(sha256(place.getBytes(StandardCharsets.UTF_8)));
    return "cmd-" + hash.substring(0, DERIVED_ID_HEX);
  }

  private static Field<String> text(@Nullable CharSequence value) {
    return switch (value) {
      case null -> Field.absent();
      // toString() would replace what is not UTF-8, and two user_ids could become one.
      case Utf8 utf8 -> utf8(ByteBuffer.wrap(utf8.getBytes(), 0, utf8.getByteLength()));
      case CharSequence text -> Field.of(text.toString());
    };
  }

  private static Field<String> utf8(byte[] bytes) {
    return utf8(ByteBuffer.wrap(bytes));
  }

  private static Field<String> utf8(ByteBuffer bytes) {
    try {
      return Field.of(
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .decode(bytes)
              .toString());
    } catch (CharacterCodingException e) {
      return Field.unreadable("not UTF-8");
    }
  }

  private static Field<byte[]> bytes(@Nullable ByteBuffer value) {
    if (value == null) {
      return Field.absent();
    }
    byte[] bytes = new byte[value.remaining()];
    value.duplicate().get(bytes);
    return Field.of(bytes);
  }
}
