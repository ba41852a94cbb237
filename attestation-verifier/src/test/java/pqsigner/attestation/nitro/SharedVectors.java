package pqsigner.attestation.nitro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.StreamSupport;
import pqsigner.attestation.Sha2;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Genuine documents from public sources, beside the checkout.
final class SharedVectors {
  private static final Path FOLDER = Path.of("../../shared/vectors/attestation");

  /// @param expected prod, debug, or reject-...
  record Vector(String file, String expected, byte[] bytes, JsonNode manifest) {

    Instant time() {
      return OffsetDateTime.parse(manifest.get("time").asString()).toInstant();
    }

    /// Those that are not zero.
    TreeMap<Integer, String> pcrs() {
      TreeMap<Integer, String> pcrs = new TreeMap<>();
      manifest
          .get("pcrs")
          .properties()
          .forEach(pcr -> pcrs.put(Integer.valueOf(pcr.getKey()), pcr.getValue().asString()));
      return pcrs;
    }

    boolean genuine() {
      return !expected.startsWith("reject");
    }

    @Override
    public String toString() {
      return file;
    }
  }

  private SharedVectors() {}

  static List<Vector> all() {
    assumeTrue(Files.isDirectory(FOLDER), "the shared vectors are not beside this checkout");
    JsonNode manifest = JsonMapper.shared().readTree(FOLDER.resolve("manifest.json").toFile());
    return StreamSupport.stream(manifest.spliterator(), false).map(SharedVectors::vector).toList();
  }

  static List<Vector> genuine() {
    return all().stream().filter(Vector::genuine).toList();
  }

  static Vector named(String part) {
    return all().stream().filter(v -> v.file().contains(part)).findFirst().orElseThrow();
  }

  private static Vector vector(JsonNode entry) {
    String file = entry.get("file").asString();
    try {
      byte[] bytes = Files.readAllBytes(FOLDER.resolve(file));
      assertThat(HexFormat.of().formatHex(Sha2.sha256(bytes)))
          .as(file)
          .isEqualTo(entry.get("sha256").asString());
      return new Vector(file, entry.get("cls").asString(), bytes, entry);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
