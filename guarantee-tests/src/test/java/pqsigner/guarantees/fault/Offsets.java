package pqsigner.guarantees.fault;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import pqsigner.guarantees.stack.Stack;

/// The committed offsets of every group of the gateway and the worker.
final class Offsets implements AutoCloseable {
  private final Admin admin;
  private final Map<String, Map<TopicPartition, OffsetAndMetadata>> remembered = new HashMap<>();

  Offsets(Stack stack) {
    Map<String, Object> settings = new HashMap<>(stack.identity("admin").kafkaSettings());
    settings.put("bootstrap.servers", stack.local().bootstrapServers());
    this.admin = Admin.create(settings);
  }

  void remember() throws Exception {
    List<String> groups =
        admin.listGroups().all().get().stream()
            .map(GroupListing::groupId)
            .filter(group -> group.startsWith("gateway-") || group.startsWith("worker"))
            .toList();
    for (String group : groups) {
      Map<TopicPartition, OffsetAndMetadata> offsets =
          admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
      remembered.put(
          group,
          offsets.entrySet().stream()
              .collect(
                  Collectors.toMap(
                      Map.Entry::getKey,
                      entry -> new OffsetAndMetadata(entry.getValue().offset()))));
    }
  }

  /// Possible once a group has no members. Those that were killed are removed: the broker would
  /// only miss them when their sessions end.
  void restore() throws Exception {
    for (Map.Entry<String, Map<TopicPartition, OffsetAndMetadata>> group : remembered.entrySet()) {
      do {
        admin
            .removeMembersFromConsumerGroup(
                group.getKey(), new RemoveMembersFromConsumerGroupOptions())
            .all()
            .get();
      } while (!restored(group.getKey(), group.getValue()));
    }
  }

  private boolean restored(String group, Map<TopicPartition, OffsetAndMetadata> offsets)
      throws Exception {
    try {
      admin.alterConsumerGroupOffsets(group, offsets).all().get();
      return true;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownMemberIdException
          || e.getCause() instanceof GroupNotEmptyException) {
        return false;
      }
      throw e;
    }
  }

  @Override
  public void close() {
    admin.close();
  }
}
