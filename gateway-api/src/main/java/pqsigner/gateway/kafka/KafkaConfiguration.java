package pqsigner.gateway.kafka;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.MicrometerConsumerListener;
import org.springframework.kafka.core.MicrometerProducerListener;
import pqsigner.events.Topics;
import pqsigner.events.poll.ConsumerTrouble;
import pqsigner.kafka.Build;
import pqsigner.kafka.ConsumerWatch;
import pqsigner.kafka.PollEvents;

/// Wires what all Kafka edges share. Boot's own factories are asked for what they know of addresses
/// and TLS, and used for nothing else.
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
  AwaitedSender awaitedSender(
      DefaultKafkaProducerFactory<?, ?> boot, KafkaSettings settings, MeterRegistry registry) {
    return new AwaitedSender(
        boot.getConfigurationProperties(),
        settings.sendTimeout(),
        new MicrometerProducerListener<>(registry));
  }

  @Bean
  Containers containers(
      DefaultKafkaConsumerFactory<?, ?> boot,
      ApplicationContext context,
      MeterRegistry registry,
      ConsumerTrouble trouble) {
    return new Containers(
        boot.getConfigurationProperties(),
        context,
        new MicrometerConsumerListener<>(registry),
        trouble);
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
