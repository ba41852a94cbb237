package pqsigner.local.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import pqsigner.events.Topics;
import pqsigner.local.pki.PemPair;
import pqsigner.topics.Durability;
import pqsigner.topics.TopicPlan;

/// What each certificate may and may not do on a real broker with the real plan, wherever the
/// broker comes from.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class BrokerRightsContract {

  static final Topics TOPICS = new Topics(Topics.DEFAULT_PREFIX);
  static final List<String> CUSTODIANS = List.of("custodian-a", "custodian-b", "trader");

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private BrokerUnderTest broker;

  /// A running broker with the plan for [#CUSTODIANS] applied.
  abstract BrokerUnderTest start() throws Exception;

  @BeforeAll
  void startAndFill() throws Exception {
    broker = start();
    Map<String, Object> administrator = settings(broker.pki().pair("admin"));
    try (var producer =
        new KafkaProducer<>(administrator, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (TopicPlan.Topic topic :
          TopicPlan.of(TOPICS, CUSTODIANS, Durability.ONE_BROKER).topics()) {
        var record = new ProducerRecord<>(topic.name(), 0, new byte[] {1}, new byte[] {2});
        assertThat(producer.send(record).get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isNotNull();
      }
    }
  }

  @AfterAll
  void stop() {
    broker.close();
  }

  @ParameterizedTest
  @CsvSource({
    "custodian-a, commands.custodian-a",
    "custodian-b, commands.custodian-b",
    "gateway, jobs",
    "gateway, results.custodian-a",
    "gateway, dead-letters",
    "worker, replies",
    "worker, retry-5s",
    "worker, retry-60s",
    "worker, dead-letters",
    "delay-line, jobs",
    "delay-line, dead-letters",
  })
  void eachRoleWritesWhatItOwes(String who, String topic) throws Exception {
    assertThat(write(broker.pki().pair(who), topic)).isNotNegative();
  }

  @ParameterizedTest
  @CsvSource({
    "custodian-a, commands.custodian-b",
    "custodian-a, results.custodian-a",
    "custodian-a, jobs",
    "custodian-a, replies",
    "custodian-a, dead-letters",
    "gateway, commands.custodian-a",
    "gateway, replies",
    "gateway, retry-5s",
    "worker, commands.custodian-a",
    "worker, results.custodian-a",
    "worker, jobs",
    "delay-line, replies",
    "delay-line, retry-5s",
    "operator, commands.custodian-a",
    "operator, jobs",
  })
  void nobodyWritesAnythingElse(String who, String topic) {
    assertThatThrownBy(() -> write(broker.pki().pair(who), topic))
        .hasCauseInstanceOf(TopicAuthorizationException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "custodian-a, results.custodian-a",
    "gateway, commands.custodian-b",
    "gateway, replies",
    "gateway, dead-letters",
    "worker, jobs",
    "delay-line, retry-5s",
  })
  void eachRoleReadsWhatIsForIt(String who, String topic) {
    read(broker.pki().pair(who), topic);
  }

  @ParameterizedTest
  @CsvSource({
    "custodian-a, results.custodian-b",
    "custodian-a, commands.custodian-a",
    "custodian-a, jobs",
    "custodian-a, replies",
    "custodian-a, dead-letters",
    "gateway, results.custodian-a",
    "gateway, jobs",
    "worker, commands.custodian-a",
    "worker, results.custodian-a",
    "worker, replies",
    "delay-line, jobs",
    "delay-line, dead-letters",
    "operator, dead-letters",
  })
  void nobodyReadsAnythingElse(String who, String topic) {
    assertThatThrownBy(() -> read(broker.pki().pair(who), topic))
        .isInstanceOf(TopicAuthorizationException.class);
  }

  @Test
  void aCustodianJoinsItsOwnGroupsOnly() {
    PemPair own = broker.pki().pair("custodian-a");
    join(own, TOPICS.results("custodian-a"), "custodian.custodian-a.pipeline");
    assertThatThrownBy(
            () -> join(own, TOPICS.results("custodian-a"), "custodian.custodian-b.pipeline"))
        .isInstanceOf(GroupAuthorizationException.class);
    assertThatThrownBy(() -> join(own, TOPICS.results("custodian-a"), "gateway-commands"))
        .isInstanceOf(GroupAuthorizationException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"worker", "worker-bulk", "delay-line-5s", "delay-line-60s"})
  void theGatewaySeesHowFarAGroupIsAndMovesItNowhere(String group) throws Exception {
    var partition = new TopicPartition(TOPICS.retry5s(), 0);
    try (Admin gateway = Admin.create(settings(broker.pki().pair("gateway")))) {
      assertThat(gateway.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get())
          .isNotNull();
      assertThat(gateway.listOffsets(Map.of(partition, OffsetSpec.latest())).all().get())
          .containsKey(partition);
      var anywhere = Map.of(partition, new OffsetAndMetadata(0));
      assertThatThrownBy(() -> gateway.alterConsumerGroupOffsets(group, anywhere).all().get())
          .hasCauseInstanceOf(GroupAuthorizationException.class);
    }
    try (Admin custodian = Admin.create(settings(broker.pki().pair("custodian-a")))) {
      assertThatThrownBy(
              () -> custodian.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get())
          .hasCauseInstanceOf(GroupAuthorizationException.class);
    }
  }

  @Test
  void aCustodianCalledGatewayIsNotTheGateway() throws Exception {
    PemPair impostor = broker.pki().issue("custodian-called-gateway", "gateway", "custodian");
    assertThatThrownBy(() -> write(impostor, "jobs"))
        .hasCauseInstanceOf(TopicAuthorizationException.class);
    assertThatThrownBy(() -> read(impostor, "commands.custodian-a"))
        .isInstanceOf(TopicAuthorizationException.class);
  }

  /// Sixteen MiB of zeros are less than 70 KiB on the wire with each of them.
  @ParameterizedTest
  @ValueSource(strings = {"zstd", "gzip", "lz4"})
  void aDecompressionBombIsRefused(String compression) {
    assertThatThrownBy(() -> writeCompressed(compression, new byte[16 << 20]))
        .hasCauseInstanceOf(InvalidRecordException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"zstd", "gzip", "lz4", "snappy"})
  void anHonestCompressedRecordIsTaken(String compression) throws Exception {
    assertThat(writeCompressed(compression, new byte[100 * 1024])).isNotNegative();
  }

  private long writeCompressed(String compression, byte[] value) throws Exception {
    Map<String, Object> settings = settings(broker.pki().pair("custodian-b"));
    settings.put("compression.type", compression);
    settings.put("max.request.size", 64 << 20);
    settings.put("buffer.memory", 64L << 20);
    try (var producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      var record = new ProducerRecord<byte[], byte[]>(TOPICS.commands("custodian-b"), value);
      return producer.send(record).get(PATIENCE.toSeconds(), TimeUnit.SECONDS).offset();
    }
  }

  @Test
  void aRoleThatDoesNotExistMayDoNothing() throws Exception {
    PemPair nobody = broker.pki().issue("superuser", "admin", "superuser");
    assertThatThrownBy(() -> write(nobody, "jobs"))
        .hasCauseInstanceOf(TopicAuthorizationException.class);
    assertThatThrownBy(() -> describeCluster(nobody))
        .hasCauseInstanceOf(ClusterAuthorizationException.class);
  }

  /// Rights follow the subject, so who may write which subject decides who is the super user.
  @ParameterizedTest
  @CsvSource({
    "custodian, admin, service",
    "custodian, delay-line, service",
    "operator, gateway, service",
    "service, broker, broker",
    "operator, custodian-a, custodian"
  })
  void aCertificateByAnotherRolesAuthorityIsRefused(String authority, String name, String role)
      throws Exception {
    PemPair forged = broker.pki().issueBy(authority, authority + "-" + name, name, role);

    assertThatThrownBy(() -> describeCluster(forged))
        .hasCauseInstanceOf(SslAuthenticationException.class);
  }

  @Test
  void aClientWithoutACertificateIsRefused() {
    assertThatThrownBy(() -> write(null, "commands.custodian-a"))
        .hasCauseInstanceOf(SslAuthenticationException.class);
  }

  @Test
  void aStrangersAuthorityIsRefusedThoughItHasOurAuthoritysName() {
    assertThatThrownBy(() -> write(broker.pki().pair("intruder"), "commands.custodian-a"))
        .hasCauseInstanceOf(SslAuthenticationException.class);
  }

  @Test
  void aKilledBrokerComesBackWithItsTopicsAndRights() throws Exception {
    broker.killAndRestart();

    assertThat(write(broker.pki().pair("custodian-a"), "commands.custodian-a")).isNotNegative();
    assertThatThrownBy(() -> write(broker.pki().pair("custodian-a"), "commands.custodian-b"))
        .hasCauseInstanceOf(TopicAuthorizationException.class);
  }

  private long write(@Nullable PemPair who, String topic) throws Exception {
    Map<String, Object> settings = settings(who);
    settings.put("max.block.ms", PATIENCE.toMillis());
    try (var producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      var record = new ProducerRecord<>(TOPICS.prefix() + topic, new byte[] {1}, new byte[] {2});
      return producer.send(record).get(PATIENCE.toSeconds(), TimeUnit.SECONDS).offset();
    }
  }

  /// Returns when a record came.
  private void read(PemPair who, String topic) {
    try (var consumer = consumer(settings(who))) {
      var partition = new TopicPartition(TOPICS.prefix() + topic, 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (consumer.poll(Duration.ofMillis(500)).isEmpty()) {
        assertThat(System.nanoTime()).isLessThan(deadline);
      }
    }
  }

  private void join(PemPair who, String topic, String group) {
    Map<String, Object> settings = settings(who);
    settings.put("group.id", group);
    try (var consumer = consumer(settings)) {
      consumer.subscribe(List.of(topic));
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (consumer.assignment().isEmpty()) {
        ConsumerRecords<byte[], byte[]> ignored = consumer.poll(Duration.ofMillis(100));
        assertThat(ignored).isNotNull();
        assertThat(System.nanoTime()).isLessThan(deadline);
      }
    }
  }

  private void describeCluster(PemPair who) throws ExecutionException, InterruptedException {
    try (Admin admin = Admin.create(settings(who))) {
      admin
          .describeConfigs(List.of(new ConfigResource(ConfigResource.Type.BROKER, "1")))
          .all()
          .get();
    }
  }

  private static KafkaConsumer<byte[], byte[]> consumer(Map<String, Object> settings) {
    settings.put("auto.offset.reset", "earliest");
    return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private Map<String, Object> settings(@Nullable PemPair who) {
    return new HashMap<>(KafkaClientSettings.of(broker.bootstrapServers(), broker.pki().ca(), who));
  }
}
