package pqsigner.cli.demo;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import pqsigner.local.LocalStack;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// The keys table in the hands of someone who owns the host: reads and writes what the gateway's
/// code never would.
final class HostileDatabase implements AutoCloseable {
  private static final String TABLE = "pq-signer-keys";

  private final DynamoDbClient client;

  private HostileDatabase(DynamoDbClient client) {
    this.client = client;
  }

  static HostileDatabase open(LocalStack stack) {
    return new HostileDatabase(
        DynamoDbClient.builder()
            .httpClient(UrlConnectionHttpClient.create())
            .endpointOverride(URI.create(stack.dynamoDb().toString()))
            .region(Region.of(LocalStack.REGION))
            .credentialsProvider(
                StaticCredentialsProvider.create(credentials(stack.gatewayCredentials())))
            .build());
  }

  static AwsSessionCredentials credentials(Map<String, String> environment) {
    return AwsSessionCredentials.create(
        need(environment, "AWS_ACCESS_KEY_ID"),
        need(environment, "AWS_SECRET_ACCESS_KEY"),
        need(environment, "AWS_SESSION_TOKEN"));
  }

  private static String need(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name))
        .orElseThrow(() -> new IllegalStateException("no " + name));
  }

  /// Everything that is wrapped, under another name and public key.
  void giveRecordOf(String from, String to) {
    Map<String, AttributeValue> source = item(from);
    Map<String, AttributeValue> target = new HashMap<>(item(to));
    for (String field : new String[] {"encrypted_data_key", "wrapped_seed"}) {
      target.put(field, value(source, field));
    }
    put(target);
  }

  void flipBitOfSeed(String userId) {
    Map<String, AttributeValue> item = new HashMap<>(item(userId));
    byte[] seed = value(item, "wrapped_seed").b().asByteArray();
    seed[20] ^= 1;
    item.put("wrapped_seed", AttributeValue.fromB(SdkBytes.fromByteArray(seed)));
    put(item);
  }

  private Map<String, AttributeValue> item(String userId) {
    Map<String, AttributeValue> key =
        Map.of(
            "owner", AttributeValue.fromS(Cast.CUSTODIAN + "/" + userId),
            "key_version", AttributeValue.fromN("1"));
    Map<String, AttributeValue> item =
        client.getItem(get -> get.tableName(TABLE).key(key).consistentRead(true)).item();
    if (item.isEmpty()) {
      throw new DemoFailure("no key record of " + userId + " in " + TABLE);
    }
    return item;
  }

  private static AttributeValue value(Map<String, AttributeValue> item, String field) {
    return Optional.ofNullable(item.get(field))
        .orElseThrow(() -> new DemoFailure("no " + field + " in the key record"));
  }

  private void put(Map<String, AttributeValue> item) {
    client.putItem(put -> put.tableName(TABLE).item(item));
  }

  @Override
  public void close() {
    client.close();
  }
}
