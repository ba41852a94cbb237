package pqsigner.events.poll;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PollTest implements PollWatch {
  private final List<String> told = new ArrayList<>();
  private final ConsumerTrouble trouble = new ConsumerTrouble(this);
  private final BoundedBytes bytes = new BoundedBytes();

  @Override
  public void skipped(TopicPartition partition, long first, long next, String reason) {}

  @Override
  public void failing(String consumer, int polls, Throwable cause) {
    told.add(consumer + " failing " + polls);
  }

  @Override
  public void recovered(String consumer, int polls) {
    told.add(consumer + " recovered " + polls);
  }

  @Override
  public void brokerUnreachable() {
    told.add("unreachable");
  }

  @Override
  public void brokerBack() {
    told.add("back");
  }

  @Test
  void aThousandFailuresAreTenLinesAndWaitUpToFiveSeconds() {
    Duration last = Duration.ZERO;
    for (int i = 0; i < 1000; i++) {
      last = trouble.failed("a", new IllegalStateException());
      assertThat(trouble.size()).isEqualTo(1);
    }
    assertThat(last).isEqualTo(Duration.ofSeconds(5));
    assertThat(told).hasSize(10);
    assertThat(trouble.total()).isEqualTo(1000);

    trouble.polled("a");
    trouble.polled("a");
    assertThat(trouble.size()).isZero();
    assertThat(told).hasSize(11).last().isEqualTo("a recovered 1000");
    assertThat(trouble.failed("a", new IllegalStateException())).isEqualTo(Duration.ofMillis(250));
  }

  @Test
  void aConsumerThatWasStoppedIsNoTrouble() {
    trouble.failed("a", new IllegalStateException());
    trouble.closed("a");
    assertThat(trouble.size()).isZero();
  }

  @Test
  void aBrokerIsAwayWhenNobodyHearsIt() {
    BrokerLink link = trouble.link();
    link.heartbeat("a", -1);
    link.heartbeat("a", 1);
    link.heartbeat("b", 12);
    assertThat(told).isEmpty();
    for (int i = 0; i < 100; i++) {
      link.heartbeat("a", 10 + i);
      link.heartbeat("b", 10 + i);
    }
    assertThat(told).containsExactly("unreachable");
    link.heartbeat("b", 0);
    link.heartbeat("a", 0);
    assertThat(told).containsExactly("unreachable", "back");
  }

  @Test
  void whatAnyTopicMayHoldIsKeptAndOneByteMoreIsNot() {
    RecordHeaders headers = new RecordHeaders();
    headers.add("a", new byte[7]);
    assertThat(bytes.deserialize("t", headers, ByteBuffer.allocate(BoundedBytes.MAX)))
        .hasSize(BoundedBytes.MAX);
    assertThat(headers.toArray()).hasSize(1);

    byte[] none = bytes.deserialize("t", headers, ByteBuffer.allocate(BoundedBytes.MAX + 1));
    assertThat(none).isEmpty();
    assertThat(headers.toArray()).isEmpty();
    assertThat(BoundedBytes.isTooLarge(record(new byte[0], none))).isTrue();
    assertThat(BoundedBytes.isTooLarge(record(none, new byte[0]))).isTrue();
    assertThat(BoundedBytes.isTooLarge(record(new byte[0], new byte[0]))).isFalse();
  }

  @Test
  void headersCountToo() {
    RecordHeaders headers = new RecordHeaders();
    headers.add("a", new byte[BoundedBytes.MAX]);
    headers.add("b", new byte[1]);
    byte[] none = bytes.deserialize("t", headers, ByteBuffer.allocate(1));
    assertThat(BoundedBytes.isTooLarge(record(new byte[0], none))).isTrue();
    assertThat(headers.toArray()).isEmpty();
  }

  private static ConsumerRecord<byte[], byte[]> record(
      byte @Nullable [] key, byte @Nullable [] value) {
    return new ConsumerRecord<>("t", 0, 0, key, value);
  }
}
