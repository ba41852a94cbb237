package pqsigner.vm;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Properties;

/// What the maker of the machine decided and those inside must know: names, registers in hex, and
/// the credentials of the KMS stand-in's role. A properties file.
record VmFacts(Properties properties) {

  static VmFacts read(Path file) throws IOException {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    }
    return new VmFacts(properties);
  }

  String text(String key) {
    String value = properties.getProperty(key);
    if (value == null) {
      throw new IllegalArgumentException("no " + key);
    }
    return value;
  }

  byte[] register(String key) {
    return HexFormat.of().parseHex(text(key));
  }

  String moduleId() {
    return text("module-id");
  }

  String role() {
    return text("role");
  }

  Path pki(String name) {
    return Path.of(text("pki")).resolve(name);
  }

  /// Keys without values: there are credentials among them.
  @Override
  public String toString() {
    return "VmFacts" + properties.stringPropertyNames();
  }
}
