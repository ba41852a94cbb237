package pqsigner.kafka;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/// Which build this is; Maven writes the version into the jar.
public final class Build {
  private static final String VERSION = read();

  private Build() {}

  /// A gauge that is always 1 and carries the version, so that one graph shows which builds run.
  public static MeterBinder info(String meter) {
    return registry ->
        Gauge.builder(meter, () -> 1)
            .description("Always 1; the label says which version runs")
            .tag("version", VERSION)
            .register(registry);
  }

  public static String version() {
    return VERSION;
  }

  private static String read() {
    try (InputStream in = Build.class.getResourceAsStream("build.properties")) {
      Properties properties = new Properties();
      if (in != null) {
        properties.load(in);
      }
      return properties.getProperty("version", "unknown");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
