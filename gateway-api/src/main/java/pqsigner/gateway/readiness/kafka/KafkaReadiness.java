package pqsigner.gateway.readiness.kafka;

import java.time.Duration;
import java.util.stream.DoubleStream;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import pqsigner.events.poll.ConsumerTrouble;

/// No consumer fails to poll, and the replies consumer is a member of its group and the broker
/// heard from it lately. Metadata that a producer once fetched would say nothing about now; a
/// heartbeat that was answered does, for the broker that jobs go to as well.
public final class KafkaReadiness extends AbstractHealthIndicator {

  /// Three heartbeats of Kafka's default, and below the session time-out.
  private static final Duration SILENCE_MAX = Duration.ofSeconds(9);

  private final ConcurrentMessageListenerContainer<byte[], byte[]> replies;

  private final ConsumerTrouble trouble;

  public KafkaReadiness(
      ConcurrentMessageListenerContainer<byte[], byte[]> replies, ConsumerTrouble trouble) {
    super("the broker does not answer");
    this.replies = replies;
    this.trouble = trouble;
  }

  @Override
  protected void doHealthCheck(Health.Builder builder) {
    if (trouble.size() == 0
        && replies.isRunning()
        && heartbeats().anyMatch(KafkaReadiness::recent)) {
      builder.up();
    } else {
      builder.down();
    }
  }

  private DoubleStream heartbeats() {
    return replies.metrics().values().stream()
        .flatMap(consumer -> consumer.entrySet().stream())
        .filter(metric -> metric.getKey().name().equals("last-heartbeat-seconds-ago"))
        .mapToDouble(metric -> ((Number) metric.getValue().metricValue()).doubleValue());
  }

  /// Negative before the first heartbeat.
  private static boolean recent(double secondsAgo) {
    return secondsAgo >= 0 && secondsAgo <= SILENCE_MAX.toSeconds();
  }
}
