package pqsigner.gateway.kafka;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import pqsigner.events.Topics;
import pqsigner.events.poll.ConsumerTrouble;
import pqsigner.kafka.Build;
import pqsigner.kafka.ConsumerWatch;
import pqsigner.kafka.KafkaClients;
import pqsigner.kafka.PollEvents;

/// Wires what all Kafka edges of the gateway share.
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(KafkaSettings.class)
public class KafkaConfiguration {

  @Bean
  Topics topics(KafkaSettings settings) {
    return settings.topics();
  }

  @Bean
  AvroValues avroValues(KafkaSettings settings) {
    return new AvroValues(settings);
  }

  @Bean
  KafkaClients kafkaClients(
      KafkaProperties properties, SslBundles bundles, MeterRegistry registry) {
    return new KafkaClients(properties, bundles, registry);
  }

  @Bean
  AwaitedSender awaitedSender(KafkaClients clients, KafkaSettings settings) {
    return new AwaitedSender(clients, settings.sendTimeout());
  }

  @Bean
  Containers containers(KafkaClients clients, ApplicationContext context, ConsumerTrouble trouble) {
    return new Containers(clients, context, trouble);
  }

  @Bean
  ConsumerTrouble consumerTrouble(DeadLetters deadLetters, MeterRegistry registry) {
    return PollEvents.watching(
        deadLetters::note,
        new PollEvents.Meters(
            "pq.signer.gateway.records.skipped",
            "pq.signer.gateway.consumers.failing",
            "pq.signer.gateway.consumer.failures"),
        registry);
  }

  @Bean
  DeadLetters deadLetters(AwaitedSender sender, Topics topics, MeterRegistry registry) {
    return new DeadLetters(sender, topics, registry);
  }

  @Bean
  ConsumerWatch consumerWatch(ApplicationContext context) {
    return new ConsumerWatch(context);
  }

  @Bean
  MeterBinder buildInfo() {
    return Build.info("pq.signer.gateway.build.info");
  }
}
