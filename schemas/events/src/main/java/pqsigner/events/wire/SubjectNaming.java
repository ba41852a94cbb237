package pqsigner.events.wire;

import java.util.Arrays;
import java.util.Optional;
import org.apache.avro.Schema;

/// Under which subject the registry keeps a record's schema, by the names of Confluent's classes.
enum SubjectNaming {
  /// One schema for a topic: `<topic>-value`.
  TOPIC("TopicNameStrategy"),
  /// Several on one topic: `<topic>-<full name of the record>`.
  TOPIC_AND_RECORD("TopicRecordNameStrategy");

  private final String className;

  SubjectNaming(String className) {
    this.className = className;
  }

  /// @param className of a Confluent strategy, in any package
  static Optional<SubjectNaming> of(String className) {
    String simple = className.substring(className.lastIndexOf('.') + 1);
    return Arrays.stream(values()).filter(naming -> naming.className.equals(simple)).findFirst();
  }

  String ofKey(String topic, Schema schema) {
    return subject(topic, "key", schema);
  }

  String ofValue(String topic, Schema schema) {
    return subject(topic, "value", schema);
  }

  private String subject(String topic, String part, Schema schema) {
    return topic
        + "-"
        + switch (this) {
          case TOPIC -> part;
          case TOPIC_AND_RECORD -> schema.getFullName();
        };
  }
}
