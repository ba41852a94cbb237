package pqsigner.local.dynamodb;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import pqsigner.local.process.LaunchException;

/// Makes and deletes a table, once. The first one costs DynamoDB Local seconds of class loading,
/// which the gateway, with the call timeouts of production, would mistake for an outage.
///
/// By hand, because the SDK would cost the launcher as much as it saves; DynamoDB Local looks at
/// the form of the signature only.
public final class WarmUp {

  private static final Duration TIMEOUT = Duration.ofMinutes(1);
  private static final String TABLE = "{\"TableName\":\"warm-up\"";

  private WarmUp() {}

  public static void run(URI endpoint) {
    call(
        endpoint,
        "CreateTable",
        TABLE
            + ",\"BillingMode\":\"PAY_PER_REQUEST\""
            + ",\"AttributeDefinitions\":[{\"AttributeName\":\"k\",\"AttributeType\":\"S\"}]"
            + ",\"KeySchema\":[{\"AttributeName\":\"k\",\"KeyType\":\"HASH\"}]}");
    call(endpoint, "PutItem", TABLE + ",\"Item\":{\"k\":{\"S\":\"1\"}}}");
    call(endpoint, "DeleteTable", TABLE + "}");
  }

  private static void call(URI endpoint, String operation, String body) {
    try {
      var connection = (HttpURLConnection) endpoint.toURL().openConnection();
      connection.setConnectTimeout((int) TIMEOUT.toMillis());
      connection.setReadTimeout((int) TIMEOUT.toMillis());
      connection.setRequestMethod("POST");
      connection.setDoOutput(true);
      connection.setRequestProperty("Content-Type", "application/x-amz-json-1.0");
      connection.setRequestProperty("X-Amz-Target", "DynamoDB_20120810." + operation);
      connection.setRequestProperty("X-Amz-Date", "20260101T000000Z");
      connection.setRequestProperty(
          "Authorization",
          "AWS4-HMAC-SHA256 Credential=WARMUP/20260101/local/dynamodb/aws4_request,"
              + " SignedHeaders=host, Signature="
              + "0".repeat(64));
      connection.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
      if (connection.getResponseCode() != 200) {
        throw new LaunchException(
            "DynamoDB Local answered " + connection.getResponseCode() + " to " + operation);
      }
      connection.getInputStream().readAllBytes();
    } catch (IOException e) {
      throw new LaunchException("DynamoDB Local does not answer", e);
    }
  }
}
