package pqsigner.kafka;

import java.time.Duration;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.kafka.KafkaException;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.kafka.listener.RetryListener;

/// What listener containers have in common: they wait for what is missing, and skip nothing.
public final class PatientContainers {
  private static final Logger log = LoggerFactory.getLogger(PatientContainers.class);
  private static final Duration RETRY_MIN = Duration.ofMillis(200);
  private static final Duration RETRY_MAX = Duration.ofSeconds(10);

  private PatientContainers() {}

  /// A batch whose listener throws is given again, for ever, and nothing is ever skipped: whatever
  /// a record can be blamed for is settled inside the listener. The recoverer is there because the
  /// default one would log the batch and commit it.
  public static DefaultErrorHandler retryForever(BooleanSupplier circuitOpen) {
    DefaultErrorHandler handler =
        new DefaultErrorHandler(
            (message, e) -> {
              throw new IllegalStateException("a batch must not be skipped", e);
            },
            new DependencyBackOff(RETRY_MIN, RETRY_MAX, circuitOpen));
    handler.setClassifications(Map.of(), true);
    handler.setReclassifyOnExceptionChange(false);
    // The handler would log each try with three stack traces; one line is enough.
    handler.setLogLevel(KafkaException.Level.DEBUG);
    handler.setRetryListeners(new OneLineEach());
    return handler;
  }

  public static void patient(ContainerProperties properties) {
    properties.setPollTimeout(250);
    properties.setSyncCommits(true);
    properties.setShutdownTimeout(Duration.ofSeconds(25).toMillis());
    properties.setAuthExceptionRetryInterval(Duration.ofSeconds(5));
    properties.setMissingTopicsFatal(false);
  }

  /// Says what a batch waits for: at its first try, and then ever more rarely.
  private static final class OneLineEach implements RetryListener {
    @Override
    public void failedDelivery(ConsumerRecord<?, ?> message, @Nullable Exception e, int attempt) {}

    @Override
    public void failedDelivery(ConsumerRecords<?, ?> messages, Exception e, int attempt) {
      if (Integer.bitCount(attempt) == 1) {
        Throwable cause = NestedExceptionUtils.getMostSpecificCause(e);
        log.warn(
            "batch.waits records={} attempt={} cause=\"{}: {}\"",
            messages.count(),
            attempt,
            cause.getClass().getSimpleName(),
            cause.getMessage());
      }
    }
  }
}
