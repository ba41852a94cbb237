package pqsigner.gateway.replies;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.InstantSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.listener.ContainerProperties;
import pqsigner.attestation.AttestationVerifier;
import pqsigner.events.Topics;
import pqsigner.events.avro.SigningReply;
import pqsigner.gateway.kafka.AvroValues;
import pqsigner.gateway.kafka.Containers;
import pqsigner.gateway.kafka.DeadLetters;
import pqsigner.gateway.kafka.KafkaSettings;
import pqsigner.gateway.kafka.RecordWorker;
import pqsigner.gateway.ledger.RequestLedger;
import pqsigner.gateway.results.Release;

/// Wires the replies listener.
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(AttestationSettings.class)
public class RepliesConfiguration {

  public static final String GROUP = "gateway-replies";

  @Bean
  OwnedReplyPartitions ownedReplyPartitions(MeterRegistry registry) {
    OwnedReplyPartitions owned = new OwnedReplyPartitions();
    Gauge.builder("pq.signer.replies.partitions", owned, OwnedReplyPartitions::size)
        .description("Partitions of the replies topic that this gateway reads")
        .register(registry);
    return owned;
  }

  @Bean
  BirthCheck birthCheck(AttestationSettings settings, InstantSource clock) {
    return new BirthCheck(
        new AttestationVerifier(clock),
        settings.trustRoot(),
        settings.images(),
        settings.kmsKeyArn());
  }

  @Bean
  RecordReply recordReply(
      RequestLedger ledger, BirthCheck births, Release release, MeterRegistry registry) {
    return new RecordReply(ledger, births, release::release, registry);
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
        listening.worker(),
        settings.replyConsumers(),
        settings.recordsPerPoll());
  }

  @Bean
  ReplyListening replyListening(
      AvroValues values,
      RecordReply recordReply,
      DeadLetters deadLetters,
      KafkaSettings settings,
      Ages ages,
      MeterRegistry registry) {
    RecordWorker.RecordHandler handler =
        record -> {
          Reply reply =
              ReplyRecordReader.read(
                  values.decode(record.topic(), record.value(), SigningReply.class));
          recordReply.record(reply);
          ages.done(reply);
        };
    return new ReplyListening(
        new RecordWorker(
            "replies", handler, deadLetters::divert, settings.recordsAtOnce(), registry));
  }

  @Bean
  Ages replyAges(InstantSource clock, MeterRegistry registry) {
    return new Ages(
        clock,
        Timer.builder("pq.signer.replies.age")
            .description("From the worker's completion to the release of the recorded outcome")
            .publishPercentileHistogram()
            .register(registry));
  }

  record ReplyListening(RecordWorker worker) {}

  record Ages(InstantSource clock, Timer timer) {
    void done(Reply reply) {
      Duration age = Duration.between(reply.at(), clock.instant());
      timer.record(age.isNegative() ? Duration.ZERO : age);
    }
  }
}
