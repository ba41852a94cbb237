package pqsigner.gateway.recovery.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import pqsigner.gateway.recovery.QueueReading.Reach;

class KafkaQueueReaderTest {

  @Test
  void whatIsCommittedCountsWithinWhatIsThere() {
    assertThat(KafkaQueueReader.reach(0, 0, 5)).as("never committed").isEqualTo(new Reach(0, 5));
    assertThat(KafkaQueueReader.reach(2, 4, 5)).isEqualTo(new Reach(4, 5));
    assertThat(KafkaQueueReader.reach(4, 2, 5)).as("deleted meanwhile").isEqualTo(new Reach(4, 5));
    assertThat(KafkaQueueReader.reach(0, 90, 5)).as("made anew").isEqualTo(new Reach(0, 5));
  }
}
