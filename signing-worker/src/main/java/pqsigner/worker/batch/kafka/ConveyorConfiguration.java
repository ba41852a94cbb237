package pqsigner.worker.batch.kafka;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.DefaultErrorHandler;
import pqsigner.events.Topics;
import pqsigner.events.poll.ConsumerTrouble;
import pqsigner.events.wire.EventRecords;
import pqsigner.kafka.Build;
import pqsigner.kafka.ConfiguredClass;
import pqsigner.kafka.GuardedConsumers;
import pqsigner.kafka.KafkaClients;
import pqsigner.kafka.PatientContainers;
import pqsigner.kafka.PollEvents;
import pqsigner.worker.enclave.EnclaveCircuit;
import pqsigner.worker.enclave.EnclaveClient;
import pqsigner.worker.enclave.EnclaveSession;
import pqsigner.worker.kafka.KafkaSends;
import pqsigner.worker.kafka.KafkaSettings;
import pqsigner.worker.lanes.DeadLetters;
import pqsigner.worker.lanes.LanesSettings;
import pqsigner.worker.lanes.RetryLanes;

@Configuration(proxyBeanMethods = false)
class ConveyorConfiguration {
  private static final String CLIENT = "worker";
  static final String GROUP = "worker";
  static final String BULK_GROUP = "worker-bulk";

  @Bean
  Topics topics(KafkaSettings settings) {
    return new Topics(settings.topicPrefix());
  }

  @Bean
  KafkaClients kafkaClients(KafkaProperties properties, SslBundles bundles, MeterRegistry meters) {
    return new KafkaClients(properties, bundles, meters);
  }

  @Bean
  DefaultKafkaProducerFactory<byte[], byte[]> workerProducers(KafkaClients clients) {
    return clients.producers(CLIENT);
  }

  @Bean
  KafkaTemplate<byte[], byte[]> workerKafka(
      DefaultKafkaProducerFactory<byte[], byte[]> workerProducers) {
    return new KafkaTemplate<>(workerProducers);
  }

  @Bean(destroyMethod = "close")
  Deserializer<?> jobDeserializer(KafkaSettings settings) {
    EventRecords.trust();
    Deserializer<?> deserializer =
        ConfiguredClass.create(settings.valueDeserializer(), Deserializer.class);
    deserializer.configure(settings.serdeConfiguration(), false);
    return deserializer;
  }

  @Bean(destroyMethod = "close")
  Serializer<SpecificRecord> replySerializer(KafkaSettings settings) {
    @SuppressWarnings("unchecked") // by contract it takes specific records
    Serializer<SpecificRecord> serializer =
        ConfiguredClass.create(settings.valueSerializer(), Serializer.class);
    serializer.configure(settings.serdeConfiguration(), false);
    return serializer;
  }

  @Bean
  RetryLanes retryLanes(Topics topics, LanesSettings settings) {
    return settings.lanes(topics);
  }

  @Bean
  ConveyorMetrics conveyorMetrics(MeterRegistry meters, BatchSettings settings) {
    return new ConveyorMetrics(meters, settings.deadline(), settings.maxRecords());
  }

  @Bean
  OutcomePublisher outcomePublisher(
      KafkaTemplate<byte[], byte[]> workerKafka,
      OutcomePublisher.Destinations destinations,
      BatchSettings settings,
      InstantSource clock,
      ConveyorMetrics metrics) {
    return new OutcomePublisher(
        destinations, () -> new KafkaSends(workerKafka, settings.publishTimeout()), clock, metrics);
  }

  @Bean
  ConsumerTrouble consumerTrouble(
      KafkaTemplate<byte[], byte[]> workerKafka,
      OutcomePublisher.Destinations destinations,
      BatchSettings settings,
      MeterRegistry meters) {
    return PollEvents.watching(
        (partition, first, next, reason) ->
            new KafkaSends(workerKafka, settings.publishTimeout())
                .sendAll(destinations.deadLetters().places(partition, first, next, reason)),
        new PollEvents.Meters(
            "pq.signer.worker.records.skipped",
            "pq.signer.worker.consumers.failing",
            "pq.signer.worker.consumer.failures"),
        meters);
  }

  @Bean
  OutcomePublisher.Destinations destinations(
      Topics topics,
      RetryLanes lanes,
      Serializer<SpecificRecord> replySerializer,
      KafkaTemplate<byte[], byte[]> workerKafka,
      InstantSource clock) {
    return new OutcomePublisher.Destinations(
        new Replies(
            topics, replySerializer, topic -> workerKafka.partitionsFor(topic).size(), clock),
        lanes,
        new DeadLetters(topics.deadLetters(), Build.version()));
  }

  @Bean
  BatchRound batchRound(
      Deserializer<?> jobDeserializer,
      EnclaveClient enclave,
      OutcomePublisher publisher,
      InstantSource clock,
      ConveyorMetrics metrics) {
    return new BatchRound(jobDeserializer, enclave, publisher, clock, metrics);
  }

  @Bean
  JobListener jobListener(
      BatchRound round, EnclaveCircuit circuit, EnclaveSession session, BatchSettings settings) {
    return new JobListener(
        round,
        circuit,
        session::recheck,
        new JobListener.Patience(
            settings.deadline(),
            settings.trialDeadline(),
            Duration.ofSeconds(10),
            Duration.ofSeconds(10)));
  }

  @Bean
  ConcurrentMessageListenerContainer<byte[], byte[]> jobContainer(
      KafkaClients clients,
      Topics topics,
      JobListener listener,
      BatchSettings settings,
      EnclaveCircuit circuit,
      ConsumerTrouble trouble) {
    return container(
        topics.jobs(),
        GROUP,
        settings.concurrency(),
        GuardedConsumers.guarded(
            clients.consumers(CLIENT, settings.maxRecords(), settings.maxBytes()), GROUP, trouble),
        listener,
        circuit);
  }

  /// Consumers of their own, so that a backlog of bulk is never in front of an interactive job.
  @Bean
  ConcurrentMessageListenerContainer<byte[], byte[]> bulkJobContainer(
      KafkaClients clients,
      Topics topics,
      JobListener listener,
      BatchSettings settings,
      EnclaveCircuit circuit,
      ConsumerTrouble trouble) {
    return container(
        topics.bulkJobs(),
        BULK_GROUP,
        settings.bulkConcurrency(),
        GuardedConsumers.guarded(
            clients.consumers(BULK_GROUP, settings.bulkMaxRecords(), settings.maxBytes()),
            BULK_GROUP,
            trouble),
        listener,
        circuit);
  }

  /// One listener serves both: what it remembers, it remembers by partition, and a record that is
  /// tried alone must be alone in the process.
  private static ConcurrentMessageListenerContainer<byte[], byte[]> container(
      String topic,
      String group,
      int concurrency,
      DefaultKafkaConsumerFactory<byte[], byte[]> consumers,
      JobListener listener,
      EnclaveCircuit circuit) {
    ContainerProperties properties = new ContainerProperties(topic);
    properties.setGroupId(group);
    properties.setAckMode(ContainerProperties.AckMode.BATCH);
    properties.setMessageListener(listener);
    properties.setConsumerRebalanceListener(listener);
    PatientContainers.patient(properties);
    ConcurrentMessageListenerContainer<byte[], byte[]> container =
        new ConcurrentMessageListenerContainer<>(consumers, properties);
    container.setConcurrency(concurrency);
    DefaultErrorHandler errors = PatientContainers.retryForever(() -> !circuit.isClosed());
    container.setCommonErrorHandler(errors);
    return container;
  }
}
