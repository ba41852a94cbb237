package pqsigner.deploy.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import pqsigner.deploy.Yaml;
import tools.jackson.databind.node.ObjectNode;

/// The Compose Specification's own JSON schema, as an npm package ships it. It is fetched once into
/// the build's folder; a test that needs it is skipped, and says so, where npm cannot. A package
/// with other bytes than we know fails the test.
final class ComposeSchema {
  private static final String VERSION = "3.1.0";
  private static final Path FOLDER = Path.of("target", "compose-spec");
  private static final Path SCHEMA = FOLDER.resolve("package/schemas/compose.schema.json");
  private static final Path PACKAGE = FOLDER.resolve("dclint-" + VERSION + ".tgz");
  private static final String SHA256 =
      "73fc6079a0408c80c7ccea9e9e5c21c40551afaf15e8c1ee25a5ad6af1ec0414";

  private ComposeSchema() {}

  static ObjectNode get() {
    if (!Files.exists(SCHEMA)) {
      fetch();
    }
    assumeThat(SCHEMA).as("needs npm and its registry for the Compose schema").exists();
    return (ObjectNode) Yaml.file(SCHEMA);
  }

  private static void fetch() {
    try {
      Files.createDirectories(FOLDER);
      run("npm pack --silent dclint@" + VERSION);
      if (Files.exists(PACKAGE)) {
        assertThat(sha256(PACKAGE)).as("SHA-256 of %s", PACKAGE).isEqualTo(SHA256);
        run("tar -xzf " + PACKAGE.getFileName());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static void run(String command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder("/bin/sh", "-c", command)
            .directory(FOLDER.toFile())
            .redirectErrorStream(true)
            .redirectOutput(Redirect.appendTo(FOLDER.resolve("fetch.log").toFile()))
            .start();
    if (!process.waitFor(2, TimeUnit.MINUTES)) {
      process.destroyForcibly();
    }
  }

  private static String sha256(Path file) throws IOException {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
