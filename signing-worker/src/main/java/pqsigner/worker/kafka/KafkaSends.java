package pqsigner.worker.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.springframework.kafka.core.KafkaOperations;

/// Sends that are all acknowledged, or none of which counts.
public final class KafkaSends {
  private final KafkaOperations<byte[], byte[]> kafka;
  private final Duration timeout;
  private final List<CompletableFuture<?>> sent = new ArrayList<>();

  /// @param timeout for all acknowledgements together, counted from [#await()]
  public KafkaSends(KafkaOperations<byte[], byte[]> kafka, Duration timeout) {
    this.kafka = kafka;
    this.timeout = timeout;
  }

  /// @throws DependencyDownException when it failed at once: the records after it would each wait
  ///   for the same
  public void send(ProducerRecord<byte[], byte[]> message) {
    CompletableFuture<?> result = kafka.send(message);
    sent.add(result);
    if (result.isCompletedExceptionally()) {
      await();
    }
  }

  /// Returns when all are acknowledged.
  public void sendAll(Stream<ProducerRecord<byte[], byte[]>> messages) {
    messages.forEach(this::send);
    await();
  }

  /// @throws DependencyDownException when one was not acknowledged
  /// @throws RecordTooLargeException when the broker will never take one of them
  public void await() {
    try {
      CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new))
          .get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (cause instanceof RecordTooLargeException tooLarge) {
          throw tooLarge;
        }
      }
      throw new DependencyDownException("broker", e.getCause());
    } catch (TimeoutException e) {
      throw new DependencyDownException("broker", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DependencyDownException("interrupted while awaiting the broker", e);
    }
  }
}
