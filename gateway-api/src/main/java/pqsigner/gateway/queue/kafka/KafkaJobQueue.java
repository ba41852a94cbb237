package pqsigner.gateway.queue.kafka;

import java.nio.ByteBuffer;
import java.util.Objects;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;
import pqsigner.events.EventHeaders;
import pqsigner.events.Topics;
import pqsigner.events.avro.SigningJob;
import pqsigner.events.avro.WrappedKey;
import pqsigner.gateway.kafka.AvroValues;
import pqsigner.gateway.kafka.AwaitedSender;
import pqsigner.gateway.kafka.CloudEvent;
import pqsigner.gateway.keys.RegisteredKey;
import pqsigner.gateway.ledger.LedgerEntry;
import pqsigner.gateway.ledger.Request;
import pqsigner.gateway.ledger.RequestContent;
import pqsigner.gateway.log.RequestLog;
import pqsigner.gateway.queue.JobQueue;
import pqsigner.gateway.queue.QueueUnavailableException;

/// The jobs topics.
///
/// The record key is the signing key's name, so that the jobs of one key come to the same worker
/// and share one unwrap; a busy key is spread over a few names, by its requests.
public final class KafkaJobQueue implements JobQueue {

  private final AwaitedSender sender;
  private final AvroValues values;
  private final Topics topics;
  private final int keySpread;

  public KafkaJobQueue(AwaitedSender sender, AvroValues values, Topics topics, int keySpread) {
    this.sender = sender;
    this.values = values;
    this.topics = topics;
    this.keySpread = keySpread;
  }

  @Override
  public void enqueue(LedgerEntry entry, @Nullable RegisteredKey key, int replyPartition) {
    String topic = topics.jobs(entry.request().origin().priority());
    byte[] value;
    try {
      value = values.encode(topic, job(entry.request(), key, replyPartition));
    } catch (RetriableException e) {
      throw new QueueUnavailableException("schema registry: " + e.getClass().getSimpleName(), e);
    }
    CloudEvent event =
        new CloudEvent(
            entry.custodian(),
            entry.requestId(),
            EventHeaders.TYPE_JOB,
            entry.request().acceptedAt(),
            entry.request().traceparent());
    ProducerRecord<byte[], byte[]> record =
        event.record(topic, null, recordKey(entry.request()), value);
    int replays = entry.progress().replays();
    if (replays > 0) {
      EventHeaders.set(record.headers(), EventHeaders.REPLAYS, Integer.toString(replays));
    }
    sender.send(record);
    RequestLog.queued(entry.custodian(), entry.requestId(), topic);
  }

  /// `custodian/user_id`, or one of its `#n` names. Two users may share a name by accident; they
  /// then share a partition, which is all that a record key decides.
  String recordKey(Request request) {
    String name = request.custodian() + "/" + request.userId();
    return keySpread == 1
        ? name
        : name + "#" + Math.floorMod(request.requestId().hashCode(), keySpread);
  }

  private static SigningJob job(Request request, @Nullable RegisteredKey key, int replyPartition) {
    RequestContent content =
        Objects.requireNonNull(request.content(), "only an unfinished request can be queued");
    return SigningJob.newBuilder()
        .setCustodian(request.custodian())
        .setRequestId(request.requestId())
        .setRequestType(Objects.requireNonNull(request.type()).jobLabel())
        .setUserId(Objects.requireNonNull(request.userId()))
        .setAlg(Objects.requireNonNull(request.algorithm()).label())
        .setKeyVersion(request.keyVersion())
        .setDigest(ByteBuffer.wrap(request.digest()))
        .setMessage(wrap(content.message()))
        .setMu(wrap(content.mu()))
        .setContext(content.context().length == 0 ? null : wrap(content.context()))
        .setBirthNonce(wrap(content.birthNonce()))
        .setDeadline(request.deadline())
        .setAcceptedAt(request.acceptedAt())
        .setReplyPartition(replyPartition)
        .setKey(key == null ? null : wrapped(key))
        .build();
  }

  private static WrappedKey wrapped(RegisteredKey key) {
    return new WrappedKey(
        ByteBuffer.wrap(key.publicKey()),
        ByteBuffer.wrap(key.encryptedDataKey()),
        ByteBuffer.wrap(key.wrappedSeed()));
  }

  private static @Nullable ByteBuffer wrap(byte @Nullable [] bytes) {
    return bytes == null ? null : ByteBuffer.wrap(bytes);
  }
}
