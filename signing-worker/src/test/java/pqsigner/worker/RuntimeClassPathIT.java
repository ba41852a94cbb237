package pqsigner.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a worker process has on its class path, as it is started: not what the tests have.
class RuntimeClassPathIT {

  private static URLClassLoader runtime() throws IOException {
    String paths = Files.readString(Path.of("target", "runtime.classpath"));
    List<URL> urls = new ArrayList<>();
    urls.add(Path.of("target", "classes").toUri().toURL());
    for (String path : paths.strip().split(":", -1)) {
      urls.add(Path.of(path).toUri().toURL());
    }
    return new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "software.amazon.awssdk.services.dynamodb.DynamoDbClient",
        "software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient",
        "software.amazon.awssdk.enhanced.dynamodb.DynamoDbEnhancedClient",
        "software.amazon.awssdk.services.kms.KmsClient",
        "pqsigner.gateway.GatewayApplication",
        "pqsigner.enclave.boot.EnclaveMain",
        "pqsigner.local.LocalStack",
        "org.bouncycastle.crypto.signers.MLDSASigner"
      })
  void aWorkerCannotEvenLoad(String className) throws IOException {
    try (URLClassLoader loader = runtime()) {
      assertThat(loader.getResource(className.replace('.', '/') + ".class")).isNull();
    }
  }

  @Test
  void itHasWhatItNeeds() throws IOException {
    try (URLClassLoader loader = runtime()) {
      assertThat(loader.getResource("pqsigner/worker/WorkerApplication.class")).isNotNull();
      assertThat(
              loader.getResource(
                  "software/amazon/awssdk/auth/credentials/DefaultCredentialsProvider.class"))
          .isNotNull();
    }
  }
}
