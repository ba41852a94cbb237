package pqsigner.worker.batch.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.ToIntFunction;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;
import pqsigner.events.ErrorCode;
import pqsigner.events.EventHeaders;
import pqsigner.events.Topics;
import pqsigner.events.avro.GeneratedKey;
import pqsigner.events.avro.SigningJob;
import pqsigner.events.avro.SigningReply;
import pqsigner.kafka.Envelope;
import pqsigner.kafka.RegistryFailure;
import pqsigner.protocol.Answer;
import pqsigner.worker.batch.Outcome;
import pqsigner.worker.kafka.DependencyDownException;
import pqsigner.worker.lanes.Diversion;

/// Turns a final outcome into the record on the replies topic that belongs to the job's topic.
public final class Replies {
  static final String SOURCE = "/pq-signer/signing-worker";

  private final Topics topics;
  private final Serializer<SpecificRecord> serializer;
  private final ToIntFunction<String> partitions;
  private final InstantSource clock;

  /// @param partitions how many partitions a topic has
  public Replies(
      Topics topics,
      Serializer<SpecificRecord> serializer,
      ToIntFunction<String> partitions,
      InstantSource clock) {
    this.topics = topics;
    this.serializer = serializer;
    this.partitions = partitions;
    this.clock = clock;
  }

  /// @param from where the job came from, whose trace the reply continues
  /// @throws DependencyDownException when the schema registry cannot be asked
  /// @throws IllegalArgumentException for an outcome that is not final
  ProducerRecord<byte[], byte[]> reply(
      SigningJob job, Outcome outcome, ConsumerRecord<byte[], byte[]> from) {
    Instant now = clock.instant();
    SigningReply reply =
        switch (outcome) {
          case Outcome.Completed(Answer.Signed(var signature, var signedAt)) -> {
            SigningReply signed = reply(job, "SIGNED", null, Instant.ofEpochMilli(signedAt));
            signed.put("signature", ByteBuffer.wrap(signature));
            yield signed;
          }
          case Outcome.Completed(Answer.KeyGenerated generated) -> {
            SigningReply made = reply(job, "GENERATED", null, now);
            made.put("generated", generatedKey(generated));
            yield made;
          }
          case Outcome.Refused(var code) -> reply(job, "REFUSED", code, now);
          case Outcome.Expired() -> reply(job, "EXPIRED", ErrorCode.DEADLINE_EXCEEDED, now);
          case Outcome.DeadLettered _, Outcome.RetryLater _, Outcome.DependencyDown _ ->
              throw new IllegalArgumentException("not final");
        };
    return message(job, reply, now, from);
  }

  /// Tells the owner of a job that was given up, and kept whole for an operator.
  ProducerRecord<byte[], byte[]> givenUp(
      SigningJob job, Diversion diversion, ConsumerRecord<byte[], byte[]> from) {
    SigningReply failed = reply(job, "FAILED", diversion.code(), diversion.now());
    failed.put("attempts", diversion.attempts());
    return message(job, failed, diversion.now(), from);
  }

  private ProducerRecord<byte[], byte[]> message(
      SigningJob job, SigningReply reply, Instant now, ConsumerRecord<byte[], byte[]> from) {
    String topic = topics.repliesTo(from.topic());
    ProducerRecord<byte[], byte[]> message =
        new ProducerRecord<>(
            topic,
            partition(topic, job),
            job.getRequestId().getBytes(UTF_8),
            serialize(topic, reply));
    envelope(message.headers(), job, now, from.headers());
    return message;
  }

  private static SigningReply reply(
      SigningJob job, String outcome, @Nullable ErrorCode code, Instant completedAt) {
    return new SigningReply(
        job.getCustodian(),
        job.getRequestId(),
        job.getRequestType(),
        job.getDigest(),
        outcome,
        code == null ? null : code.code(),
        job.getKeyVersion(),
        completedAt,
        null,
        null,
        0);
  }

  private static GeneratedKey generatedKey(Answer.KeyGenerated generated) {
    return new GeneratedKey(
        ByteBuffer.wrap(generated.key().publicKey()),
        ByteBuffer.wrap(generated.key().encryptedDataKey()),
        ByteBuffer.wrap(generated.key().wrappedSeed()),
        ByteBuffer.wrap(generated.birthAttestation()));
  }

  /// A partition that does not exist would make the producer wait and fail for ever; by key the
  /// reply still reaches a gateway.
  private @Nullable Integer partition(String topic, SigningJob job) {
    int asked = job.getReplyPartition();
    return asked >= 0 && asked < partitions.applyAsInt(topic) ? asked : null;
  }

  private byte[] serialize(String topic, SigningReply reply) {
    try {
      return serializeAlone(topic, reply);
    } catch (RetriableException | SerializationException e) {
      throw RegistryFailure.isBehind(e) ? new DependencyDownException("schema registry", e) : e;
    }
  }

  /// Serialised, because a configured class need not be safe for several threads.
  private synchronized byte[] serializeAlone(String topic, SigningReply reply) {
    return serializer.serialize(topic, reply);
  }

  private static void envelope(Headers headers, SigningJob job, Instant now, Headers from) {
    Envelope.write(headers, SOURCE, job.getRequestId(), EventHeaders.TYPE_REPLY, now);
    for (String name : new String[] {EventHeaders.TRACEPARENT, EventHeaders.TRACESTATE}) {
      Header header = from.lastHeader(name);
      if (header != null) {
        headers.add(header);
      }
    }
  }
}
