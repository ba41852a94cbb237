package pqsigner.gateway.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import pqsigner.events.EventHeaders;
import pqsigner.events.avro.GeneratedKey;
import pqsigner.events.avro.SigningJob;
import pqsigner.events.avro.SigningReply;
import pqsigner.events.wire.ConfluentAvroDeserializer;
import pqsigner.events.wire.ConfluentAvroSerializer;
import pqsigner.mldsa.SigningInput;

/// The worker's side of Kafka, with the worker's rights and no enclave: the test says what becomes
/// of a job.
public final class PretendWorker implements AutoCloseable {

  private final KafkaProducer<byte[], byte[]> producer;
  private final ConfluentAvroSerializer serializer = new ConfluentAvroSerializer();
  private final ConfluentAvroDeserializer deserializer = new ConfluentAvroDeserializer();
  private final TopicTail jobs;
  private final Map<String, Object> settings;

  public PretendWorker(RunningGateway gateway) {
    settings = new HashMap<>(gateway.kafka("worker"));
    settings.put("linger.ms", 0);
    producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    serializer.configure(gateway.serde(), false);
    deserializer.configure(gateway.serde(), false);
    jobs =
        new TopicTail(
            gateway.kafka("worker"),
            RunningGateway.TOPICS.jobs(),
            RunningGateway.TOPICS.bulkJobs());
  }

  public ConsumerRecord<byte[], byte[]> jobRecord(String requestId) {
    return jobRecords(requestId, 1).getFirst();
  }

  public List<ConsumerRecord<byte[], byte[]>> jobRecords(String requestId, int count) {
    return jobs.await(count + " jobs of " + requestId, count, TopicTail.ofRequest(requestId));
  }

  public TopicTail jobs() {
    return jobs;
  }

  public SigningJob job(String requestId) {
    return read(jobRecord(requestId));
  }

  public SigningJob read(ConsumerRecord<byte[], byte[]> record) {
    return (SigningJob)
        Objects.requireNonNull(deserializer.deserialize(record.topic(), record.value()));
  }

  /// Signs as an enclave would.
  ///
  /// @param fill tells the signatures of one job apart
  public void sign(SigningJob job, int fill) {
    sign(job, Keys.KEY.sign(input(job), fill));
  }

  /// Says that it signed, with whatever bytes.
  public void sign(SigningJob job, byte[] signature) {
    reply(job, reply(job, "SIGNED", null, ByteBuffer.wrap(signature), null));
  }

  private static SigningInput input(SigningJob job) {
    return job.getMu() == null
        ? new SigningInput.Message(bytes(job.getMessage()), bytes(job.getContext()))
        : new SigningInput.ExternalMu(bytes(job.getMu()));
  }

  private static byte[] bytes(@Nullable ByteBuffer buffer) {
    byte[] bytes = new byte[buffer == null ? 0 : buffer.remaining()];
    if (buffer != null) {
      buffer.duplicate().get(bytes);
    }
    return bytes;
  }

  public void refuse(SigningJob job, String code) {
    reply(job, reply(job, "REFUSED", code, null, null));
  }

  public void fail(SigningJob job, String code) {
    reply(job, reply(job, "FAILED", code, null, null));
  }

  public void generate(SigningJob job, byte[] publicKey, byte[] attestation) {
    reply(
        job,
        reply(
            job,
            "GENERATED",
            null,
            null,
            new GeneratedKey(
                ByteBuffer.wrap(publicKey),
                ByteBuffer.wrap(new byte[] {1}),
                ByteBuffer.wrap(new byte[60]),
                ByteBuffer.wrap(attestation))));
  }

  private static SigningReply reply(
      SigningJob job,
      String outcome,
      @Nullable String code,
      @Nullable ByteBuffer signature,
      @Nullable GeneratedKey generated) {
    return new SigningReply(
        job.getCustodian(),
        job.getRequestId(),
        job.getRequestType(),
        job.getDigest(),
        outcome,
        code,
        job.getKeyVersion(),
        Instant.now(),
        signature,
        generated,
        outcome.equals("FAILED") ? 3 : 0);
  }

  /// Where the worker would reply, by where it would have read the job.
  private void reply(SigningJob job, SigningReply reply) {
    String jobsTopic = jobs.seen(TopicTail.ofRequest(job.getRequestId())).getLast().topic();
    String topic = RunningGateway.TOPICS.repliesTo(jobsTopic);
    byte[] value = Objects.requireNonNull(serializer.serialize(topic, reply));
    Integer partition = job.getReplyPartition() < 0 ? null : job.getReplyPartition();
    send(new ProducerRecord<>(topic, partition, job.getRequestId().getBytes(UTF_8), value));
  }

  public void sendReplyBytes(String key, byte[] value) {
    send(new ProducerRecord<>(RunningGateway.TOPICS.replies(), key.getBytes(UTF_8), value));
  }

  /// So many jobs of a request, of which the gateway queues again what got lost: every other job is
  /// passed over meanwhile, as a worker does that makes nothing of it.
  public List<ConsumerRecord<byte[], byte[]>> jobRecordsPassingOver(String requestId, int count) {
    Await.until(
        count + " jobs of " + requestId,
        () -> {
          passOverEverything();
          jobs.toEnd();
          return jobs.seen(TopicTail.ofRequest(requestId)).size() >= count;
        });
    return jobs.seen(TopicTail.ofRequest(requestId));
  }

  private void passOverEverything() {
    try (Admin admin = Admin.create(new HashMap<>(settings))) {
      passOver(admin, "worker", RunningGateway.TOPICS.jobs());
      passOver(admin, "worker-bulk", RunningGateway.TOPICS.bulkJobs());
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private void passOver(Admin admin, String group, String topic) throws Exception {
    Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
    producer
        .partitionsFor(topic)
        .forEach(p -> latest.put(new TopicPartition(topic, p.partition()), OffsetSpec.latest()));
    Map<TopicPartition, OffsetAndMetadata> ends = new HashMap<>();
    admin
        .listOffsets(latest)
        .all()
        .get()
        .forEach((log, end) -> ends.put(log, new OffsetAndMetadata(end.offset())));
    admin.alterConsumerGroupOffsets(group, ends).all().get();
  }

  /// Sends a job to the dead letters as the worker does: as it came, with headers that say why.
  public void deadLetter(ConsumerRecord<byte[], byte[]> job, Map<String, String> why) {
    ProducerRecord<byte[], byte[]> letter =
        new ProducerRecord<>(RunningGateway.TOPICS.deadLetters(), job.key(), job.value());
    for (Header header : job.headers()) {
      letter.headers().add(header);
    }
    why.forEach((name, value) -> EventHeaders.set(letter.headers(), name, value));
    send(letter);
  }

  private void send(ProducerRecord<byte[], byte[]> record) {
    try {
      producer.send(record).get();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    producer.close();
    jobs.close();
    serializer.close();
    deserializer.close();
  }
}
