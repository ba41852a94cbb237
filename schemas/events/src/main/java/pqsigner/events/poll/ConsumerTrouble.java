package pqsigner.events.poll;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// Which consumers of this process fail to poll, for readiness, and how long each should wait
/// before it tries again. One for all of a process's consumers.
public final class ConsumerTrouble {

  private static final Duration FIRST = Duration.ofMillis(250);
  private static final Duration LAST = Duration.ofSeconds(5);
  private static final int DOUBLINGS_MAX = 10;

  private final PollWatch watch;
  private final BrokerLink link;
  private final Map<String, Integer> failures = new ConcurrentHashMap<>();
  private final AtomicLong total = new AtomicLong();

  public ConsumerTrouble(PollWatch watch) {
    this.watch = watch;
    this.link = new BrokerLink(watch);
  }

  BrokerLink link() {
    return link;
  }

  public PollWatch watch() {
    return watch;
  }

  /// @return how long to wait
  Duration failed(String consumer, Throwable cause) {
    total.incrementAndGet();
    int polls = failures.merge(consumer, 1, Integer::sum);
    if (Integer.bitCount(polls) == 1) {
      watch.failing(consumer, polls, cause);
    }
    Duration wait = FIRST.multipliedBy(1L << Math.min(polls - 1, DOUBLINGS_MAX));
    return wait.compareTo(LAST) < 0 ? wait : LAST;
  }

  void polled(String consumer) {
    Integer polls = failures.remove(consumer);
    if (polls != null) {
      watch.recovered(consumer, polls);
    }
  }

  /// It was stopped, and is no trouble any more.
  void closed(String consumer) {
    failures.remove(consumer);
    link.closed(consumer);
  }

  /// How many polls failed since the process began.
  public long total() {
    return total.get();
  }

  /// How many consumers fail to poll at this moment.
  public int size() {
    return failures.size();
  }
}
