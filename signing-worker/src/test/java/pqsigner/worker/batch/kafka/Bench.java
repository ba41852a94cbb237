package pqsigner.worker.batch.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;
import org.springframework.kafka.core.KafkaTemplate;
import pqsigner.events.Topics;
import pqsigner.events.avro.SigningJob;
import pqsigner.events.avro.SigningReply;
import pqsigner.protocol.Request;
import pqsigner.worker.credentials.CredentialSchedule;
import pqsigner.worker.enclave.CredentialRelay;
import pqsigner.worker.enclave.EnclaveCircuit;
import pqsigner.worker.enclave.EnclaveClient;
import pqsigner.worker.enclave.EnclaveSession;
import pqsigner.worker.enclave.ScriptedEnclave;
import pqsigner.worker.kafka.KafkaSends;
import pqsigner.worker.lanes.DeadLetters;
import pqsigner.worker.lanes.RetryLane;
import pqsigner.worker.lanes.RetryLanes;
import pqsigner.worker.testing.Await;

/// A listener with everything real but the broker: Kafka's own mock clients keep what was sent and
/// what was committed, and a worker can be "killed" by making another one over the same offsets.
final class Bench {
  static final Topics TOPICS = new Topics("t.");
  static final TopicPartition JOBS = new TopicPartition("t.jobs", 0);
  static final int REPLY_PARTITIONS = 4;

  final ScriptedEnclave enclave;
  final EnclaveCircuit circuit;
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
  final UnclosableProducer producer = new UnclosableProducer();
  final AtomicInteger rechecks = new AtomicInteger();
  JobListener listener;
  BiFunction<String, byte[], Object> decoder = PlainAvro::job;

  private final EnclaveClient client = new EnclaveClient(Duration.ofSeconds(5));
  private final EnclaveSession session;
  private final List<ConsumerRecord<byte[], byte[]>> log = new ArrayList<>();
  private volatile Instant now = Instant.parse("2026-11-23T12:00:00Z");

  Bench() throws IOException {
    InstantSource clock = () -> now;
    enclave = ScriptedEnclave.onLoopback();
    circuit = new EnclaveCircuit(clock, Duration.ofMillis(100), Duration.ofSeconds(1));
    session =
        new EnclaveSession(
            enclave.settings(Duration.ofSeconds(5), 200),
            client,
            circuit,
            new CredentialRelay(
                () -> new Request.Credentials(new byte[] {1}, new byte[1], new byte[1], 0),
                new CredentialSchedule(
                    Duration.ofMinutes(1),
                    Duration.ofDays(1),
                    Duration.ofSeconds(1),
                    Duration.ofMillis(10),
                    Duration.ofMillis(40)),
                clock),
            () -> {});
    session.start();
    consumer.assign(Set.of(JOBS));
    listener = newWorker();
    awaitClosed();
  }

  void awaitClosed() {
    Await.until("a closed circuit", circuit::isClosed);
  }

  void pass(Duration time) {
    now = now.plus(time);
  }

  Instant now() {
    return now;
  }

  /// A worker process of its own: it knows only what is committed.
  JobListener newWorker() {
    ConveyorMetrics metrics = new ConveyorMetrics(meters, Duration.ofMillis(250), 128);
    KafkaTemplate<byte[], byte[]> kafka = new KafkaTemplate<>(() -> producer);
    OutcomePublisher publisher =
        new OutcomePublisher(
            new OutcomePublisher.Destinations(
                new Replies(TOPICS, PlainAvro::serialize, _ -> REPLY_PARTITIONS, this::now),
                new RetryLanes(
                    new RetryLane("retry-5s", TOPICS.retry5s(), Duration.ofSeconds(5)),
                    new RetryLane("retry-60s", TOPICS.retry60s(), Duration.ofSeconds(60))),
                new DeadLetters(TOPICS.deadLetters(), "test-build")),
            () -> new KafkaSends(kafka, Duration.ofSeconds(5)),
            this::now,
            metrics);
    Deserializer<Object> deserializer = (topic, bytes) -> decoder.apply(topic, bytes);
    JobListener made =
        new JobListener(
            new BatchRound(deserializer, client, publisher, this::now, metrics),
            circuit,
            this::recheck,
            new JobListener.Patience(
                Duration.ofMillis(300),
                Duration.ofSeconds(2),
                Duration.ofSeconds(5),
                Duration.ofSeconds(5)));
    made.onPartitionsAssigned(consumer, Set.of(JOBS));
    return made;
  }

  private void recheck() {
    rechecks.incrementAndGet();
    session.recheck();
  }

  ConsumerRecord<byte[], byte[]> produce(SigningJob job) {
    return produce(PlainAvro.bytes(job));
  }

  ConsumerRecord<byte[], byte[]> produce(byte @Nullable [] value) {
    ConsumerRecord<byte[], byte[]> message =
        new ConsumerRecord<>(JOBS.topic(), 0, log.size(), "key".getBytes(UTF_8), value);
    log.add(message);
    return message;
  }

  /// What the container does with a poll: from the committed offset to the end of the log.
  void poll() {
    List<ConsumerRecord<byte[], byte[]>> batch = List.copyOf(log.subList(committed(), log.size()));
    listener.onMessage(batch, consumer);
    consumer.commitSync(Map.of(JOBS, new OffsetAndMetadata(log.size())));
  }

  int committed() {
    return Optional.ofNullable(consumer.committed(Set.of(JOBS)).get(JOBS))
        .map(o -> (int) o.offset())
        .orElse(0);
  }

  String mark() {
    return Optional.ofNullable(consumer.committed(Set.of(JOBS)).get(JOBS))
        .map(OffsetAndMetadata::metadata)
        .orElse("");
  }

  List<ProducerRecord<byte[], byte[]>> sentTo(String topic) {
    return producer.history().stream().filter(r -> r.topic().equals(topic)).toList();
  }

  List<SigningReply> replies() {
    return sentTo(TOPICS.replies()).stream().map(r -> PlainAvro.reply(r.value())).toList();
  }

  void end() throws Exception {
    session.stop();
    enclave.close();
  }

  /// A template closes its producer after each send; a factory's wrapper ignores that, as this
  /// does.
  static final class UnclosableProducer extends MockProducer<byte[], byte[]> {
    UnclosableProducer() {
      super(cluster(), true, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static Cluster cluster() {
      Node node = new Node(0, "nowhere", 1);
      Node[] nodes = {node};
      List<PartitionInfo> partitions = new ArrayList<>();
      for (String topic :
          Arrays.asList(
              TOPICS.replies(),
              TOPICS.bulkReplies(),
              TOPICS.retry5s(),
              TOPICS.retry60s(),
              TOPICS.deadLetters())) {
        for (int partition = 0; partition < REPLY_PARTITIONS; partition++) {
          partitions.add(new PartitionInfo(topic, partition, node, nodes, nodes));
        }
      }
      return new Cluster("test", List.of(node), partitions, Set.of(), Set.of());
    }

    @Override
    public void close() {}

    @Override
    public void close(Duration timeout) {}
  }
}
