package pqsigner.gateway.admission.kafka;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.listener.ContainerProperties;
import pqsigner.events.Topics;
import pqsigner.gateway.admission.AdmitRequest;
import pqsigner.gateway.custodian.CustodianRules;
import pqsigner.gateway.fairness.InFlight;
import pqsigner.gateway.fairness.RefusedCommands;
import pqsigner.gateway.kafka.AvroValues;
import pqsigner.gateway.kafka.Containers;
import pqsigner.gateway.kafka.DeadLetters;
import pqsigner.gateway.kafka.KafkaSettings;
import pqsigner.gateway.kafka.Places;
import pqsigner.gateway.kafka.RecordWorker;
import pqsigner.gateway.ledger.RequestLedger;
import pqsigner.gateway.results.kafka.KafkaResultPublisher;
import pqsigner.gateway.waiting.ReplyAddress;

/// Wires the commands listener: every custodian's topic, found by pattern, in one group.
@Configuration(proxyBeanMethods = false)
public class CommandsConfiguration {

  public static final String GROUP = "gateway-commands";
  private static final Duration RESUME_WITHIN = Duration.ofMillis(100);

  @Bean
  RefusedCommands refusedCommands(KafkaSettings settings) {
    return new RefusedCommands(settings.refusedPerSecond(), System::nanoTime);
  }

  @Bean
  CommandHandler commandHandler(
      Topics topics,
      AvroValues values,
      CustodianRules rules,
      AdmitRequest admitRequest,
      RequestLedger ledger,
      InFlight inFlight,
      RefusedCommands refused,
      ReplyAddress replyAddress,
      KafkaResultPublisher results,
      DeadLetters deadLetters,
      InstantSource clock,
      MeterRegistry registry) {
    return new CommandHandler(
        topics,
        values,
        rules,
        admitRequest,
        ledger,
        inFlight,
        refused,
        replyAddress,
        results,
        deadLetters,
        clock,
        registry);
  }

  /// Commands and the replies to them share these, and step back while somebody waits.
  @Bean
  Places bulkPlaces(KafkaSettings settings, InFlight inFlight) {
    return new Places(
        () ->
            inFlight.anyInteractive()
                ? settings.bulkRecordsBesideCallers()
                : settings.bulkRecordsAtOnce());
  }

  @Bean
  CommandFlow commandFlow(
      CommandHandler handler,
      DeadLetters deadLetters,
      InFlight inFlight,
      RefusedCommands refused,
      Places bulkPlaces,
      Topics topics,
      MeterRegistry registry) {
    RecordWorker commands =
        new RecordWorker("commands", handler, deadLetters::divert, bulkPlaces, registry);
    return new CommandFlow(
        commands, topics, inFlight, refused, CommandsConfiguration::after, registry);
  }

  private static void after(Duration wait, Runnable work) {
    CompletableFuture.delayedExecutor(wait.toNanos(), TimeUnit.NANOSECONDS).execute(work);
  }

  @Bean
  ConcurrentMessageListenerContainer<byte[], byte[]> commandContainer(
      Containers containers, CommandFlow flow, Topics topics, KafkaSettings settings) {
    ContainerProperties properties =
        new ContainerProperties(Pattern.compile(Pattern.quote(topics.commandsPrefix()) + ".+"));
    // A partition that is resumed is read after the poll that is under way.
    properties.setPollTimeout(RESUME_WITHIN.toMillis());
    ConcurrentMessageListenerContainer<byte[], byte[]> container =
        containers.container(
            "commands",
            GROUP,
            properties,
            flow,
            settings.commandConsumers(),
            settings.recordsPerPoll());
    flow.control(container);
    return container;
  }
}
