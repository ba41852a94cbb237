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
import org.jspecify.annotations.Nullable;
import pqsigner.events.Algorithm;
import pqsigner.gateway.keys.KeyCursor;
import pqsigner.gateway.keys.KeyPage;
import pqsigner.gateway.keys.KeyRegistry;
import pqsigner.gateway.keys.KeyState;
import pqsigner.gateway.keys.RegisteredKey;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.Put;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;

/// Keys on two DynamoDB tables: records that nobody may change, and their states. Reads are
/// consistent: a key can be used right after its generation was answered.
public final class DynamoKeyRegistry implements KeyRegistry {

  private final DynamoDbClient client;
  private final String table;
  private final DynamoKeyStates states;

  public DynamoKeyRegistry(DynamoDbClient client, String table, String statesTable) {
    this.client = client;
    this.table = table;
    this.states = new DynamoKeyStates(client, statesTable);
  }

  /// The puts that register `key`, for one transaction. The first fails if the place of this
  /// version is taken.
  public List<Put> puts(RegisteredKey key) {
    Map<String, AttributeValue> item = new HashMap<>(KeyPlace.of(key));
    item.put("alg", text(key.algorithm().label()));
    item.put("public_key", bytes(key.publicKey()));
    item.put("encrypted_data_key", bytes(key.encryptedDataKey()));
    item.put("wrapped_seed", bytes(key.wrappedSeed()));
    item.put("birth_attestation", bytes(key.birthAttestation()));
    item.put("created_at", time(key.createdAt()));
    if (key.birthRequestId() != null) {
      item.put("birth_request_id", text(key.birthRequestId()));
    }
    Put record =
        Put.builder()
            .tableName(table)
            .item(item)
            .conditionExpression("attribute_not_exists(wrapped_seed)")
            .build();
    return List.of(record, states.put(key));
  }

  @Override
  public Optional<RegisteredKey> current(String custodian, String userId) {
    Optional<RegisteredKey> newest = newest(custodian, userId);
    return newest.isEmpty() || newest.get().state().enabled()
        ? newest
        : versions(custodian, userId).reversed().stream()
            .filter(key -> key.state().enabled())
            .findFirst()
            .or(() -> newest);
  }

  @Override
  public Optional<RegisteredKey> newest(String custodian, String userId) {
    QueryRequest newest =
        KeyPlace.versions(table, custodian, userId).toBuilder()
            .scanIndexForward(false)
            .limit(1)
            .build();
    return answer("find newest key", () -> client.query(newest)).items().stream()
        .findFirst()
        .map(item -> key(custodian, userId, item));
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
                                .key(KeyPlace.of(custodian, userId, version))
                                .consistentRead(true)))
            .item();
    return item == null || item.isEmpty()
        ? Optional.empty()
        : Optional.of(key(custodian, userId, item));
  }

  @Override
  public List<RegisteredKey> versions(String custodian, String userId) {
    QueryRequest query = KeyPlace.versions(table, custodian, userId);
    List<Map<String, AttributeValue>> items =
        answer("find keys", () -> client.queryPaginator(query).items().stream().toList());
    Map<Integer, KeyState> known = items.isEmpty() ? Map.of() : states.of(custodian, userId);
    return items.stream()
        .map(item -> key(custodian, userId, item, known.getOrDefault(version(item), KeyState.BORN)))
        .toList();
  }

  @Override
  public KeyPage list(String custodian, KeyPage.Filter filter, @Nullable String cursor, int limit) {
    return states.list(custodian, filter, KeyCursor.of(cursor), limit);
  }

  @Override
  public Optional<RegisteredKey> enable(
      String custodian, String userId, int version, boolean enabled) {
    return find(custodian, userId, version).map(key -> key.in(states.change(key, enabled)));
  }

  private RegisteredKey key(String custodian, String userId, Map<String, AttributeValue> item) {
    return key(custodian, userId, item, states.of(custodian, userId, version(item)));
  }

  private static int version(Map<String, AttributeValue> item) {
    return Math.toIntExact(number(item, KeyPlace.VERSION));
  }

  private static RegisteredKey key(
      String custodian, String userId, Map<String, AttributeValue> item, KeyState state) {
    return new RegisteredKey(
        custodian,
        userId,
        Algorithm.of(text(item, "alg")).orElseThrow(),
        version(item),
        bytes(item, "public_key"),
        bytes(item, "encrypted_data_key"),
        bytes(item, "wrapped_seed"),
        bytes(item, "birth_attestation"),
        textOrNull(item, "birth_request_id"),
        time(item, "created_at"),
        state);
  }
}
