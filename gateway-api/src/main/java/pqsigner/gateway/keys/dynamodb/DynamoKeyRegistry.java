package pqsigner.gateway.keys.dynamodb;

import static pqsigner.gateway.dynamodb.Attributes.bytes;
import static pqsigner.gateway.dynamodb.Attributes.number;
import static pqsigner.gateway.dynamodb.Attributes.text;
import static pqsigner.gateway.dynamodb.Attributes.textOrNull;
import static pqsigner.gateway.dynamodb.Attributes.time;
import static pqsigner.gateway.dynamodb.DynamoCalls.answer;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import pqsigner.events.Algorithm;
import pqsigner.gateway.keys.KeyRegistry;
import pqsigner.gateway.keys.RegisteredKey;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.Put;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;

/// Keys on a DynamoDB table. Reads are consistent: a key can be used right after its generation was
/// answered.
public final class DynamoKeyRegistry implements KeyRegistry {

  /// Versions of one user that are ever listed; there is one today.
  private static final int VERSIONS_MAX = 100;

  private final DynamoDbClient client;
  private final String table;

  public DynamoKeyRegistry(DynamoDbClient client, String table) {
    this.client = client;
    this.table = table;
  }

  /// The put that registers `key`, and fails if the place of this version is taken.
  public Put put(RegisteredKey key) {
    Map<String, AttributeValue> item = new HashMap<>();
    item.put("owner", text(owner(key.custodian(), key.userId())));
    item.put("key_version", number(key.version()));
    item.put("alg", text(key.algorithm().label()));
    item.put("public_key", bytes(key.publicKey()));
    item.put("encrypted_data_key", bytes(key.encryptedDataKey()));
    item.put("wrapped_seed", bytes(key.wrappedSeed()));
    item.put("birth_attestation", bytes(key.birthAttestation()));
    item.put("created_at", time(key.createdAt()));
    if (key.birthRequestId() != null) {
      item.put("birth_request_id", text(key.birthRequestId()));
    }
    return Put.builder()
        .tableName(table)
        .item(item)
        .conditionExpression("attribute_not_exists(wrapped_seed)")
        .build();
  }

  @Override
  public Optional<RegisteredKey> current(String custodian, String userId) {
    return query(custodian, userId, false, 1).stream().findFirst();
  }

  @Override
  public Optional<RegisteredKey> find(String custodian, String userId, int version) {
    Map<String, AttributeValue> item =
        answer(
                "find key",
                () ->
                    client.getItem(
                        get ->
                            get.tableName(table)
                                .key(
                                    Map.of(
                                        "owner", text(owner(custodian, userId)),
                                        "key_version", number(version)))
                                .consistentRead(true)))
            .item();
    return item == null || item.isEmpty()
        ? Optional.empty()
        : Optional.of(key(custodian, userId, item));
  }

  @Override
  public List<RegisteredKey> versions(String custodian, String userId) {
    return query(custodian, userId, true, VERSIONS_MAX);
  }

  private List<RegisteredKey> query(
      String custodian, String userId, boolean oldestFirst, int limit) {
    QueryRequest query =
        QueryRequest.builder()
            .tableName(table)
            .keyConditionExpression("#owner = :owner")
            .expressionAttributeNames(Map.of("#owner", "owner"))
            .expressionAttributeValues(Map.of(":owner", text(owner(custodian, userId))))
            .scanIndexForward(oldestFirst)
            .consistentRead(true)
            .limit(limit)
            .build();
    return answer("find keys", () -> client.query(query)).items().stream()
        .map(item -> key(custodian, userId, item))
        .toList();
  }

  private static RegisteredKey key(
      String custodian, String userId, Map<String, AttributeValue> item) {
    return new RegisteredKey(
        custodian,
        userId,
        Algorithm.of(text(item, "alg")).orElseThrow(),
        Math.toIntExact(number(item, "key_version")),
        bytes(item, "public_key"),
        bytes(item, "encrypted_data_key"),
        bytes(item, "wrapped_seed"),
        bytes(item, "birth_attestation"),
        textOrNull(item, "birth_request_id"),
        time(item, "created_at"));
  }

  private static String owner(String custodian, String userId) {
    return custodian + "/" + userId;
  }
}
