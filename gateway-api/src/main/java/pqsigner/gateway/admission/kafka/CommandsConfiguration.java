package pqsigner.gateway.admission.kafka;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.regex.Pattern;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.listener.ContainerProperties;
import pqsigner.events.Topics;
import pqsigner.gateway.admission.AdmitRequest;
import pqsigner.gateway.kafka.AvroValues;
import pqsigner.gateway.kafka.Containers;
import pqsigner.gateway.kafka.DeadLetters;
import pqsigner.gateway.kafka.KafkaSettings;
import pqsigner.gateway.kafka.RecordWorker;
import pqsigner.gateway.ledger.RequestLedger;
import pqsigner.gateway.results.KafkaResultPublisher;

/// Wires the commands listener: every custodian's topic, found by pattern, in one group.
@Configuration(proxyBeanMethods = false)
public class CommandsConfiguration {

  public static final String GROUP = "gateway-commands";

  @Bean
  CommandHandler.Wire commandWire(
      Topics topics, AvroValues values, KafkaResultPublisher results, DeadLetters deadLetters) {
    return new CommandHandler.Wire(topics, values, results, deadLetters);
  }

  @Bean
  CommandHandler commandHandler(
      CommandHandler.Wire wire,
      AdmitRequest admitRequest,
      RequestLedger ledger,
      InstantSource clock,
      MeterRegistry registry) {
    return new CommandHandler(wire, admitRequest, ledger, clock, registry);
  }

  @Bean
  ConcurrentMessageListenerContainer<byte[], byte[]> commandContainer(
      Containers containers,
      CommandHandler handler,
      DeadLetters deadLetters,
      Topics topics,
      KafkaSettings settings,
      MeterRegistry registry) {
    return containers.container(
        "commands",
        GROUP,
        new ContainerProperties(Pattern.compile(Pattern.quote(topics.commandsPrefix()) + ".+")),
        new RecordWorker(
            "commands", handler, deadLetters::divert, settings.recordsAtOnce(), registry),
        settings.commandConsumers(),
        settings.recordsPerPoll());
  }
}
