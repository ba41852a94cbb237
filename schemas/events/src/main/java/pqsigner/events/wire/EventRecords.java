package pqsigner.events.wire;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.io.DatumReader;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.avro.util.ClassSecurityValidator;
import pqsigner.events.avro.Command;
import pqsigner.events.avro.Conflict;
import pqsigner.events.avro.Failed;
import pqsigner.events.avro.Result;
import pqsigner.events.avro.SigningJob;
import pqsigner.events.avro.SigningReply;
import pqsigner.events.wire.UndecodableRecordException.Reason;

/// The records that may be made from bytes, and which schemas they may have been written with.
///
/// A writer's schema comes from the registry, where a custodian may have put it. A schema can make
/// few bytes cost much: by items or fields of no bytes, by recursion, by nesting that doubles at
/// each level. Our contract needs no arrays, maps or recursion, so those are refused.
public final class EventRecords {

  /// Our largest schema has 20.
  private static final int SCHEMA_NODES_MAX = 500;

  private static final Map<String, SpecificRecordBase> PROTOTYPES =
      Stream.of(
              new Command(),
              new Result(),
              new Failed(),
              new Conflict(),
              new SigningJob(),
              new SigningReply())
          .collect(Collectors.toMap(r -> r.getSchema().getFullName(), Function.identity()));

  static {
    String trusted = Command.class.getPackageName();
    ClassSecurityValidator.setGlobal(
        ClassSecurityValidator.composite(
            ClassSecurityValidator.getGlobal(), type -> type.getPackageName().equals(trusted)));
  }

  private EventRecords() {}

  /// Tells Avro that it may make our generated classes, which it refuses by default. Who decodes by
  /// another library than this package calls it first; calling it again changes nothing.
  public static void trust() {
    // The class initialiser does it, once.
  }

  /// @throws UndecodableRecordException when it is not a schema of one of our records
  static DatumReader<SpecificRecord> reader(String writerSchema) {
    Schema writer = parse(writerSchema);
    SpecificRecordBase prototype = PROTOTYPES.get(writer.getFullName());
    if (writer.getType() != Schema.Type.RECORD || prototype == null) {
      throw foreign("the schema is of another record");
    }
    if (nodes(writer, SCHEMA_NODES_MAX) < 0) {
      throw foreign("the schema is too complex");
    }
    Schema reader = prototype.getSchema();
    if (SchemaCompatibility.checkReaderWriterCompatibility(reader, writer).getType()
        != SchemaCompatibilityType.COMPATIBLE) {
      throw foreign("the schema is not compatible with this build's");
    }
    if ("refuse".equals(reader.getProp("unknown_fields"))) {
      refuseUnknownFields(reader, writer);
    }
    return new SpecificDatumReader<>(writer, reader, prototype.getSpecificData());
  }

  private static void refuseUnknownFields(Schema reader, Schema writer) {
    for (Schema.Field field : writer.getFields()) {
      if (reader.getField(field.name()) == null) {
        throw new UndecodableRecordException(
            Reason.UNKNOWN_FIELD, "the schema has a field that is not part of the contract");
      }
    }
  }

  private static Schema parse(String text) {
    try {
      return new Schema.Parser().parse(text);
    } catch (RuntimeException e) {
      // The parser throws more than its own exceptions on text that is not a schema.
      throw new UndecodableRecordException(Reason.FOREIGN_SCHEMA, "the schema is not Avro", e);
    }
  }

  /// What is left of `budget` after visiting every node as often as a decoder might; negative when
  /// that is too much, as it is for every recursion, or when there is an array or map.
  private static int nodes(Schema schema, int budget) {
    int left = budget - 1;
    if (left < 0 || schema.getType() == Schema.Type.ARRAY || schema.getType() == Schema.Type.MAP) {
      return -1;
    }
    List<Schema> inner =
        switch (schema.getType()) {
          case RECORD -> schema.getFields().stream().map(Schema.Field::schema).toList();
          case UNION -> schema.getTypes();
          default -> List.of();
        };
    for (Schema part : inner) {
      left = nodes(part, left);
      if (left < 0) {
        return -1;
      }
    }
    return left;
  }

  private static UndecodableRecordException foreign(String why) {
    return new UndecodableRecordException(Reason.FOREIGN_SCHEMA, why);
  }
}
