package pqsigner.gateway.kafka;

import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;
import pqsigner.events.Topics;
import pqsigner.events.wire.ConfluentAvroDeserializer;
import pqsigner.events.wire.ConfluentAvroSerializer;

/// How the gateway uses Kafka. Addresses and certificates are Spring's (`spring.kafka.*`); what
/// correctness rests on (acks, idempotence, commits) is in code and cannot be configured away.
///
/// @param topicPrefix of every topic
/// @param valueSerializer class that writes Avro in the Confluent wire format
/// @param valueDeserializer class that reads it; must be safe for use by many threads
/// @param serde passed to both as it is, by Confluent's keys, as `schema.registry.url`
/// @param commandConsumers threads that poll commands; more than partitions idle
/// @param replyConsumers threads that poll replies
/// @param recordsAtOnce records of one poll that are worked on at the same time; each may hold a
///   connection to the ledger. For replies to callers who wait. Too few and a flood is slow, too
///   many and the ledger throttles
/// @param bulkRecordsAtOnce the same for commands and the replies to them, together
/// @param bulkRecordsBesideCallers the same while any HTTP request is in flight: what callers wait
///   behind at the ledger and the broker, and what is left of bulk while they come without a pause
/// @param recordsPerPoll bounds what is repeated after a failure, and memory
/// @param jobKeySpread partitions of the jobs topic that one busy user_id may use; 1 keeps all jobs
///   of a key together, which saves unwraps, and makes a hot user wait for itself
/// @param sendTimeout how long a record may take to be acknowledged; a caller waits as long
@Validated
@ConfigurationProperties("pq-signer.kafka")
public record KafkaSettings(
    @DefaultValue(Topics.DEFAULT_PREFIX) String topicPrefix,
    @DefaultValue("") String valueSerializer,
    @DefaultValue("") String valueDeserializer,
    @DefaultValue Map<String, String> serde,
    @DefaultValue("2") @Min(1) @Max(64) int commandConsumers,
    @DefaultValue("2") @Min(1) @Max(64) int replyConsumers,
    @DefaultValue("64") @Min(1) @Max(1024) int recordsAtOnce,
    @DefaultValue("64") @Min(1) @Max(1024) int bulkRecordsAtOnce,
    @DefaultValue("4") @Min(1) @Max(1024) int bulkRecordsBesideCallers,
    @DefaultValue("256") @Min(1) @Max(5000) int recordsPerPoll,
    @DefaultValue("4") @Min(1) @Max(256) int jobKeySpread,
    @DefaultValue("5s") Duration sendTimeout) {

  public KafkaSettings {
    valueSerializer = orOurs(valueSerializer, ConfluentAvroSerializer.class);
    valueDeserializer = orOurs(valueDeserializer, ConfluentAvroDeserializer.class);
    serde = Map.copyOf(serde);
  }

  public Topics topics() {
    return new Topics(topicPrefix);
  }

  @AssertTrue(message = "send-timeout must be between 1s and 30s")
  boolean isSendTimely() {
    return sendTimeout.compareTo(Duration.ofSeconds(1)) >= 0
        && sendTimeout.compareTo(Duration.ofSeconds(30)) <= 0;
  }

  private static String orOurs(String className, Class<?> ours) {
    return className.isEmpty() ? ours.getName() : className;
  }
}
