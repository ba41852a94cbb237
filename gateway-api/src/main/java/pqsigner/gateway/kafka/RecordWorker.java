package pqsigner.gateway.kafka;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.listener.BatchMessageListener;
import pqsigner.events.ErrorCode;
import pqsigner.events.poll.BoundedBytes;
import pqsigner.gateway.ledger.LedgerUnavailableException;
import pqsigner.gateway.queue.QueueUnavailableException;

/// Works on the records of a poll side by side and returns when all are done, so that returning
/// means that their offsets may be committed.
///
/// A record whose handling fails for no known reason is diverted: it is a bug of ours or a record
/// nobody thought of, and blocking every record behind it helps neither. A dependency that is down
/// ends the poll: records that were not begun are left, and the container repeats all of it.
public final class RecordWorker implements BatchMessageListener<byte[], byte[]> {

  private static final Logger log = LoggerFactory.getLogger(RecordWorker.class);

  /// What is done with one record. Must be harmless to repeat.
  @FunctionalInterface
  public interface RecordHandler {
    void handle(ConsumerRecord<byte[], byte[]> record) throws UndecodableValueException;
  }

  /// Where a record goes that cannot be handled; returns when it is safe there.
  @FunctionalInterface
  public interface Diversion {
    void divert(ConsumerRecord<byte[], byte[]> record, ErrorCode code, String reason);
  }

  private final String name;
  private final RecordHandler handler;
  private final Diversion diversion;
  private final Places places;
  private final Counter failedPolls;
  private final AtomicInteger atWork = new AtomicInteger();

  /// @param name of the threads, and in the metrics
  public RecordWorker(
      String name,
      RecordHandler handler,
      Diversion diversion,
      Places places,
      MeterRegistry registry) {
    this.name = name;
    this.handler = handler;
    this.diversion = diversion;
    this.places = places;
    this.failedPolls =
        Counter.builder("pq.signer.gateway.polls.failed")
            .description("Polls repeated because a dependency is down")
            .tag("listener", name)
            .register(registry);
    Gauge.builder("pq.signer.gateway.records.at.work", atWork, AtomicInteger::get)
        .description("Records being worked on")
        .tag("listener", name)
        .register(registry);
    Gauge.builder("pq.signer.gateway.records.at.work.limit", places, Places::max)
        .description("Records that may be worked on at once, by all listeners that share the bound")
        .tag("listener", name)
        .register(registry);
  }

  @Override
  public void onMessage(List<ConsumerRecord<byte[], byte[]>> records) {
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    try (ExecutorService threads =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name(name + "-", 0).factory())) {
      for (ConsumerRecord<byte[], byte[]> record : records) {
        places.take();
        if (failure.get() != null) {
          places.giveBack();
          break;
        }
        threads.execute(
            () -> {
              atWork.incrementAndGet();
              try {
                work(record);
              } catch (RuntimeException | Error e) {
                failure.compareAndSet(null, e);
              } finally {
                atWork.decrementAndGet();
                places.giveBack();
              }
            });
      }
    }
    Throwable failed = failure.get();
    if (failed != null) {
      failedPolls.increment();
    }
    switch (failed) {
      case null -> {}
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case Throwable e -> throw new IllegalStateException(e);
    }
  }

  private void work(ConsumerRecord<byte[], byte[]> record) {
    try {
      if (BoundedBytes.isTooLarge(record)) {
        throw new UndecodableValueException(
            ErrorCode.MALFORMED_REQUEST, "more than " + BoundedBytes.MAX + " bytes");
      }
      handler.handle(record);
    } catch (LedgerUnavailableException | QueueUnavailableException | RetriableException e) {
      throw e;
    } catch (UndecodableValueException e) {
      diversion.divert(record, e.code(), e.reason());
    } catch (RuntimeException e) {
      log.error("record.unexpected topic={} offset={}", record.topic(), record.offset(), e);
      diversion.divert(
          record, ErrorCode.INTERNAL, "unexpected error; the gateway's log has the cause");
    }
  }
}
