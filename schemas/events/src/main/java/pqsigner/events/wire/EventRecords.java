package pqsigner.events.wire;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
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
///
/// A schema also says what each byte means, and a registry that lies could have a context signed as
/// the message. So the writer's fields must be ours by name and type, in our order: all of them,
/// the first few, or all and more after them. Then the n-th field is the same field whatever schema
/// is claimed, and releases still read each other's records while they are rolled out. New fields
/// go to the end of a record, and a nested record never changes.
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
    refuseOtherFields(prototype.getSchema(), writer);
    return new SpecificDatumReader<>(writer, prototype.getSchema(), prototype.getSpecificData());
  }

  private static void refuseOtherFields(Schema ours, Schema writer) {
    List<Schema.Field> known = ours.getFields();
    List<Schema.Field> given = writer.getFields();
    if ("refuse".equals(ours.getProp("unknown_fields"))
        && given.stream().anyMatch(field -> ours.getField(field.name()) == null)) {
      throw new UndecodableRecordException(
          Reason.UNKNOWN_FIELD, "the schema has a field that is not part of the contract");
    }
    for (int i = 0; i < Math.min(known.size(), given.size()); i++) {
      if (!known.get(i).name().equals(given.get(i).name())
          || !form(known.get(i)).equals(form(given.get(i)))) {
        throw foreign("field " + i + " of the schema is not this build's");
      }
    }
    if (known.stream().skip(given.size()).anyMatch(field -> !field.hasDefaultValue())) {
      throw foreign("the schema lacks a field that is required");
    }
  }

  private static String form(Schema.Field field) {
    return SchemaNormalization.toParsingForm(field.schema());
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
