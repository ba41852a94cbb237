package pqsigner.gateway.admission.kafka;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.listener.BatchMessageListener;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import pqsigner.events.Priority;
import pqsigner.events.Topics;
import pqsigner.gateway.fairness.InFlight;
import pqsigner.gateway.fairness.RefusedCommands;

/// Back-pressure on a custodian's own topic: when its commands in flight have reached their bound,
/// or too many were refused, the partitions that they came from are paused until enough are
/// finished, or time has passed. The commands wait in Kafka, where there is room, and other
/// custodians' topics are read on.
final class CommandFlow implements BatchMessageListener<byte[], byte[]> {

  private static final Logger log = LoggerFactory.getLogger(CommandFlow.class);

  /// What the container can do about a partition.
  interface Valves {
    void pause(TopicPartition partition);

    void resume(TopicPartition partition);
  }

  /// Does something after a while.
  @FunctionalInterface
  interface Later {
    void run(Duration after, Runnable work);
  }

  private final BatchMessageListener<byte[], byte[]> commands;
  private final Topics topics;
  private final InFlight inFlight;
  private final RefusedCommands refused;
  private final Later later;
  private final ConcurrentMap<String, Set<TopicPartition>> paused = new ConcurrentHashMap<>();
  private volatile @Nullable Valves valves;

  CommandFlow(
      BatchMessageListener<byte[], byte[]> commands,
      Topics topics,
      InFlight inFlight,
      RefusedCommands refused,
      Later later,
      MeterRegistry registry) {
    this.commands = commands;
    this.topics = topics;
    this.inFlight = inFlight;
    this.refused = refused;
    this.later = later;
    inFlight.onBulkRoom(this::resume);
    Gauge.builder("pq.signer.gateway.commands.paused", paused, Map::size)
        .description(
            "Custodians whose commands wait because too many are in flight or were refused")
        .register(registry);
  }

  /// A partition may have moved to another consumer since it was paused, and come back later; so
  /// every consumer forgets.
  void control(ConcurrentMessageListenerContainer<byte[], byte[]> container) {
    control(
        new Valves() {
          @Override
          public void pause(TopicPartition partition) {
            container.pausePartition(partition);
          }

          @Override
          public void resume(TopicPartition partition) {
            container.getContainers().forEach(consumer -> consumer.resumePartition(partition));
          }
        });
  }

  void control(Valves given) {
    valves = given;
  }

  @Override
  public void onMessage(List<ConsumerRecord<byte[], byte[]>> records) {
    commands.onMessage(records);
    records.stream()
        .map(record -> new TopicPartition(record.topic(), record.partition()))
        .distinct()
        .collect(Collectors.groupingBy(TopicPartition::topic))
        .forEach(
            (topic, partitions) ->
                topics
                    .custodianOf(topic)
                    .filter(
                        custodian ->
                            inFlight.isFull(custodian, Priority.BULK)
                                || refused.debt(custodian).isPositive())
                    .ifPresent(custodian -> pause(custodian, partitions)));
  }

  private void pause(String custodian, Collection<TopicPartition> partitions) {
    paused.compute(
        custodian,
        (_, present) -> {
          if (present == null) {
            log.info("commands.paused custodian={}", custodian);
          }
          Set<TopicPartition> all = present == null ? ConcurrentHashMap.newKeySet() : present;
          all.addAll(partitions);
          partitions.forEach(partition -> valves().pause(partition));
          return all;
        });
    // The last result may have come between the look and the pause.
    resume(custodian);
    Duration debt = refused.debt(custodian);
    if (debt.isPositive()) {
      later.run(debt, () -> resume(custodian));
    }
  }

  private void resume(String custodian) {
    if (!inFlight.hasRoom(custodian, Priority.BULK) || refused.debt(custodian).isPositive()) {
      return;
    }
    paused.computeIfPresent(
        custodian,
        (_, partitions) -> {
          log.info("commands.resumed custodian={}", custodian);
          partitions.forEach(partition -> valves().resume(partition));
          return null;
        });
  }

  private Valves valves() {
    Valves present = valves;
    if (present == null) {
      throw new IllegalStateException("no container is under control");
    }
    return present;
  }
}
