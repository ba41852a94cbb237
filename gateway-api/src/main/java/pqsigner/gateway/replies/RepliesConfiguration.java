package pqsigner.gateway.replies;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.listener.ContainerProperties;
import pqsigner.attestation.nitro.AttestationVerifier;
import pqsigner.events.Priority;
import pqsigner.events.Topics;
import pqsigner.events.avro.SigningReply;
import pqsigner.gateway.kafka.AvroValues;
import pqsigner.gateway.kafka.Containers;
import pqsigner.gateway.kafka.DeadLetters;
import pqsigner.gateway.kafka.KafkaSettings;
import pqsigner.gateway.kafka.Places;
import pqsigner.gateway.kafka.RecordWorker;
import pqsigner.gateway.keys.KeyRegistry;
import pqsigner.gateway.ledger.RequestLedger;
import pqsigner.gateway.queue.AskedSignatures;
import pqsigner.gateway.replies.kafka.OwnedReplyPartitions;
import pqsigner.gateway.results.Release;
import pqsigner.mldsa.SignatureVerifier;
import pqsigner.mldsa.TestedVerifier;

/// Wires the replies listeners.
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(AttestationSettings.class)
public class RepliesConfiguration {

  private static final Logger log = LoggerFactory.getLogger(RepliesConfiguration.class);

  public static final String GROUP = "gateway-replies";
  public static final String BULK_GROUP = "gateway-replies-bulk";

  @Bean
  OwnedReplyPartitions ownedReplyPartitions(Topics topics, MeterRegistry registry) {
    OwnedReplyPartitions owned = new OwnedReplyPartitions(topics);
    for (Priority priority : Priority.values()) {
      Gauge.builder("pq.signer.gateway.replies.partitions", owned, o -> o.size(priority))
          .description("Partitions of the replies topics that this gateway reads")
          .tag("priority", priority.name().toLowerCase(Locale.ROOT))
          .register(registry);
    }
    return owned;
  }

  @Bean
  BirthCheck birthCheck(AttestationSettings settings, InstantSource clock) {
    return new BirthCheck(
        new AttestationVerifier(clock),
        settings.trustRoot(),
        settings.images().stream().map(AttestationSettings.Image::registers).toList(),
        settings.hostRegisters(),
        settings.kmsKeyArn());
  }

  @Bean
  SignatureVerifier signatureVerifier() {
    TestedVerifier verifier = TestedVerifier.start();
    log.info("verifier.tested verifier={}", verifier);
    return verifier;
  }

  @Bean
  SignatureCheck signatureCheck(
      AskedSignatures asked, RequestLedger ledger, KeyRegistry keys, SignatureVerifier verifier) {
    return new SignatureCheck(asked, ledger, keys, verifier);
  }

  @Bean
  InvalidReplies invalidReplies(RequestLedger ledger, InstantSource clock, MeterRegistry registry) {
    return new InvalidReplies(ledger, clock, registry);
  }

  @Bean
  RecordReply recordReply(
      RequestLedger ledger,
      BirthCheck births,
      SignatureCheck signatures,
      InvalidReplies invalid,
      Release release,
      MeterRegistry registry) {
    return new RecordReply(ledger, births, signatures, invalid, release::release, registry);
  }

  @Bean
  ConcurrentMessageListenerContainer<byte[], byte[]> replyContainer(
      Containers containers,
      ReplyListening listening,
      OwnedReplyPartitions owned,
      Topics topics,
      KafkaSettings settings) {
    ContainerProperties properties = new ContainerProperties(topics.replies());
    properties.setConsumerRebalanceListener(owned);
    return containers.container(
        "replies",
        GROUP,
        properties,
        listening.worker("replies", new Places(settings::recordsAtOnce)),
        settings.replyConsumers(),
        settings.recordsPerPoll());
  }

  /// A consumer of its own, so that a backlog of bulk is never in front of an interactive reply.
  @Bean
  ConcurrentMessageListenerContainer<byte[], byte[]> bulkReplyContainer(
      Containers containers,
      ReplyListening listening,
      OwnedReplyPartitions owned,
      Places bulkPlaces,
      Topics topics,
      KafkaSettings settings) {
    ContainerProperties properties = new ContainerProperties(topics.bulkReplies());
    properties.setConsumerRebalanceListener(owned);
    return containers.container(
        "replies-bulk",
        BULK_GROUP,
        properties,
        listening.worker("replies-bulk", bulkPlaces),
        1,
        settings.recordsPerPoll());
  }

  @Bean
  ReplyListening replyListening(
      AvroValues values,
      RecordReply recordReply,
      DeadLetters deadLetters,
      Ages ages,
      InstantSource clock,
      MeterRegistry registry) {
    RecordWorker.RecordHandler handler =
        record -> {
          Reply reply =
              ReplyRecordReader.read(
                  values.decode(record.topic(), record.value(), SigningReply.class),
                  clock.instant());
          recordReply.record(reply);
          ages.done(reply);
        };
    return new ReplyListening(handler, deadLetters, registry);
  }

  @Bean
  Ages replyAges(InstantSource clock, MeterRegistry registry) {
    return new Ages(
        clock,
        Timer.builder("pq.signer.gateway.replies.age")
            .description("From the worker's completion to the release of the recorded outcome")
            .register(registry));
  }

  /// What both listeners do with a reply.
  record ReplyListening(
      RecordWorker.RecordHandler handler, DeadLetters deadLetters, MeterRegistry registry) {
    RecordWorker worker(String name, Places places) {
      return new RecordWorker(name, handler, deadLetters::divert, places, registry);
    }
  }

  record Ages(InstantSource clock, Timer timer) {
    void done(Reply reply) {
      Duration age = Duration.between(reply.at(), clock.instant());
      timer.record(age.isNegative() ? Duration.ZERO : age);
    }
  }
}
