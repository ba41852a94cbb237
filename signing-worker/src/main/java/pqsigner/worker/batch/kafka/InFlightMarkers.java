package pqsigner.worker.batch.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import pqsigner.worker.batch.StartMark;

/// What a worker remembers of the records that it has in hand.
///
/// Which are settled: their outcome is published, so a batch that is given again after a failure
/// asks only for the rest. A finished batch empties its partitions, so this never holds more than
/// one batch for each of them. A partition that moves elsewhere stays in here: the container goes
/// on giving the batch that it already has.
///
/// Which were in flight when something went down: [StartMark]s in the metadata of committed offsets
/// let whichever worker comes next find a record that takes its worker or its enclave down with it.
/// In the steady state this costs nothing: a mark is committed with the first batch after an
/// assignment, and after a failure with each record until the batch is done.
///
/// A partition is used by one consumer thread at a time; the maps are shared because assignments
/// move between threads.
final class InFlightMarkers {
  private static final Logger log = LoggerFactory.getLogger(InFlightMarkers.class);

  /// @param offset of the record that the mark is about
  private record Marked(long offset, StartMark mark) {}

  private final Duration timeout;
  private final Set<TopicPartition> fresh = ConcurrentHashMap.newKeySet();
  private final Map<TopicPartition, Marked> suspects = new ConcurrentHashMap<>();
  private final Map<TopicPartition, Set<Long>> settled = new ConcurrentHashMap<>();

  /// @param timeout for reading or committing offsets
  InFlightMarkers(Duration timeout) {
    this.timeout = timeout;
  }

  void assigned(Collection<TopicPartition> partitions) {
    fresh.addAll(partitions);
    suspects.keySet().removeAll(partitions);
  }

  void revoked(Collection<TopicPartition> partitions) {
    fresh.removeAll(partitions);
    suspects.keySet().removeAll(partitions);
  }

  /// Called before records are sent to the enclave. Reads what an earlier owner left behind and
  /// leaves a mark in its place.
  ///
  /// @return whether one of these partitions has a suspect, so that records must go one by one
  boolean begin(List<ConsumerRecord<byte[], byte[]>> messages, Consumer<?, ?> consumer) {
    Map<TopicPartition, Long> heads = heads(messages);
    Set<TopicPartition> unread = new HashSet<>(heads.keySet());
    unread.retainAll(fresh);
    if (!unread.isEmpty()) {
      Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(unread, timeout);
      Map<TopicPartition, OffsetAndMetadata> unmarked = new HashMap<>();
      for (TopicPartition partition : unread) {
        long head = heads.getOrDefault(partition, 0L);
        Optional<StartMark> found = find(committed.get(partition), head);
        found.ifPresentOrElse(
            mark -> suspects.put(partition, new Marked(head, mark)),
            () -> unmarked.put(partition, marked(head, new StartMark(0))));
      }
      if (!unmarked.isEmpty()) {
        consumer.commitSync(unmarked, timeout);
      }
      fresh.removeAll(unread);
    }
    return heads.keySet().stream().anyMatch(suspects::containsKey);
  }

  /// Leaves a mark that this record is now tried alone. The commit also moves the offset up to it.
  ///
  /// @return how many times it was the only one in flight before when something went down
  int startAlone(ConsumerRecord<?, ?> message, Consumer<?, ?> consumer) {
    TopicPartition partition = partition(message);
    Marked marked = suspects.get(partition);
    StartMark before =
        marked != null && marked.offset == message.offset() ? marked.mark : new StartMark(0);
    StartMark mark = before.onceMoreAlone();
    consumer.commitSync(Map.of(partition, marked(message.offset(), mark)), timeout);
    suspects.put(partition, new Marked(message.offset(), mark));
    return before.alone();
  }

  /// The try did not go down: something else was in the way, which is not held against the record.
  void takeBack(ConsumerRecord<?, ?> message) {
    suspects.computeIfPresent(
        partition(message),
        (_, marked) ->
            new Marked(marked.offset, new StartMark(Math.max(0, marked.mark.alone() - 1))));
  }

  /// Those that are not settled were in flight together when something went down: from now on they
  /// go one by one. The notes are best effort, since the broker may be what went down; this worker
  /// remembers anyway.
  void suspect(List<ConsumerRecord<byte[], byte[]>> messages, Consumer<?, ?> consumer) {
    Map<TopicPartition, OffsetAndMetadata> notes = new HashMap<>();
    heads(left(messages))
        .forEach(
            (partition, head) -> {
              suspects.put(partition, new Marked(head, new StartMark(0)));
              notes.put(partition, marked(head, new StartMark(0)));
            });
    commitIfPossible(notes, consumer);
  }

  void settled(ConsumerRecord<?, ?> message) {
    settled.computeIfAbsent(partition(message), _ -> new HashSet<>()).add(message.offset());
  }

  /// Those that are not settled.
  List<ConsumerRecord<byte[], byte[]>> left(List<ConsumerRecord<byte[], byte[]>> messages) {
    return messages.stream().filter(message -> !isSettled(message)).toList();
  }

  /// Commits what is settled of a batch that is not finished, as far as there is no gap. Where a
  /// suspect is, each try of its own commits that already, and its mark must stay.
  void commitSettled(List<ConsumerRecord<byte[], byte[]>> messages, Consumer<?, ?> consumer) {
    Map<TopicPartition, OffsetAndMetadata> reached = new HashMap<>();
    Set<TopicPartition> stopped = new HashSet<>(suspects.keySet());
    for (ConsumerRecord<byte[], byte[]> message : messages) {
      if (!isSettled(message)) {
        stopped.add(partition(message));
      } else if (!stopped.contains(partition(message))) {
        reached.put(partition(message), new OffsetAndMetadata(message.offset() + 1));
      }
    }
    if (!reached.isEmpty()) {
      commitIfPossible(reached, consumer);
    }
  }

  private void commitIfPossible(
      Map<TopicPartition, OffsetAndMetadata> offsets, Consumer<?, ?> consumer) {
    try {
      consumer.commitSync(offsets, timeout);
    } catch (KafkaException e) {
      log.warn("offsets.not_committed cause={}", e.getClass().getSimpleName());
    }
  }

  /// The whole batch is done, and its ordinary commit wipes the marks.
  void done(List<ConsumerRecord<byte[], byte[]>> messages) {
    Set<TopicPartition> partitions = heads(messages).keySet();
    suspects.keySet().removeAll(partitions);
    settled.keySet().removeAll(partitions);
  }

  private boolean isSettled(ConsumerRecord<?, ?> message) {
    return settled.getOrDefault(partition(message), Set.of()).contains(message.offset());
  }

  /// A mark at or before the first record is about that record: nothing lies between.
  private static Optional<StartMark> find(@Nullable OffsetAndMetadata committed, long head) {
    return committed == null || committed.offset() > head
        ? Optional.empty()
        : StartMark.parse(committed.metadata());
  }

  private static OffsetAndMetadata marked(long offset, StartMark mark) {
    return new OffsetAndMetadata(offset, mark.text());
  }

  private static Map<TopicPartition, Long> heads(List<ConsumerRecord<byte[], byte[]>> messages) {
    Map<TopicPartition, Long> heads = new HashMap<>();
    messages.forEach(message -> heads.merge(partition(message), message.offset(), Math::min));
    return heads;
  }

  private static TopicPartition partition(ConsumerRecord<?, ?> message) {
    return new TopicPartition(message.topic(), message.partition());
  }
}
