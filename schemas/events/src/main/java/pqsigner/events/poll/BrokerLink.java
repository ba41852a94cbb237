package pqsigner.events.poll;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Whether any broker still answers this process: one word when none does, and one when one does
/// again, where kafka-clients says it for each attempt of each client.
public final class BrokerLink {

  /// Three heartbeats of Kafka's default, and below the session time-out.
  static final double SILENCE_SECONDS_MAX = 9;

  private final PollWatch watch;
  private final Map<String, Boolean> silent = new ConcurrentHashMap<>();
  private boolean down;

  BrokerLink(PollWatch watch) {
    this.watch = watch;
  }

  /// @param secondsAgo a consumer's last heartbeat was answered; negative before the first
  void heartbeat(String consumer, double secondsAgo) {
    if (secondsAgo >= 0) {
      silent.put(consumer, secondsAgo > SILENCE_SECONDS_MAX);
      tell();
    }
  }

  void closed(String consumer) {
    silent.remove(consumer);
  }

  private synchronized void tell() {
    boolean now = !silent.containsValue(false);
    if (now && !down) {
      watch.brokerUnreachable();
    } else if (!now && down) {
      watch.brokerBack();
    }
    down = now;
  }
}
