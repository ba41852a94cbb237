package pqsigner.gateway.replay.kafka;

import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.listener.ContainerProperties;
import pqsigner.events.Topics;
import pqsigner.gateway.kafka.AvroValues;
import pqsigner.gateway.kafka.Containers;
import pqsigner.gateway.kafka.KafkaSettings;
import pqsigner.gateway.kafka.Places;
import pqsigner.gateway.kafka.RecordWorker;
import pqsigner.gateway.ledger.RequestLedger;

/// Wires the reader of the dead letters.
@Configuration(proxyBeanMethods = false)
public class DeadLettersConfiguration {

  public static final String GROUP = "gateway-dead-letters";

  @Bean
  ConcurrentMessageListenerContainer<byte[], byte[]> deadLetterContainer(
      Containers containers,
      AvroValues values,
      RequestLedger ledger,
      Topics topics,
      KafkaSettings settings,
      MeterRegistry registry) {
    RecordWorker worker =
        new RecordWorker(
            "dead-letters",
            new DeadLetterHandler(values, ledger),
            DeadLetterHandler::leave,
            new Places(settings::recordsAtOnce),
            registry);
    return containers.container(
        "dead-letters",
        GROUP,
        new ContainerProperties(topics.deadLetters()),
        worker,
        1,
        settings.recordsPerPoll());
  }

  /// @param boot knows addresses and TLS
  @Bean
  UndecodableRecords undecodableRecords(
      DefaultKafkaConsumerFactory<?, ?> boot, AvroValues values, Topics topics) {
    return new UndecodableRecords(boot.getConfigurationProperties(), topics.deadLetters(), values);
  }
}
