package pqsigner.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What the stack's processes are started with. Containers are the tests' own.
class RuntimeClassPathIT {

  @Test
  void thereIsABrokerAndNothingThatStartsContainers() throws Exception {
    List<String> jars =
        List.of(Files.readString(Path.of("target/runtime.classpath")).strip().split(":", -1))
            .stream()
            .map(jar -> Path.of(jar).getFileName().toString())
            .toList();

    assertThat(jars)
        .anyMatch(jar -> jar.startsWith("kafka_"))
        .noneMatch(jar -> jar.startsWith("testcontainers") || jar.startsWith("docker-java"));
  }
}
