package pqsigner.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The example on the package's page is code that compiles, every result handled.
final class PackageExampleTest {
  /// Everything around the example that it takes for granted.
  private static String around(String example) {
    return """
      import java.net.URI;
      import java.nio.file.Path;
      import java.time.Duration;
      import pqsigner.client.*;
      import pqsigner.client.SignerResult.*;
      import pqsigner.client.http.HttpSigner;

      abstract class Example {
        abstract void release(byte[] signature);
        abstract void reject(String code);
        abstract void keepForLater(SignerRequest request);
        void example(byte[] message) {
      %s
        }
      }
      """
        .formatted(example);
  }

  @TempDir private Path folder;

  @Test
  void theExampleCompiles() throws Exception {
    String page = Files.readString(Path.of("src/main/java/pqsigner/client/package-info.java"));
    String example =
        page.lines()
            .dropWhile(line -> !line.equals("/// ```java"))
            .skip(1)
            .takeWhile(line -> !line.equals("/// ```"))
            .map(line -> line.substring("///".length()))
            .collect(Collectors.joining("\n"));
    Path source = Files.writeString(folder.resolve("Example.java"), around(example));
    StringWriter said = new StringWriter();
    var compiler = ToolProvider.getSystemJavaCompiler();
    try (var files = compiler.getStandardFileManager(null, null, null)) {
      boolean compiled =
          compiler
              .getTask(
                  said,
                  files,
                  null,
                  List.of(
                      "-proc:none",
                      "-d",
                      folder.toString(),
                      "-cp",
                      System.getProperty("java.class.path")),
                  null,
                  files.getJavaFileObjects(source))
              .call();

      assertThat(compiled).as(said.toString()).isTrue();
      assertThat(example.lines().count()).isBetween(8L, 16L);
    }
  }
}
