package pqsigner.gateway.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.HttpURLConnection;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import pqsigner.local.dynamodb.EmbeddedDynamoDb;
import software.amazon.dynamodb.services.local.main.ServerRunner;

/// What of the container is decided before there is one. No Docker engine is needed to know it.
class ContainerDynamoDbTest {

  @Test
  void itHasTheEmbeddedOnesArgumentsAndPort() {
    assertThat(ContainerDynamoDb.command())
        .startsWith("-jar", "DynamoDBLocal.jar")
        .contains("-inMemory", "-sharedDb")
        .endsWith("-port", "8000")
        .containsAll(EmbeddedDynamoDb.arguments(8000));
  }

  @Test
  void itsImageIsOfTheEmbeddedOnesVersion() throws Exception {
    Path jar =
        Path.of(ServerRunner.class.getProtectionDomain().getCodeSource().getLocation().toURI());

    assertThat(jar.getFileName())
        .hasToString("DynamoDBLocal-" + ContainerDynamoDb.VERSION + ".jar");
  }

  /// So that waiting for 400 is waiting for the database.
  @Test
  void aRequestWithoutASignatureIsABadRequest() throws Exception {
    try (EmbeddedDynamoDb database = EmbeddedDynamoDb.start()) {
      var connection = (HttpURLConnection) database.endpoint().toURL().openConnection();
      assertThat(connection.getResponseCode()).isEqualTo(400);
    }
  }
}
