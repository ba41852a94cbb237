package pqsigner.local.process;

import java.lang.management.ManagementFactory;
import java.time.Duration;

/// How long to wait for a process to start. Starting costs processor time, and on a machine that is
/// shared by many it takes as many times longer as there are others in the queue: the limit grows
/// with the load that was seen while waiting.
final class StartPatience {
  private static final double STRETCH_LIMIT = 15;

  private final Duration limit;
  private final long begin = System.nanoTime();
  private double stretch = 1;

  /// @param limit on a machine with nothing else to do
  StartPatience(Duration limit) {
    this.limit = limit;
  }

  boolean isOver() {
    var machine = ManagementFactory.getOperatingSystemMXBean();
    stretch =
        Math.max(
            stretch, stretch(machine.getSystemLoadAverage(), machine.getAvailableProcessors()));
    return waited().compareTo(stretched(limit, stretch)) > 0;
  }

  Duration waited() {
    return Duration.ofNanos(System.nanoTime() - begin);
  }

  /// How many times longer work takes, 1 to [#STRETCH_LIMIT].
  ///
  /// @param load processes that run or want to, on average over a minute; negative where the system
  ///   does not tell
  static double stretch(double load, int processors) {
    return Math.clamp(load / processors, 1, STRETCH_LIMIT);
  }

  static Duration stretched(Duration limit, double stretch) {
    return Duration.ofMillis((long) (limit.toMillis() * stretch));
  }
}
