package pqsigner.deploy.configuration;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The table in the comment of the enclave's configuration, as it is. That it says what the enclave
/// does is tested there.
final class EnclaveSettings {
  private static final Path SOURCE =
      Path.of("../enclave/src/main/java/pqsigner/enclave/boot/EnclaveConfiguration.java");

  private EnclaveSettings() {}

  static String table() {
    try {
      List<String> rows =
          Files.readAllLines(SOURCE).stream()
              .filter(line -> line.startsWith("/// |"))
              .map(line -> line.substring(4) + "\n")
              .toList();
      return String.join("", rows);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
