package pqsigner.gateway.queue;

import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import pqsigner.events.Topics;
import pqsigner.gateway.kafka.AvroValues;
import pqsigner.gateway.kafka.AwaitedSender;
import pqsigner.gateway.kafka.KafkaSettings;
import pqsigner.gateway.queue.kafka.KafkaJobQueue;

/// Wires the way to the worker.
@Configuration(proxyBeanMethods = false)
public class QueueConfiguration {

  @Bean
  AskedSignatures askedSignatures(MeterRegistry registry) {
    return new AskedSignatures(registry);
  }

  @Bean
  JobQueue jobQueue(
      AwaitedSender sender,
      AvroValues values,
      Topics topics,
      KafkaSettings settings,
      AskedSignatures asked) {
    return new RememberingJobQueue(
        new KafkaJobQueue(sender, values, topics, settings.jobKeySpread()), asked);
  }
}
