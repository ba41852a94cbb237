package pqsigner.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;

/// What the gateway's process is started with. The tests' own class path says nothing about it: the
/// local stack brings a KMS stand-in, an enclave and everything else.
class RuntimeClassPathIT {

  @Test
  void thereIsADatabaseClientAndNoKmsClient() throws Exception {
    List<String> jars =
        List.of(Files.readString(Path.of("target/runtime.classpath")).strip().split(":", -1))
            .stream()
            .map(jar -> Path.of(jar).getFileName().toString())
            .toList();

    assertThat(jars).anyMatch(jar -> jar.startsWith("dynamodb-"));
    assertThat(jars)
        .noneMatch(jar -> jar.matches("(kms|iam|aws-crt|s3)-[0-9].*"))
        .noneMatch(
            jar -> jar.matches("(enclave|enclave-protocol|local-stack|signing-worker)[-.].*"))
        .noneMatch(jar -> jar.startsWith("bcpkix") || jar.startsWith("DynamoDBLocal"))
        .noneMatch(jar -> jar.startsWith("testcontainers") || jar.startsWith("docker-java"));
  }

  /// Dead letters tell which build wrote them, by the manifest of the jar that diverted.
  @Test
  void theJarSaysWhichBuildItIs() throws Exception {
    try (JarFile jar = new JarFile("target/gateway-api.jar")) {
      assertThat(jar.getManifest().getMainAttributes().getValue("Implementation-Version"))
          .matches("\\d+\\.\\d+\\.\\d+.*");
    }
  }
}
