package pqsigner.gateway.replies.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import pqsigner.events.Priority;
import pqsigner.events.Topics;

final class OwnedReplyPartitionsTest {

  private final OwnedReplyPartitions owned = new OwnedReplyPartitions(new Topics(""));

  private static List<TopicPartition> partitions(int... numbers) {
    return Arrays.stream(numbers).mapToObj(n -> new TopicPartition("replies", n)).toList();
  }

  private Set<Integer> chosen() {
    Set<Integer> chosen = new HashSet<>();
    IntStream.range(0, 20).forEach(_ -> chosen.add(owned.ownedPartition(Priority.INTERACTIVE)));
    return chosen;
  }

  @Test
  void whoOwnsNothingAsksForNothing() {
    assertThat(chosen()).containsExactly(-1);
  }

  @Test
  void allOwnedPartitionsTakeTurns() {
    owned.onPartitionsAssigned(partitions(0, 3));
    owned.onPartitionsAssigned(partitions(2));

    assertThat(chosen()).containsExactlyInAnyOrder(0, 2, 3);
  }

  @Test
  void theTwoPrioritiesAreOwnedApart() {
    owned.onPartitionsAssigned(partitions(0));
    assertThat(owned.ownedPartition(Priority.BULK)).isEqualTo(-1);

    owned.onPartitionsAssigned(List.of(new TopicPartition("replies-bulk", 3)));
    assertThat(owned.ownedPartition(Priority.BULK)).isEqualTo(3);
    assertThat(chosen()).containsExactly(0);
  }

  @Test
  void aPartitionThatWasRevokedOrLostIsNotAskedForAnyMore() {
    owned.onPartitionsAssigned(partitions(0, 1, 2));
    owned.onPartitionsRevoked(partitions(1));
    owned.onPartitionsLost(partitions(0));

    assertThat(chosen()).containsExactly(2);
    owned.onPartitionsRevoked(partitions(2));
    assertThat(chosen()).containsExactly(-1);
  }
}
