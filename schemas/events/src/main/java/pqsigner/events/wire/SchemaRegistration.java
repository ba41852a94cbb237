package pqsigner.events.wire;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import pqsigner.events.Topics;
import pqsigner.events.avro.Command;
import pqsigner.events.avro.Conflict;
import pqsigner.events.avro.Failed;
import pqsigner.events.avro.Result;
import pqsigner.events.avro.SigningJob;
import pqsigner.events.avro.SigningReply;

/// Registers the schemas of all topics, so that services can run without the right to, and has the
/// registry keep their versions compatible. Part of what an administrator does when topics are
/// created or a custodian is added; doing it again changes nothing.
public final class SchemaRegistration {
  private SchemaRegistration() {}

  /// @param config the keys of [WireConfig]; of them, how to reach the registry
  /// @return the id of each subject's schema
  /// @throws RegistryUnavailableException when the registry does not take one of them
  public static Map<String, Integer> register(
      Map<String, ?> config, Topics topics, Collection<String> custodians) {
    Map<String, Integer> ids = new LinkedHashMap<>();
    try (SchemaRegistryClient registry = new SchemaRegistryClient(new WireConfig(config))) {
      schemas(topics, custodians)
          .forEach(
              (subject, schema) -> ids.put(subject, registry.register(subject, schema.toString())));
      ids.keySet().forEach(registry::requireBackwardCompatibility);
    }
    return ids;
  }

  /// The schema of each subject. Dead letters have none: they hold any record's bytes. What lies
  /// beside results is registered by topic and record name, so that results keep their subject.
  static Map<String, Schema> schemas(Topics topics, Collection<String> custodians) {
    Map<String, Schema> schemas = new LinkedHashMap<>();
    schemas.put(topics.jobs() + "-value", SigningJob.getClassSchema());
    schemas.put(topics.bulkJobs() + "-value", SigningJob.getClassSchema());
    schemas.put(topics.retry5s() + "-value", SigningJob.getClassSchema());
    schemas.put(topics.retry60s() + "-value", SigningJob.getClassSchema());
    schemas.put(topics.replies() + "-value", SigningReply.getClassSchema());
    schemas.put(topics.bulkReplies() + "-value", SigningReply.getClassSchema());
    for (String custodian : custodians) {
      schemas.put(topics.commands(custodian) + "-value", Command.getClassSchema());
      schemas.put(topics.results(custodian) + "-value", Result.getClassSchema());
      for (Schema beside : List.of(Failed.getClassSchema(), Conflict.getClassSchema())) {
        schemas.put(
            SubjectNaming.TOPIC_AND_RECORD.ofValue(topics.results(custodian), beside), beside);
      }
    }
    return schemas;
  }
}
