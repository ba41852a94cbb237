package pqsigner.benchmarks;

import java.lang.management.ManagementFactory;
import java.util.Locale;

/// What to say of the machine beside every table: others may have been at work on it.
public final class Machine {
  private Machine() {}

  /// Processors, Java and what waits for a processor at this moment.
  public static String now() {
    return String.format(
        Locale.ROOT,
        "%d processors, Java %s, load %.1f at the start",
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("java.vm.version"),
        load());
  }

  /// Of the last minute.
  public static double load() {
    return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
  }
}
