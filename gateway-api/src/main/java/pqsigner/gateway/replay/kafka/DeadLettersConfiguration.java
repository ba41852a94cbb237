package pqsigner.gateway.replay.kafka;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.listener.ContainerProperties;
import pqsigner.events.Topics;
import pqsigner.gateway.kafka.AvroValues;
import pqsigner.gateway.kafka.Containers;
import pqsigner.gateway.kafka.DeadLetters;
import pqsigner.gateway.kafka.KafkaSettings;
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
      DeadLetters deadLetters,
      Topics topics,
      KafkaSettings settings) {
    RecordWorker worker =
        new RecordWorker(
            "dead-letter",
            new DeadLetterHandler(values, ledger),
            deadLetters,
            settings.recordsAtOnce());
    return containers.container(
        "dead-letters",
        GROUP,
        new ContainerProperties(topics.deadLetters()),
        worker,
        1,
        settings.recordsPerPoll());
  }
}
