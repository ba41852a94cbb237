package pqsigner.guarantees.traffic;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import pqsigner.client.Json;
import tools.jackson.databind.node.ObjectNode;

/// Reads rows of the ledger past every gateway.
public final class LedgerWatch implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final String TABLE = "pq-signer-requests";

  private final URI database;
  private final String authorization;
  private final HttpClient client = HttpClient.newHttpClient();

  /// @param accessKeyId by which DynamoDB Local tells databases apart; it verifies no signature
  public LedgerWatch(URI database, String accessKeyId) {
    this.database = database;
    this.authorization =
        "AWS4-HMAC-SHA256 Credential="
            + accessKeyId
            + "/20260101/eu-central-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0";
  }

  /// `request_state` by a consistent read; empty if there is no row.
  Optional<String> state(String custodian, String requestId) {
    ObjectNode get = Json.object();
    get.put("TableName", TABLE);
    get.put("ConsistentRead", true);
    get.putObject("Key").putObject("id").put("S", custodian + "/" + requestId);
    HttpRequest request =
        HttpRequest.newBuilder(database)
            .timeout(TIMEOUT)
            .header("X-Amz-Target", "DynamoDB_20120810.GetItem")
            .header("Content-Type", "application/x-amz-json-1.0")
            .header("Authorization", authorization)
            .POST(BodyPublishers.ofByteArray(Json.bytes(get)))
            .build();
    try {
      var response = client.send(request, BodyHandlers.ofByteArray());
      if (response.statusCode() != 200) {
        throw new IllegalStateException("the database said " + response.statusCode());
      }
      String state =
          Json.parse(response.body()).path("Item").path("request_state").path("S").asString("");
      return state.isEmpty() ? Optional.empty() : Optional.of(state);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
