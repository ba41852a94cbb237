package pqsigner.deploy.compose;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import pqsigner.deploy.Yaml;
import tools.jackson.databind.node.ObjectNode;

/// The Compose Specification's own JSON schema, as an npm package ships it. It is fetched once into
/// the build's folder; a test that needs it is skipped, and says so, where npm cannot.
final class ComposeSchema {
  private static final String VERSION = "3.1.0";
  private static final Path FOLDER = Path.of("target", "compose-spec");
  private static final Path SCHEMA = FOLDER.resolve("package/schemas/compose.schema.json");
  private static final String FETCH =
      "npm pack --silent dclint@" + VERSION + " && tar -xzf dclint-" + VERSION + ".tgz";

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
      Process process =
          new ProcessBuilder("/bin/sh", "-c", FETCH)
              .directory(FOLDER.toFile())
              .redirectErrorStream(true)
              .redirectOutput(Redirect.to(FOLDER.resolve("fetch.log").toFile()))
              .start();
      if (!process.waitFor(2, TimeUnit.MINUTES)) {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
