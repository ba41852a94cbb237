package pqsigner.gateway.recovery;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.core.KafkaAdmin;
import pqsigner.events.Topics;
import pqsigner.gateway.fairness.InFlight;
import pqsigner.gateway.keys.KeyRegistry;
import pqsigner.gateway.ledger.Backlog;
import pqsigner.gateway.ledger.LedgerPolicy;
import pqsigner.gateway.ledger.LedgerSettings;
import pqsigner.gateway.ledger.RequestLedger;
import pqsigner.gateway.queue.JobQueue;
import pqsigner.gateway.recovery.kafka.KafkaQueueReader;
import pqsigner.gateway.replies.RepliesConfiguration;
import pqsigner.gateway.results.Release;

/// Wires the sweeper.
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(RecoverySettings.class)
public class RecoveryConfiguration {

  @Bean
  LedgerPolicy ledgerPolicy(LedgerSettings retention, RecoverySettings recovery) {
    return new LedgerPolicy(
        recovery.requeueAfter(),
        recovery.requeueMax(),
        retention.resultRetention(),
        retention.digestRetention());
  }

  @Bean
  Sweep sweep(
      RequestLedger ledger,
      KeyRegistry keys,
      JobQueue queue,
      Release release,
      InFlight inFlight,
      QueueWatch queues,
      InstantSource clock) {
    return new Sweep(
        ledger,
        keys,
        queue,
        release::release,
        inFlight,
        queues,
        clock,
        RandomGenerator.getDefault());
  }

  @Bean
  Sweeper sweeper(
      Sweep sweep,
      QueueWatch queues,
      RecoverySettings settings,
      InstantSource clock,
      MeterRegistry registry) {
    return new Sweeper(sweep, queues, settings, clock, RandomGenerator.getDefault(), registry);
  }

  @Bean
  Backlog backlog(Sweeper sweeper) {
    return sweeper::behind;
  }

  @Bean(destroyMethod = "close")
  KafkaQueueReader queueReader(KafkaAdmin boot, Topics topics, InstantSource clock) {
    return new KafkaQueueReader(boot.getConfigurationProperties(), groups(topics), clock);
  }

  @Bean
  QueueWatch queueWatch(QueueReader reader, Topics topics, MeterRegistry registry) {
    return new QueueWatch(reader, topics, registry);
  }

  /// The worker's and the delay line's groups are named in their code.
  private static Map<String, String> groups(Topics topics) {
    return Map.of(
        topics.jobs(), "worker",
        topics.bulkJobs(), "worker-bulk",
        topics.retry5s(), "delay-line-5s",
        topics.retry60s(), "delay-line-60s",
        topics.replies(), RepliesConfiguration.GROUP,
        topics.bulkReplies(), RepliesConfiguration.BULK_GROUP);
  }
}
