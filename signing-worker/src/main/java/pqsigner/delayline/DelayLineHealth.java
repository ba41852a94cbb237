package pqsigner.delayline;

import java.util.Collection;
import java.util.List;
import org.apache.kafka.common.TopicPartition;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.LivenessState;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.kafka.listener.MessageListenerContainer;
import pqsigner.events.poll.ConsumerTrouble;

/// Live while no consumer has died, ready while each lane's consumer owns partitions and can poll.
record DelayLineHealth(
    ApplicationAvailability availability,
    List<? extends MessageListenerContainer> lanes,
    ConsumerTrouble trouble) {

  boolean live() {
    return availability.getLivenessState() == LivenessState.CORRECT;
  }

  boolean ready() {
    return availability.getReadinessState() == ReadinessState.ACCEPTING_TRAFFIC
        && trouble.size() == 0
        && lanes.stream().allMatch(DelayLineHealth::ownsPartitions);
  }

  private static boolean ownsPartitions(MessageListenerContainer lane) {
    Collection<TopicPartition> assigned = lane.getAssignedPartitions();
    return lane.isRunning() && assigned != null && !assigned.isEmpty();
  }
}
