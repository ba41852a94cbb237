package pqsigner.gateway.ledger;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIf;
import pqsigner.gateway.dynamodb.DynamoTables;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/// On Amazon's own image.
@Tag("container")
@EnabledIf(
    value = "pqsigner.gateway.ledger.ContainerDynamoDb#engineIsThere",
    disabledReason = "no Docker engine: the ledger was not tested on DynamoDB Local's image")
final class ContainerDynamoRequestLedgerIT extends DynamoRequestLedgerContract {

  private static ContainerDynamoDb database;
  private static DynamoDbClient client;

  ContainerDynamoRequestLedgerIT() {
    super(client);
  }

  @BeforeAll
  static void start() {
    database = ContainerDynamoDb.start();
    client = client(database.endpoint());
    DynamoTables.create(client, TABLES);
  }

  @AfterAll
  static void stop() {
    client.close();
    database.close();
  }
}
