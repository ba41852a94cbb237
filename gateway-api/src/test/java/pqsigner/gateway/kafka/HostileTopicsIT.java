package pqsigner.gateway.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static pqsigner.gateway.testing.RunningGateway.CUSTODIAN;
import static pqsigner.gateway.testing.RunningGateway.TOPICS;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InconsistentGroupProtocolException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import pqsigner.events.EventHeaders;
import pqsigner.events.poll.BoundedBytes;
import pqsigner.events.poll.ConsumerTrouble;
import pqsigner.events.poll.GuardedConsumer;
import pqsigner.events.poll.PollWatch;
import pqsigner.gateway.replay.kafka.DeadLettersConfiguration;
import pqsigner.gateway.testing.Await;
import pqsigner.gateway.testing.Keys;
import pqsigner.gateway.testing.Pipeline;
import pqsigner.gateway.testing.PretendWorker;
import pqsigner.gateway.testing.RunningGateway;
import pqsigner.gateway.testing.TopicTail;

/// What stops a consumer that is not on its guard, done to a real one.
@ExtendWith(RunningGateway.Extension.class)
final class HostileTopicsIT {

  private static final String BOUND = "max.decompressed.message.bytes";

  private final RunningGateway gateway;
  private final Admin admin;

  HostileTopicsIT(RunningGateway gateway) {
    this.gateway = gateway;
    this.admin = Admin.create(gateway.kafka("admin"));
  }

  @AfterEach
  void close() {
    admin.close();
  }

  /// As on a broker that does not know the bound.
  @Test
  void aRecordThatIsLargeOnlyOnceItIsDecompressedIsKeptByItsPlaceAndStopsNobody() throws Exception {
    String bombed = TOPICS.commands("custodian-b");
    String id = "after-the-bomb-" + UUID.randomUUID();
    String user = "user-" + UUID.randomUUID();
    Keys.register(gateway, user);
    List<RecordMetadata> places = new ArrayList<>();
    set(bombed, BOUND, "2147483639");
    try (Pipeline pipeline = new Pipeline(gateway, CUSTODIAN);
        PretendWorker worker = new PretendWorker(gateway);
        TopicTail letters = new TopicTail(gateway.kafka("gateway"), TOPICS.deadLetters())) {
      for (int i = 0; i < 3; i++) {
        places.add(send("custodian-b", bombed, new byte[32 << 20]));
      }
      pipeline.send(id, Pipeline.sign(id, user, "hello"));

      assertThat(worker.job(id).getCustodian()).isEqualTo(CUSTODIAN);
      for (RecordMetadata place : places) {
        ConsumerRecord<byte[], byte[]> letter =
            letters.await("the letter of " + place, r -> isFrom(r, place));
        assertThat(letter.value()).isNull();
        assertThat(EventHeaders.text(letter.headers(), EventHeaders.CODE))
            .contains("malformed_request");
      }
    } finally {
      set(bombed, BOUND, "262144");
    }
  }

  /// Its checksum is wrong, so that kafka-clients refuses to hand it out, or to go on.
  @Test
  void aRecordThatCannotBeReadIsSkippedOnceAndForAll() throws Exception {
    String topic = "corrupt-" + UUID.randomUUID();
    admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get(20, TimeUnit.SECONDS);
    for (String text : List.of("first", "corrupted", "last")) {
      send("admin", topic, text.getBytes(UTF_8));
    }
    corrupt(topic, "corrupted");
    Recorder watch = new Recorder();
    Map<String, Object> config = new HashMap<>(gateway.kafka("admin"));
    config.put("group.id", topic);
    config.put("auto.offset.reset", "earliest");
    config.put("enable.auto.commit", false);

    TopicPartition partition = new TopicPartition(topic, 0);
    try (Consumer<byte[], byte[]> consumer =
        GuardedConsumer.guarding(
            new KafkaConsumer<>(config, new BoundedBytes(), new BoundedBytes()),
            "test",
            config,
            new ConsumerTrouble(watch))) {
      consumer.assign(List.of(partition));
      List<String> read = new ArrayList<>();
      Await.until(
          "all that can be read is",
          () -> {
            consumer
                .poll(Duration.ofMillis(200))
                .forEach(record -> read.add(new String(record.value(), UTF_8)));
            return read.size() == 2;
          });

      assertThat(read).containsExactly("first", "last");
      assertThat(watch.skipped).containsExactly(partition + " 1 to 2");
      assertThat(consumer.committed(Set.of(partition)))
          .hasEntrySatisfying(partition, done -> assertThat(done.offset()).isEqualTo(2));
    }
  }

  /// With a group's rights a stranger throws its members out and takes it for another protocol.
  @Test
  void aConsumerThatAStrangerShutOutComesBackWhenHeLeaves() throws Exception {
    ConsumerTrouble trouble = gateway.bean(ConsumerTrouble.class);
    HealthIndicator readiness = gateway.bean("brokerHealthIndicator", HealthIndicator.class);
    Await.until("ready", () -> isUp(readiness));
    Map<String, Object> settings = new HashMap<>(gateway.kafka("admin"));
    settings.put("group.id", DeadLettersConfiguration.GROUP);
    settings.put("partition.assignment.strategy", RangeAssignor.class.getName());
    settings.put("enable.auto.commit", false);
    try (var stranger =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      stranger.subscribe(List.of(TOPICS.deadLetters()));
      Await.until("the stranger has the group", () -> takes(stranger));
      Await.until(
          "the gateway's consumer is shut out",
          () -> {
            stranger.poll(Duration.ofMillis(100));
            return trouble.size() > 0;
          });
      assertThat(isUp(readiness)).isFalse();
      assertThat(trouble.total()).isPositive();
    }

    Await.until("the consumer is back", () -> trouble.size() == 0);
    Await.until("ready again", () -> isUp(readiness));
  }

  private static boolean isUp(HealthIndicator readiness) {
    return Objects.requireNonNull(readiness.health()).getStatus().equals(Status.UP);
  }

  /// Members notice with their next heartbeat that they are out; until then the group is free.
  private boolean takes(KafkaConsumer<byte[], byte[]> stranger) {
    try {
      admin
          .removeMembersFromConsumerGroup(
              DeadLettersConfiguration.GROUP, new RemoveMembersFromConsumerGroupOptions())
          .all()
          .get(20, TimeUnit.SECONDS);
      stranger.poll(Duration.ofMillis(500));
      return !stranger.assignment().isEmpty();
    } catch (InconsistentGroupProtocolException | ExecutionException e) {
      return false;
    } catch (InterruptedException | TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }

  private void set(String topic, String name, String value) throws Exception {
    admin
        .incrementalAlterConfigs(
            Map.of(
                new ConfigResource(ConfigResource.Type.TOPIC, topic),
                List.of(new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET))))
        .all()
        .get(20, TimeUnit.SECONDS);
  }

  private RecordMetadata send(String who, String topic, byte[] value) throws Exception {
    Map<String, Object> settings = new HashMap<>(gateway.kafka(who));
    settings.put("compression.type", value.length > 1 << 20 ? "zstd" : "none");
    settings.put("max.request.size", 64 << 20);
    settings.put("buffer.memory", 64L << 20);
    try (var producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      return producer
          .send(new ProducerRecord<byte[], byte[]>(topic, value))
          .get(20, TimeUnit.SECONDS);
    }
  }

  /// On the broker's disk, one bit of a value.
  private void corrupt(String topic, String value) throws IOException {
    Path log;
    try (Stream<Path> files = Files.walk(gateway.stack().directory())) {
      log =
          files
              .filter(file -> file.toString().contains("/" + topic + "-0/"))
              .filter(file -> file.toString().endsWith(".log"))
              .findFirst()
              .orElseThrow();
    }
    int at =
        new String(Files.readAllBytes(log), java.nio.charset.StandardCharsets.ISO_8859_1)
            .indexOf(value);
    assertThat(at).isPositive();
    try (FileChannel file = FileChannel.open(log, StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.wrap(new byte[] {(byte) (value.charAt(0) ^ 1)}), at);
    }
  }

  private static boolean isFrom(ConsumerRecord<byte[], byte[]> letter, RecordMetadata place) {
    return EventHeaders.text(letter.headers(), EventHeaders.ORIGIN_TOPIC)
            .filter(place.topic()::equals)
            .isPresent()
        && EventHeaders.text(letter.headers(), EventHeaders.ORIGIN_PARTITION)
            .filter(Integer.toString(place.partition())::equals)
            .isPresent()
        && EventHeaders.text(letter.headers(), EventHeaders.ORIGIN_OFFSET)
            .filter(Long.toString(place.offset())::equals)
            .isPresent();
  }

  private static final class Recorder implements PollWatch {
    private final List<String> skipped = new ArrayList<>();

    @Override
    public void skipped(TopicPartition partition, long first, long next, String reason) {
      skipped.add(partition + " " + first + " to " + next);
    }

    @Override
    public void failing(String consumer, int polls, Throwable cause) {}

    @Override
    public void recovered(String consumer, int polls) {}

    @Override
    public void brokerUnreachable() {}

    @Override
    public void brokerBack() {}
  }
}
