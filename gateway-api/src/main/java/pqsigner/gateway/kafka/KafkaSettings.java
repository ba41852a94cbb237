package pqsigner.gateway.kafka;

import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.Map;
import java.util.TreeSet;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;
import pqsigner.events.Topics;
import pqsigner.events.wire.ConfluentAvroDeserializer;
import pqsigner.events.wire.ConfluentAvroSerializer;
import pqsigner.events.wire.RegistryAccess;

/// How the gateway uses Kafka. Addresses and certificates are Spring's (`spring.kafka.*`); what
/// correctness rests on (acks, idempotence, commits) is in code and cannot be configured away.
///
/// @param topicPrefix first part of every topic name; must be the worker's, and what the ACLs were
///   written for. If wrong: the topics are missing or forbidden, and nothing is consumed
/// @param valueSerializer class that writes Avro in the Confluent wire format; empty means ours. If
///   wrong: the gateway does not start, or the worker cannot read its jobs
/// @param valueDeserializer class that reads it; must be safe for use by many threads; empty means
///   ours. If wrong: records end as dead letters, `malformed_request`
/// @param serde passed to both as it is, by Confluent's keys, as `schema.registry.url`; values may
///   be secret and are not printed. If wrong: without the registry nothing is consumed or produced;
///   with another one, records end as dead letters
/// @param registryPlaintextAllowed lets the registry be asked over http, or without credentials, on
///   another machine; on loopback that is always allowed. If wrong: true lets whoever is on the way
///   answer for the registry and stop consumption; false and the gateway does not start where only
///   http is to be had
/// @param commandConsumers threads that poll commands, 1 to 64. If wrong: more than partitions
///   idle; too few let one busy custodian delay the others
/// @param replyConsumers threads that poll replies, 1 to 64. If wrong: more than partitions idle;
///   too few delay every answer
/// @param recordsAtOnce records of one poll that are worked on at the same time, 1 to 1024, of
///   replies to callers who wait; each may hold a connection to the ledger. If wrong: too few and a
///   flood is slow, too many and the ledger throttles
/// @param bulkRecordsAtOnce the same for commands and the replies to them, together, 1 to 1024. If
///   wrong: too few and a backlog is worked off slowly, too many and the ledger throttles
/// @param bulkRecordsBesideCallers the same while any HTTP request is in flight, 1 to 1024. If
///   wrong: too many stand in front of callers at the ledger and the broker; too few are all that
///   is left of bulk while callers come without a pause
/// @param refusedPerSecond commands of a custodian that one gateway may refuse, 1 to 100000; each
///   costs a row of the ledger. Beyond ten seconds' worth at once the custodian's commands topic is
///   paused. If wrong: too low and a pipeline with many mistakes waits long for its own good
///   commands, too high and it uses up the ledger's writes
/// @param recordsPerPoll records of one poll, 1 to 5000, each of up to 256 KiB. If wrong: too many
///   repeat much after a failure and cost memory; so many that a poll takes 90 s lose the
///   partitions; too few cost round trips
/// @param jobKeySpread partitions of the jobs topic that one busy user_id may use, 1 to 256. If
///   wrong: 1 keeps all jobs of a key together, which saves unwraps, and makes a hot user wait for
///   itself; many cost unwraps
/// @param sendTimeout how long a record may take to be acknowledged, 1s to 30s; a caller waits as
///   long. If wrong: too short leaves requests to the sweeper though the broker took them; too long
///   holds callers up while the broker is down
@Validated
@ConfigurationProperties(prefix = "pq-signer.kafka", ignoreUnknownFields = false)
public record KafkaSettings(
    @DefaultValue(Topics.DEFAULT_PREFIX) String topicPrefix,
    @DefaultValue("") String valueSerializer,
    @DefaultValue("") String valueDeserializer,
    @DefaultValue Map<String, String> serde,
    @DefaultValue("false") boolean registryPlaintextAllowed,
    @DefaultValue("2") @Min(1) @Max(64) int commandConsumers,
    @DefaultValue("2") @Min(1) @Max(64) int replyConsumers,
    @DefaultValue("64") @Min(1) @Max(1024) int recordsAtOnce,
    @DefaultValue("64") @Min(1) @Max(1024) int bulkRecordsAtOnce,
    @DefaultValue("4") @Min(1) @Max(1024) int bulkRecordsBesideCallers,
    @DefaultValue("200") @Min(1) @Max(100_000) int refusedPerSecond,
    @DefaultValue("128") @Min(1) @Max(5000) int recordsPerPoll,
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

  /// Names only: a registry's password is among the values.
  @Override
  public String toString() {
    return "KafkaSettings[topicPrefix="
        + topicPrefix
        + ", serde="
        + new TreeSet<>(serde.keySet())
        + "]";
  }

  @AssertTrue(message = "send-timeout must be between 1s and 30s")
  boolean isSendTimely() {
    return sendTimeout.compareTo(Duration.ofSeconds(1)) >= 0
        && sendTimeout.compareTo(Duration.ofSeconds(30)) <= 0;
  }

  @AssertTrue(
      message =
          "serde.schema.registry.url must be https with credentials, except on loopback;"
              + " registry-plaintext-allowed overrides this")
  boolean isRegistryProtected() {
    return registryPlaintextAllowed || RegistryAccess.complaint(serde).isEmpty();
  }

  private static String orOurs(String className, Class<?> ours) {
    return className.isEmpty() ? ours.getName() : className;
  }
}
