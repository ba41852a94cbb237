package pqsigner.gateway.ledger;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import pqsigner.gateway.dynamodb.DynamoTables;
import pqsigner.local.dynamodb.EmbeddedDynamoDb;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/// On DynamoDB Local in this process.
final class EmbeddedDynamoRequestLedgerIT extends DynamoRequestLedgerContract {

  private static EmbeddedDynamoDb database;
  private static DynamoDbClient client;

  EmbeddedDynamoRequestLedgerIT() {
    super(client);
  }

  @BeforeAll
  static void start() {
    database = EmbeddedDynamoDb.start();
    client = client(database.endpoint());
    DynamoTables.create(client, TABLES);
  }

  @AfterAll
  static void stop() {
    client.close();
    database.close();
  }
}
