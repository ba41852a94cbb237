package pqsigner.gateway.results;

import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import pqsigner.events.Topics;
import pqsigner.gateway.fairness.InFlight;
import pqsigner.gateway.kafka.AvroValues;
import pqsigner.gateway.kafka.AwaitedSender;
import pqsigner.gateway.ledger.ReplayLimit;
import pqsigner.gateway.queue.AskedSignatures;
import pqsigner.gateway.results.kafka.KafkaResultPublisher;
import pqsigner.gateway.waiting.PendingReplies;

/// Wires the way back to custodians.
@Configuration(proxyBeanMethods = false)
public class ResultsConfiguration {

  @Bean
  KafkaResultPublisher resultPublisher(
      AwaitedSender sender,
      AvroValues values,
      Topics topics,
      ReplayLimit limit,
      MeterRegistry registry) {
    return new KafkaResultPublisher(sender, values, topics, limit, registry);
  }

  @Bean
  Release release(
      PendingReplies waiting,
      KafkaResultPublisher results,
      InFlight inFlight,
      AskedSignatures asked) {
    return new Release(waiting, results, inFlight, asked);
  }
}
