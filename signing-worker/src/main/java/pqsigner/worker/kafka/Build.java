package pqsigner.worker.kafka;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/// Which build this is; the version is written into the jar when it is made.
public final class Build {
  private Build() {}

  public static String version() {
    try (InputStream in = Build.class.getResourceAsStream("/pqsigner/worker/build.properties")) {
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
