package pqsigner.gateway.recovery;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import pqsigner.events.Priority;
import pqsigner.events.Topics;
import pqsigner.gateway.ledger.Origin;
import pqsigner.gateway.queue.QueueUnavailableException;

/// Follows both ways that a job may take, as often as it is asked to look. A look that fails moves
/// nothing: while the queues cannot be seen, no job is held to be lost.
public final class QueueWatch {

  private static final Logger log = LoggerFactory.getLogger(QueueWatch.class);

  private final QueueReader reader;
  private final QueueWatermark interactive;
  private final QueueWatermark bulk;
  private final Counter failed;
  private volatile Passed passed = new Passed(Instant.EPOCH, Instant.EPOCH);
  private int failures;

  private record Passed(Instant interactive, Instant bulk) {}

  public QueueWatch(QueueReader reader, Topics topics, MeterRegistry registry) {
    this.reader = reader;
    this.interactive = new QueueWatermark(way(topics, Priority.INTERACTIVE));
    this.bulk = new QueueWatermark(way(topics, Priority.BULK));
    this.failed =
        Counter.builder("pq.signer.gateway.queue.looks.failed")
            .description(
                "Failed attempts to read the queues' positions; meanwhile no lost job is found")
            .register(registry);
  }

  /// The longest way of a job: three attempts with two lanes between them, and its reply. A shorter
  /// way skips stages.
  static List<String> way(Topics topics, Priority priority) {
    String jobs = topics.jobs(priority);
    return List.of(jobs, topics.retry5s(), jobs, topics.retry60s(), jobs, topics.replies(priority));
  }

  /// For one thread.
  ///
  /// @return whether the queues were seen
  public boolean look() {
    try {
      QueueReading reading = reader.read();
      passed = new Passed(interactive.advance(reading), bulk.advance(reading));
      failures = 0;
      return true;
    } catch (QueueUnavailableException e) {
      failed.increment();
      failures++;
      if (Integer.bitCount(failures) == 1) {
        log.warn("queues.unseen looks={} cause=\"{}\"", failures, e.toString());
      }
      return false;
    }
  }

  /// Every job queued before this has left the queues, by whichever way it went.
  public Instant passed() {
    Passed now = passed;
    return now.interactive.isBefore(now.bulk) ? now.interactive : now.bulk;
  }

  /// The same for the jobs of requests that came in one way.
  public Instant passed(Origin origin) {
    return switch (origin) {
      case HTTP -> passed.interactive;
      // Its first job went the other way if it was asked over HTTP first.
      case KAFKA -> passed();
    };
  }
}
