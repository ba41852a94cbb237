package pqsigner.gateway.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Future;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import pqsigner.events.avro.Command;
import pqsigner.events.avro.Result;
import pqsigner.events.wire.ConfluentAvroDeserializer;
import pqsigner.events.wire.ConfluentAvroSerializer;

/// A custodian's side: commands out, results in.
public final class Pipeline implements AutoCloseable {

  private final String custodian;
  private final KafkaProducer<byte[], byte[]> producer;
  private final ConfluentAvroSerializer serializer = new ConfluentAvroSerializer();
  private final ConfluentAvroDeserializer deserializer = new ConfluentAvroDeserializer();
  private final TopicTail results;

  public Pipeline(RunningGateway gateway, String custodian) {
    this.custodian = custodian;
    Map<String, Object> settings = new HashMap<>(gateway.kafka(custodian));
    settings.put("linger.ms", 0);
    producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    serializer.configure(gateway.serde(), false);
    deserializer.configure(gateway.serde(), false);
    results = new TopicTail(gateway.kafka(custodian), RunningGateway.TOPICS.results(custodian));
  }

  public static Command sign(@Nullable String requestId, String userId, String message) {
    return sign(requestId, userId, message, null);
  }

  public static Command sign(
      @Nullable String requestId, String userId, String message, @Nullable String deadline) {
    return Command.newBuilder()
        .setRequestType("sign")
        .setRequestId(requestId)
        .setUserId(userId)
        .setMessage(java.nio.ByteBuffer.wrap(message.getBytes(UTF_8)))
        .setDeadline(deadline)
        .build();
  }

  public byte[] bytes(SpecificRecord command) {
    return Objects.requireNonNull(
        serializer.serialize(RunningGateway.TOPICS.commands(custodian), command));
  }

  public RecordMetadata send(@Nullable String key, Command command) {
    return send(key, bytes(command));
  }

  public RecordMetadata send(@Nullable String key, byte @Nullable [] value) {
    return done(later(key, value));
  }

  /// Sends without waiting.
  public Future<RecordMetadata> later(@Nullable String key, byte @Nullable [] value) {
    return producer.send(
        new ProducerRecord<>(
            RunningGateway.TOPICS.commands(custodian),
            key == null ? null : key.getBytes(UTF_8),
            value));
  }

  public ConsumerRecord<byte[], byte[]> result(String requestId) {
    return results.await("the result of " + requestId, TopicTail.keyed(requestId));
  }

  public List<ConsumerRecord<byte[], byte[]>> results(String requestId, int count) {
    return results.await(count + " results of " + requestId, count, TopicTail.keyed(requestId));
  }

  public TopicTail resultsTail() {
    return results;
  }

  /// @param key record key, which is the `ce_id`
  public ConsumerRecord<byte[], byte[]> event(String key) {
    return results.await("the event " + key, TopicTail.keyed(key));
  }

  /// @param rival where the command lies that asked for another request's id
  public ConsumerRecord<byte[], byte[]> conflict(String requestId, RecordMetadata rival) {
    return event(requestId + " conflict " + rival.partition() + "-" + rival.offset());
  }

  public Result read(ConsumerRecord<byte[], byte[]> record) {
    return read(record, Result.class);
  }

  public <T extends SpecificRecord> T read(ConsumerRecord<byte[], byte[]> record, Class<T> type) {
    return type.cast(
        Objects.requireNonNull(deserializer.deserialize(record.topic(), record.value())));
  }

  private static RecordMetadata done(Future<RecordMetadata> sent) {
    try {
      return sent.get();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    producer.close();
    results.close();
    serializer.close();
    deserializer.close();
  }
}
