package pqsigner.worker.config;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.listener.ContainerProperties;
import pqsigner.events.Topics;
import pqsigner.worker.kafka.KafkaSends;
import pqsigner.worker.lanes.DelayLine;
import pqsigner.worker.lanes.RetryLane;
import pqsigner.worker.lanes.RetryLanes;

@Configuration(proxyBeanMethods = false)
class LanesWiring {
  static final String FIRST_GROUP = "delay-line-5s";
  static final String SECOND_GROUP = "delay-line-60s";

  @Bean
  DefaultKafkaProducerFactory<byte[], byte[]> delayLineProducers(
      KafkaClients clients, LanesSettings settings) {
    return clients.producers(clients.delayLine(settings));
  }

  @Bean
  KafkaTemplate<byte[], byte[]> delayLineKafka(
      DefaultKafkaProducerFactory<byte[], byte[]> delayLineProducers) {
    return new KafkaTemplate<>(delayLineProducers);
  }

  /// What both lanes share.
  record Line(
      KafkaClients clients,
      KafkaTemplate<byte[], byte[]> kafka,
      Topics topics,
      LanesSettings lanes,
      BatchSettings batch,
      InstantSource clock,
      MeterRegistry meters) {}

  @Bean
  Line line(
      KafkaClients clients,
      KafkaTemplate<byte[], byte[]> delayLineKafka,
      Topics topics,
      LanesSettings lanes,
      BatchSettings batch,
      InstantSource clock,
      MeterRegistry meters) {
    return new Line(clients, delayLineKafka, topics, lanes, batch, clock, meters);
  }

  @Bean
  ConcurrentMessageListenerContainer<byte[], byte[]> firstLaneContainer(
      Line line, RetryLanes lanes) {
    return container(line, lanes.first(), FIRST_GROUP);
  }

  @Bean
  ConcurrentMessageListenerContainer<byte[], byte[]> secondLaneContainer(
      Line line, RetryLanes lanes) {
    return container(line, lanes.second(), SECOND_GROUP);
  }

  private static ConcurrentMessageListenerContainer<byte[], byte[]> container(
      Line line, RetryLane lane, String group) {
    ContainerProperties properties = new ContainerProperties(lane.topic());
    properties.setGroupId(group);
    properties.setAckMode(ContainerProperties.AckMode.MANUAL);
    properties.setMessageListener(
        new DelayLine(
            new DelayLine.Route(lane, line.topics, line.lanes.pauseMax()),
            () -> new KafkaSends(line.kafka, line.batch.publishTimeout()),
            line.clock,
            _ ->
                line.meters.counter("pq_signer.worker.returned", "lane", lane.name()).increment()));
    Containers.patient(properties);
    properties.setPollTimeout(line.lanes.pauseMax().toMillis());
    ConcurrentMessageListenerContainer<byte[], byte[]> container =
        new ConcurrentMessageListenerContainer<>(
            line.clients.consumers(
                line.clients.delayLine(line.lanes), line.batch.maxRecords(), line.batch.maxBytes()),
            properties);
    container.setConcurrency(1);
    container.setCommonErrorHandler(Containers.retryForEver(() -> false));
    return container;
  }
}
