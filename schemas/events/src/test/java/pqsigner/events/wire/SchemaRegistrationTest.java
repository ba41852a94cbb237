package pqsigner.events.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecordBase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import pqsigner.events.Topics;

class SchemaRegistrationTest {
  private static final Topics TOPICS = new Topics(Topics.DEFAULT_PREFIX);

  private final RegistryStub registry = new RegistryStub();
  private final Map<String, Object> config = Map.of(WireConfig.URL, registry.url());

  @AfterEach
  void stop() {
    registry.close();
  }

  @Test
  void everyTopicWithAFixedSchemaGetsItsSubject() {
    assertThat(SchemaRegistration.register(config, TOPICS, List.of("a", "b")))
        .isEqualTo(
            Map.ofEntries(
                Map.entry("pq-signer.jobs-value", 1),
                Map.entry("pq-signer.jobs-bulk-value", 1),
                Map.entry("pq-signer.retry-5s-value", 1),
                Map.entry("pq-signer.retry-60s-value", 1),
                Map.entry("pq-signer.replies-value", 2),
                Map.entry("pq-signer.replies-bulk-value", 2),
                Map.entry("pq-signer.commands.a-value", 3),
                Map.entry("pq-signer.results.a-value", 4),
                Map.entry("pq-signer.results.a-pqsigner.events.avro.Failed", 5),
                Map.entry("pq-signer.results.a-pqsigner.events.avro.Conflict", 6),
                Map.entry("pq-signer.commands.b-value", 3),
                Map.entry("pq-signer.results.b-value", 4),
                Map.entry("pq-signer.results.b-pqsigner.events.avro.Failed", 5),
                Map.entry("pq-signer.results.b-pqsigner.events.avro.Conflict", 6)));
  }

  @Test
  void registeringAgainChangesNothing() {
    var first = SchemaRegistration.register(config, TOPICS, List.of("a"));
    var subjects = registry.subjects();
    assertThat(SchemaRegistration.register(config, TOPICS, List.of("a"))).isEqualTo(first);
    assertThat(registry.subjects()).isEqualTo(subjects);
  }

  static List<Map.Entry<String, org.apache.avro.specific.SpecificRecord>> written() {
    return List.of(
        Map.entry(TOPICS.commands("a"), Samples.command()),
        Map.entry(TOPICS.results("a"), Samples.result()),
        Map.entry(TOPICS.jobs(), Samples.job()),
        Map.entry(TOPICS.bulkJobs(), Samples.job()),
        Map.entry(TOPICS.retry5s(), Samples.job()),
        Map.entry(TOPICS.retry60s(), Samples.job()),
        Map.entry(TOPICS.replies(), Samples.reply()),
        Map.entry(TOPICS.bulkReplies(), Samples.reply()));
  }

  @ParameterizedTest
  @MethodSource("written")
  void aServiceThatMayNotRegisterFindsWhatWasRegistered(
      Map.Entry<String, org.apache.avro.specific.SpecificRecord> topicAndRecord) {
    SchemaRegistration.register(config, TOPICS, List.of("a"));
    try (ConfluentAvroSerializer serializer = new ConfluentAvroSerializer()) {
      serializer.configure(
          Map.of(WireConfig.URL, registry.url(), WireConfig.AUTO_REGISTER, false), false);
      assertThat(serializer.serialize(topicAndRecord.getKey(), topicAndRecord.getValue()))
          .isNotEmpty();
    }
  }

  /// What lies beside results: named by topic and record, and read by the id alone.
  @Test
  void whatLiesBesideResultsIsFoundByTopicAndRecord() {
    SchemaRegistration.register(config, TOPICS, List.of("a"));
    try (ConfluentAvroSerializer serializer = new ConfluentAvroSerializer();
        ConfluentAvroDeserializer deserializer = new ConfluentAvroDeserializer()) {
      serializer.configure(
          Map.of(
              WireConfig.URL,
              registry.url(),
              WireConfig.AUTO_REGISTER,
              false,
              WireConfig.SUBJECT_STRATEGY,
              "io.confluent.kafka.serializers.subject.TopicRecordNameStrategy"),
          false);
      deserializer.configure(config, false);
      for (SpecificRecordBase beside : List.of(Samples.failed(), Samples.conflict())) {
        byte[] value = serializer.serialize(TOPICS.results("a"), beside);
        assertThat(deserializer.deserialize(TOPICS.results("a"), value)).isEqualTo(beside);
      }
      assertThatThrownBy(() -> serializer.serialize(TOPICS.results("a"), Samples.result()))
          .as("a result has the subject that it always had")
          .isInstanceOf(RegistryUnavailableException.class);
    }
  }
}
