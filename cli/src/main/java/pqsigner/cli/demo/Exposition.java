package pqsigner.cli.demo;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Predicate;

/// The metrics that a service shows, in the Prometheus text format.
final class Exposition {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final URI metrics;

  /// @param management address of the service's health and metrics
  Exposition(URI management) {
    this.metrics = management.resolve("/actuator/prometheus");
  }

  /// Asks until a sample of the metric has this label and is not zero; false if none ever is.
  boolean shows(String metric, String label) throws IOException {
    Predicate<String> wanted =
        sample ->
            sample.startsWith(metric + "{") && sample.contains(label) && !sample.endsWith(" 0.0");
    long until = System.nanoTime() + TIMEOUT.toNanos();
    while (System.nanoTime() - until < 0) {
      var connection = (HttpURLConnection) metrics.toURL().openConnection();
      try (var in = connection.getInputStream()) {
        String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        if (text.lines().anyMatch(wanted)) {
          return true;
        }
      }
    }
    return false;
  }
}
