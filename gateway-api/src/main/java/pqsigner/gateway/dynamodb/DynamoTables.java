package pqsigner.gateway.dynamodb;

import static software.amazon.awssdk.services.dynamodb.model.KeyType.HASH;
import static software.amazon.awssdk.services.dynamodb.model.KeyType.RANGE;
import static software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType.N;
import static software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType.S;

import java.time.Duration;
import java.util.List;
import software.amazon.awssdk.core.waiters.WaiterOverrideConfiguration;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.waiters.DynamoDbWaiter;

/// Creates the tables where nobody else does: on a developer's machine and in tests. In production
/// they are infrastructure, with backups, and the gateway has no right to create them.
public final class DynamoTables {

  private static final Duration CREATION_MAX = Duration.ofSeconds(60);

  private DynamoTables() {}

  /// Idempotent, and safe when several gateways start at once.
  public static void create(DynamoDbClient client, TableNames names) {
    boolean created = createUnlessExists(client, requests(names.requests()));
    createUnlessExists(client, keys(names.keys()));
    createUnlessExists(client, custodians(names.custodians()));
    createUnlessExists(client, keyStates(names.keyStates()));
    try (DynamoDbWaiter waiter = waiter(client)) {
      waiter.waitUntilTableExists(t -> t.tableName(names.requests()));
      waiter.waitUntilTableExists(t -> t.tableName(names.keys()));
      waiter.waitUntilTableExists(t -> t.tableName(names.custodians()));
      waiter.waitUntilTableExists(t -> t.tableName(names.keyStates()));
    }
    if (created) {
      client.updateTimeToLive(
          ttl ->
              ttl.tableName(names.requests())
                  .timeToLiveSpecification(s -> s.attributeName("expires_at").enabled(true)));
    }
  }

  private static boolean createUnlessExists(DynamoDbClient client, CreateTableRequest request) {
    try {
      client.createTable(request);
      return true;
    } catch (ResourceInUseException e) {
      return false;
    }
  }

  private static CreateTableRequest requests(String name) {
    return CreateTableRequest.builder()
        .tableName(name)
        .billingMode(BillingMode.PAY_PER_REQUEST)
        .attributeDefinitions(
            attribute("id", S),
            attribute("pending_shard", S),
            attribute("pending_since", N),
            attribute("failed_shard", S),
            attribute("ended_at", N))
        .keySchema(key("id", HASH))
        .globalSecondaryIndexes(
            index("pending", "pending_shard", "pending_since", "due_at"),
            index("failed", "failed_shard", "ended_at", "result_code"))
        .build();
  }

  private static CreateTableRequest keys(String name) {
    return CreateTableRequest.builder()
        .tableName(name)
        .billingMode(BillingMode.PAY_PER_REQUEST)
        .attributeDefinitions(attribute("owner", S), attribute("key_version", N))
        .keySchema(key("owner", HASH), key("key_version", RANGE))
        .build();
  }

  private static CreateTableRequest custodians(String name) {
    return CreateTableRequest.builder()
        .tableName(name)
        .billingMode(BillingMode.PAY_PER_REQUEST)
        .attributeDefinitions(attribute("custodian", S))
        .keySchema(key("custodian", HASH))
        .build();
  }

  private static CreateTableRequest keyStates(String name) {
    return CreateTableRequest.builder()
        .tableName(name)
        .billingMode(BillingMode.PAY_PER_REQUEST)
        .attributeDefinitions(
            attribute("owner", S), attribute("key_version", N), attribute("custodian", S))
        .keySchema(key("owner", HASH), key("key_version", RANGE))
        .globalSecondaryIndexes(
            GlobalSecondaryIndex.builder()
                .indexName("by_custodian")
                .keySchema(key("custodian", HASH), key("owner", RANGE))
                .projection(p -> p.projectionType(ProjectionType.ALL))
                .build())
        .build();
  }

  private static GlobalSecondaryIndex index(
      String name, String shard, String order, String projected) {
    return GlobalSecondaryIndex.builder()
        .indexName(name)
        .keySchema(key(shard, HASH), key(order, RANGE))
        .projection(
            p -> p.projectionType(ProjectionType.INCLUDE).nonKeyAttributes(List.of(projected)))
        .build();
  }

  private static AttributeDefinition attribute(String name, ScalarAttributeType type) {
    return AttributeDefinition.builder().attributeName(name).attributeType(type).build();
  }

  private static KeySchemaElement key(String name, KeyType type) {
    return KeySchemaElement.builder().attributeName(name).keyType(type).build();
  }

  private static DynamoDbWaiter waiter(DynamoDbClient client) {
    return DynamoDbWaiter.builder()
        .client(client)
        .overrideConfiguration(
            WaiterOverrideConfiguration.builder().waitTimeout(CREATION_MAX).build())
        .build();
  }
}
