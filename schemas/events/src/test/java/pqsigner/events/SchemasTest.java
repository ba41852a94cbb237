package pqsigner.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import pqsigner.events.avro.Command;
import pqsigner.events.avro.Conflict;
import pqsigner.events.avro.Failed;
import pqsigner.events.avro.Result;
import pqsigner.events.avro.SigningJob;
import pqsigner.events.avro.SigningReply;

/// Names, order and types of fields. A field may be added at the end with a default; anything else
/// here breaks records that are already in a topic.
class SchemasTest {
  private static final List<Schema> ALL =
      List.of(
          Command.getClassSchema(),
          Result.getClassSchema(),
          Failed.getClassSchema(),
          Conflict.getClassSchema(),
          SigningJob.getClassSchema(),
          SigningReply.getClassSchema());

  @Test
  void fullNamesAreFrozen() {
    assertThat(ALL.stream().map(Schema::getFullName))
        .containsExactly(
            "pqsigner.events.avro.Command",
            "pqsigner.events.avro.Result",
            "pqsigner.events.avro.Failed",
            "pqsigner.events.avro.Conflict",
            "pqsigner.events.avro.SigningJob",
            "pqsigner.events.avro.SigningReply");
  }

  @Test
  void commandFieldsAreFrozen() {
    assertThat(fields(Command.getClassSchema()))
        .isEqualTo(
            "request_type string, request_id string?, user_id string?, alg string?, message bytes?,"
                + " mu bytes?, context bytes?, deadline string?, key_version int?");
  }

  @Test
  void resultFieldsAreFrozen() {
    assertThat(fields(Result.getClassSchema()))
        .isEqualTo(
            "request_id string, request_type string?, state string, code string?, detail string?,"
                + " user_id string?, alg string?, key_version int?, signature bytes?,"
                + " signed_at long(timestamp-millis)?, public_key bytes?, public_key_spki bytes?,"
                + " birth_attestation bytes?, created_at long(timestamp-millis)?, retry string?,"
                + " accepted_at long(timestamp-millis)?, deadline long(timestamp-millis)?,"
                + " sealed_key_sha256 bytes?");
  }

  @Test
  void failedFieldsAreFrozen() {
    assertThat(fields(Failed.getClassSchema()))
        .isEqualTo(
            "request_id string, request_type string, state string, code string, retry string,"
                + " failure int, attempts int, user_id string, alg string, key_version int,"
                + " accepted_at long(timestamp-millis), deadline long(timestamp-millis)?,"
                + " failed_at long(timestamp-millis)");
  }

  @Test
  void conflictFieldsAreFrozen() {
    assertThat(fields(Conflict.getClassSchema()))
        .isEqualTo(
            "request_id string, request_type string?, code string, retry string,"
                + " command_partition int, command_offset long,"
                + " command_at long(timestamp-millis)");
  }

  @Test
  void signingJobFieldsAreFrozen() {
    assertThat(fields(SigningJob.getClassSchema()))
        .isEqualTo(
            "custodian string, request_id string, request_type string, user_id string, alg string,"
                + " key_version int, digest bytes, message bytes?, mu bytes?, context bytes?,"
                + " deadline long(timestamp-millis)?, accepted_at long(timestamp-millis),"
                + " reply_partition int, key WrappedKey{public_key bytes, encrypted_data_key bytes,"
                + " wrapped_seed bytes}?, birth_nonce bytes?");
  }

  @Test
  void signingReplyFieldsAreFrozen() {
    assertThat(fields(SigningReply.getClassSchema()))
        .isEqualTo(
            "custodian string, request_id string, request_type string, digest bytes,"
                + " outcome string, code string?, key_version int,"
                + " completed_at long(timestamp-millis), signature bytes?,"
                + " generated GeneratedKey{public_key bytes, encrypted_data_key bytes,"
                + " wrapped_seed bytes, birth_attestation bytes}?, attempts int");
  }

  @Test
  void everyOptionalFieldHasADefaultSoThatOlderRecordsCanBeRead() {
    assertThat(ALL.stream().flatMap(schema -> schema.getFields().stream()))
        .allMatch(field -> !field.schema().isNullable() || field.hasDefaultValue());
    assertThat(SigningJob.getClassSchema().getField("reply_partition").defaultVal()).isEqualTo(-1);
  }

  @Test
  void onlyACommandRefusesFieldsThatItDoesNotKnow() {
    assertThat(ALL.stream().filter(s -> "refuse".equals(s.getProp("unknown_fields"))))
        .containsExactly(Command.getClassSchema());
  }

  private static String fields(Schema schema) {
    return schema.getFields().stream()
        .map(field -> field.name() + " " + type(field.schema()))
        .collect(Collectors.joining(", "));
  }

  private static String type(Schema schema) {
    return switch (schema.getType()) {
      case UNION -> {
        Stream<Schema> others = schema.getTypes().stream().filter(s -> !s.isNullable());
        yield others.map(SchemasTest::type).collect(Collectors.joining("|")) + "?";
      }
      case RECORD -> schema.getName() + "{" + fields(schema) + "}";
      default ->
          schema.getType().getName()
              + (schema.getLogicalType() == null
                  ? ""
                  : "(" + schema.getLogicalType().getName() + ")");
    };
  }
}
