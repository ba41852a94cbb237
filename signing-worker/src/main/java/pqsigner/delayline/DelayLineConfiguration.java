package pqsigner.delayline;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementServerProperties;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.util.unit.DataSize;
import pqsigner.events.Topics;
import pqsigner.events.poll.ConsumerTrouble;
import pqsigner.kafka.Build;
import pqsigner.kafka.ConsumerWatch;
import pqsigner.kafka.GuardedConsumers;
import pqsigner.kafka.KafkaClients;
import pqsigner.kafka.PatientContainers;
import pqsigner.kafka.PollEvents;
import pqsigner.worker.kafka.KafkaSends;
import pqsigner.worker.lanes.DeadLetters;
import pqsigner.worker.lanes.LanesSettings;
import pqsigner.worker.lanes.RetryLane;

/// One consumer for each lane, and one producer for both.
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({
  KafkaProperties.class,
  ManagementServerProperties.class,
  LanesSettings.class,
  DelayLineSettings.class
})
class DelayLineConfiguration {
  private static final String CLIENT = "delay-line";
  private static final String FIRST_GROUP = "delay-line-5s";
  private static final String SECOND_GROUP = "delay-line-60s";
  private static final DataSize FETCH_MAX = DataSize.ofMegabytes(8);

  @Bean
  KafkaClients kafkaClients(KafkaProperties properties, SslBundles bundles, MeterRegistry meters) {
    return new KafkaClients(properties, bundles, meters);
  }

  @Bean
  DefaultKafkaProducerFactory<byte[], byte[]> producers(KafkaClients clients) {
    return clients.producers(CLIENT);
  }

  @Bean
  KafkaTemplate<byte[], byte[]> kafka(DefaultKafkaProducerFactory<byte[], byte[]> producers) {
    return new KafkaTemplate<>(producers);
  }

  @Bean
  ConsumerTrouble consumerTrouble(
      KafkaTemplate<byte[], byte[]> kafka, DelayLineSettings settings, MeterRegistry meters) {
    var deadLetters =
        new DeadLetters(new Topics(settings.topicPrefix()).deadLetters(), Build.version());
    return PollEvents.watching(
        (partition, first, next, reason) ->
            new KafkaSends(kafka, settings.publishTimeout())
                .sendAll(deadLetters.places(partition, first, next, reason)),
        new PollEvents.Meters(
            "pq.signer.delayline.records.skipped",
            "pq.signer.delayline.consumers.failing",
            "pq.signer.delayline.consumer.failures"),
        meters);
  }

  @Bean
  ConcurrentMessageListenerContainer<byte[], byte[]> firstLaneContainer(
      KafkaClients clients,
      KafkaTemplate<byte[], byte[]> kafka,
      LanesSettings lanes,
      DelayLineSettings settings,
      ConsumerTrouble trouble,
      MeterRegistry meters) {
    var topics = new Topics(settings.topicPrefix());
    RetryLane lane = lanes.lanes(topics).first();
    DelayLine line = line(lane, topics, kafka, settings, trouble, meters);
    return container(FIRST_GROUP, clients, line, settings, trouble);
  }

  @Bean
  ConcurrentMessageListenerContainer<byte[], byte[]> secondLaneContainer(
      KafkaClients clients,
      KafkaTemplate<byte[], byte[]> kafka,
      LanesSettings lanes,
      DelayLineSettings settings,
      ConsumerTrouble trouble,
      MeterRegistry meters) {
    var topics = new Topics(settings.topicPrefix());
    RetryLane lane = lanes.lanes(topics).second();
    DelayLine line = line(lane, topics, kafka, settings, trouble, meters);
    return container(SECOND_GROUP, clients, line, settings, trouble);
  }

  @Bean
  MeterBinder buildInfo() {
    return Build.info("pq.signer.delayline.build.info");
  }

  private static DelayLine line(
      RetryLane lane,
      Topics topics,
      KafkaTemplate<byte[], byte[]> kafka,
      DelayLineSettings settings,
      ConsumerTrouble trouble,
      MeterRegistry meters) {
    Counter returned =
        Counter.builder("pq.signer.delayline.returned")
            .description("Jobs moved from a retry lane back to the jobs topic")
            .tag("lane", lane.name())
            .register(meters);
    return new DelayLine(
        new DelayLine.Route(lane, topics, settings.pauseMax()),
        () -> new KafkaSends(kafka, settings.publishTimeout()),
        InstantSource.system(),
        _ -> returned.increment(),
        trouble.watch());
  }

  private static ConcurrentMessageListenerContainer<byte[], byte[]> container(
      String group,
      KafkaClients clients,
      DelayLine line,
      DelayLineSettings settings,
      ConsumerTrouble trouble) {
    ContainerProperties properties = new ContainerProperties(line.lane().topic());
    properties.setGroupId(group);
    properties.setAckMode(ContainerProperties.AckMode.MANUAL);
    properties.setMessageListener(line);
    PatientContainers.patient(properties);
    properties.setPollTimeout(settings.pauseMax().toMillis());
    ConcurrentMessageListenerContainer<byte[], byte[]> container =
        new ConcurrentMessageListenerContainer<>(
            GuardedConsumers.guarded(
                clients.consumers(CLIENT, settings.maxRecords(), FETCH_MAX), group, trouble),
            properties);
    container.setConcurrency(1);
    container.setCommonErrorHandler(PatientContainers.retryForever(() -> false));
    return container;
  }

  @Bean
  ConsumerWatch consumerWatch(ApplicationContext context) {
    return new ConsumerWatch(context);
  }

  @Bean(initMethod = "start", destroyMethod = "close")
  ManagementServer managementServer(
      ManagementServerProperties address,
      ApplicationAvailability availability,
      List<ConcurrentMessageListenerContainer<byte[], byte[]>> lanes,
      ConsumerTrouble trouble,
      PrometheusMeterRegistry meters)
      throws IOException {
    return new ManagementServer(
        address, new DelayLineHealth(availability, lanes, trouble), meters::scrape);
  }
}
