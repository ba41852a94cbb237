package pqsigner.gateway.keys.dynamodb;

import static pqsigner.gateway.dynamodb.Attributes.number;
import static pqsigner.gateway.dynamodb.Attributes.text;
import static pqsigner.gateway.dynamodb.Attributes.time;
import static pqsigner.gateway.dynamodb.DynamoCalls.answer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import pqsigner.events.Algorithm;
import pqsigner.gateway.dynamodb.RowUpdate;
import pqsigner.gateway.keys.KeyCursor;
import pqsigner.gateway.keys.KeyPage;
import pqsigner.gateway.keys.KeyState;
import pqsigner.gateway.keys.PublicKeySpki;
import pqsigner.gateway.keys.RegisteredKey;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.Put;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/// What may change of a key, apart from the record that nobody may change.
final class DynamoKeyStates {

  private static final String CUSTODIAN = "custodian";
  private static final String ALG = "alg";
  private static final String CREATED_AT = "created_at";
  private static final String KEY_STATE = "key_state";
  private static final String STATE_EPOCH = "state_epoch";
  private static final String FINGERPRINT = "fingerprint";
  private static final String INDEX = "by_custodian";

  /// Reads of one listing: a filter that matches nothing must not read on for ever.
  private static final int READS_MAX = 10;

  private final DynamoDbClient client;
  private final String table;

  DynamoKeyStates(DynamoDbClient client, String table) {
    this.client = client;
    this.table = table;
  }

  /// Goes with the put of the key, in one transaction.
  Put put(RegisteredKey key) {
    Map<String, AttributeValue> item = new HashMap<>(KeyPlace.of(key));
    item.put(CUSTODIAN, text(key.custodian()));
    item.put(ALG, text(key.algorithm().label()));
    item.put(CREATED_AT, time(key.createdAt()));
    item.put(FINGERPRINT, text(fingerprint(key)));
    item.put(KEY_STATE, text(key.state().label()));
    item.put(STATE_EPOCH, number(key.state().epoch()));
    return Put.builder().tableName(table).item(item).build();
  }

  /// Of each version of a user's key that has one; a version without one was never changed.
  Map<Integer, KeyState> of(String custodian, String userId) {
    QueryRequest query = KeyPlace.versions(table, custodian, userId);
    return answer("find key states", () -> client.queryPaginator(query).items().stream().toList())
        .stream()
        .collect(
            Collectors.toMap(
                item -> Math.toIntExact(number(item, KeyPlace.VERSION)), DynamoKeyStates::state));
  }

  /// Of one version, on the way of every signature. A query, since that is the role's right.
  KeyState of(String custodian, String userId, int version) {
    QueryRequest query = KeyPlace.version(table, custodian, userId, version);
    return answer("find key state", () -> client.query(query)).items().stream()
        .findFirst()
        .map(DynamoKeyStates::state)
        .orElse(KeyState.BORN);
  }

  /// @return as it is then
  KeyState change(RegisteredKey key, boolean enabled) {
    UpdateItemRequest update =
        new RowUpdate()
            .when(
                enabled
                    ? "key_state = :other"
                    : "attribute_not_exists(key_state) OR key_state = :other")
            .bind(":other", text(KeyState.label(!enabled)))
            .set(CUSTODIAN, text(key.custodian()))
            .set(ALG, text(key.algorithm().label()))
            .set(CREATED_AT, time(key.createdAt()))
            .set(FINGERPRINT, text(fingerprint(key)))
            .set(KEY_STATE, text(KeyState.label(enabled)))
            .setTo("state_epoch = if_not_exists(state_epoch, :none) + :one")
            .bind(":none", number(0))
            .bind(":one", number(1))
            .request(table, KeyPlace.of(key));
    try {
      return state(answer("change key state", () -> client.updateItem(update)).attributes());
    } catch (ConditionalCheckFailedException e) {
      return e.hasItem() && !e.item().isEmpty() ? state(e.item()) : KeyState.BORN;
    }
  }

  /// From the index, which is only eventually consistent.
  KeyPage list(String custodian, KeyPage.Filter filter, @Nullable KeyCursor from, int limit) {
    List<KeyPage.Listed> keys = new ArrayList<>();
    Map<String, AttributeValue> after = from == null ? Map.of() : place(custodian, from);
    for (int read = 0; read < READS_MAX && keys.size() < limit; read++) {
      QueryRequest query = query(custodian, filter, after, limit - keys.size());
      QueryResponse answer = answer("list keys", () -> client.query(query));
      answer.items().forEach(item -> keys.add(listed(custodian, item)));
      after = answer.lastEvaluatedKey();
      if (after.isEmpty()) {
        return new KeyPage(keys, null);
      }
    }
    KeyCursor next =
        new KeyCursor(
            KeyPlace.userId(custodian, after), Math.toIntExact(number(after, KeyPlace.VERSION)));
    return new KeyPage(keys, next.text());
  }

  private QueryRequest query(
      String custodian, KeyPage.Filter filter, Map<String, AttributeValue> after, int limit) {
    Map<String, AttributeValue> values = new HashMap<>(Map.of(":custodian", text(custodian)));
    List<String> wanted = new ArrayList<>();
    if (filter.algorithm() != null) {
      wanted.add("alg = :alg");
      values.put(":alg", text(filter.algorithm().label()));
    }
    if (filter.enabled() != null) {
      wanted.add("key_state = :state");
      values.put(":state", text(KeyState.label(filter.enabled())));
    }
    QueryRequest.Builder query =
        QueryRequest.builder()
            .tableName(table)
            .indexName(INDEX)
            .keyConditionExpression("custodian = :custodian")
            .expressionAttributeValues(values)
            .limit(limit);
    if (!wanted.isEmpty()) {
      query.filterExpression(String.join(" AND ", wanted));
    }
    return (after.isEmpty() ? query : query.exclusiveStartKey(after)).build();
  }

  private static Map<String, AttributeValue> place(String custodian, KeyCursor cursor) {
    Map<String, AttributeValue> place =
        new HashMap<>(KeyPlace.of(custodian, cursor.userId(), cursor.version()));
    place.put(CUSTODIAN, text(custodian));
    return place;
  }

  private static KeyPage.Listed listed(String custodian, Map<String, AttributeValue> item) {
    return new KeyPage.Listed(
        KeyPlace.userId(custodian, item),
        Math.toIntExact(number(item, KeyPlace.VERSION)),
        Algorithm.of(text(item, ALG)).orElseThrow(),
        text(item, FINGERPRINT),
        state(item),
        time(item, CREATED_AT));
  }

  private static String fingerprint(RegisteredKey key) {
    return PublicKeySpki.fingerprint(key.algorithm(), key.publicKey());
  }

  private static KeyState state(Map<String, AttributeValue> item) {
    return new KeyState(
        text(item, KEY_STATE).equals(KeyState.ENABLED), Math.toIntExact(number(item, STATE_EPOCH)));
  }
}
