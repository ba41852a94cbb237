package pqsigner.cli.demo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import pqsigner.events.Topics;
import pqsigner.events.avro.GeneratedKey;
import pqsigner.events.avro.SigningJob;
import pqsigner.events.avro.SigningReply;
import pqsigner.events.wire.ConfluentAvroDeserializer;
import pqsigner.events.wire.ConfluentAvroSerializer;
import pqsigner.local.LocalStack;
import pqsigner.protocol.Answer;
import pqsigner.protocol.Frame;
import pqsigner.protocol.KeyIdentity;
import pqsigner.protocol.Request;
import pqsigner.protocol.transport.Connection;
import pqsigner.protocol.transport.EndpointAddress;
import pqsigner.protocol.transport.Transport;

/// The Nitro host in hostile hands: it holds the worker's certificate and the enclave's socket, and
/// keeps the honest worker quiet.
final class HostileHost implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final Duration POLL = Duration.ofMillis(200);

  private final LocalStack stack;
  private final Topics topics = new Topics(Topics.DEFAULT_PREFIX);
  private final KafkaConsumer<byte[], byte[]> jobs;
  private final KafkaProducer<String, SpecificRecord> replies;
  private final ConfluentAvroDeserializer decoder = new ConfluentAvroDeserializer();

  /// Stops the worker where it stands and takes its place, until it is closed.
  HostileHost(Cast cast) {
    this.stack = cast.stack();
    Map<String, Object> settings = new HashMap<>(cast.identity("worker").kafkaSettings());
    settings.put("bootstrap.servers", stack.bootstrapServers());
    settings.put("enable.auto.commit", false);
    settings.put("enable.metrics.push", false);
    String registry = stack.registry().toString();
    decoder.configure(Map.of("schema.registry.url", registry), false);
    var encoder = new ConfluentAvroSerializer();
    encoder.configure(
        Map.of("schema.registry.url", registry, "auto.register.schemas", false), false);
    this.jobs =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    this.replies = new KafkaProducer<>(settings, new StringSerializer(), encoder);
    List<TopicPartition> partitions =
        jobs.partitionsFor(topics.jobs()).stream()
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    jobs.assign(partitions);
    jobs.seekToEnd(partitions);
    partitions.forEach(jobs::position);
    stack.process("worker").suspend();
  }

  /// Reads along until the job of a request comes by.
  SigningJob job(String requestId) {
    long until = System.nanoTime() + TIMEOUT.toNanos();
    while (System.nanoTime() - until < 0) {
      for (ConsumerRecord<byte[], byte[]> record : jobs.poll(POLL)) {
        if (decoder.deserialize(record.topic(), record.headers(), record.value())
                instanceof SigningJob job
            && job.getRequestId().equals(requestId)) {
          return job;
        }
      }
    }
    throw new DemoFailure("the job of " + requestId + " did not come");
  }

  void forgeSignature(SigningJob job, byte[] signature) {
    SigningReply reply = reply(job, "SIGNED");
    reply.put("signature", ByteBuffer.wrap(signature));
    send(job, reply);
  }

  /// A genuine public key with its genuine attestation, in front of what seals another.
  void forgeBirth(SigningJob job, Answer.KeyGenerated shown, Answer.KeyGenerated hidden) {
    SigningReply reply = reply(job, "GENERATED");
    reply.put(
        "generated",
        new GeneratedKey(
            ByteBuffer.wrap(shown.key().publicKey()),
            ByteBuffer.wrap(hidden.key().encryptedDataKey()),
            ByteBuffer.wrap(hidden.key().wrappedSeed()),
            ByteBuffer.wrap(shown.birthAttestation())));
    send(job, reply);
  }

  /// Has the enclave make a key for this job, as the worker would.
  Answer.KeyGenerated generate(SigningJob job) throws IOException {
    byte[] nonce = new byte[job.getBirthNonce().remaining()];
    job.getBirthNonce().duplicate().get(nonce);
    var identity =
        new KeyIdentity(job.getCustodian(), job.getUserId(), job.getAlg(), job.getKeyVersion());
    var request = new Request.GenerateKey(identity, job.getRequestId(), nonce, 0);
    try (Connection enclave =
        Transport.connect(EndpointAddress.parse(stack.enclaveAddress()), TIMEOUT)) {
      enclave.readTimeout(TIMEOUT);
      enclave.output().write(Frame.of(1, request).encode());
      Frame answer = Frame.read(enclave.input());
      if (answer != null
          && Answer.decode(answer.type(), answer.body()) instanceof Answer.KeyGenerated born) {
        return born;
      }
      throw new DemoFailure("the enclave made no key");
    }
  }

  private static SigningReply reply(SigningJob job, String outcome) {
    return new SigningReply(
        job.getCustodian(),
        job.getRequestId(),
        job.getRequestType(),
        job.getDigest(),
        outcome,
        null,
        job.getKeyVersion(),
        Instant.now(),
        null,
        null,
        0);
  }

  private void send(SigningJob job, SigningReply reply) {
    int partition = job.getReplyPartition();
    var record =
        new ProducerRecord<String, SpecificRecord>(
            topics.replies(), partition < 0 ? null : partition, job.getRequestId(), reply);
    try {
      replies.send(record).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DemoFailure("interrupted");
    } catch (ExecutionException e) {
      throw new DemoFailure("the broker did not take the reply: " + e.getCause());
    }
  }

  /// Lets the honest worker go on.
  @Override
  public void close() {
    stack.process("worker").resume();
    jobs.close();
    replies.close();
    decoder.close();
  }
}
