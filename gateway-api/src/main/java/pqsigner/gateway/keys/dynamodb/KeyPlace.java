package pqsigner.gateway.keys.dynamodb;

import static pqsigner.gateway.dynamodb.Attributes.number;
import static pqsigner.gateway.dynamodb.Attributes.text;

import java.util.Map;
import pqsigner.gateway.keys.RegisteredKey;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;

/// The primary key of both tables.
final class KeyPlace {

  static final String OWNER = "owner";
  static final String VERSION = "key_version";

  private KeyPlace() {}

  static Map<String, AttributeValue> of(RegisteredKey key) {
    return of(key.custodian(), key.userId(), key.version());
  }

  static Map<String, AttributeValue> of(String custodian, String userId, int version) {
    return Map.of(OWNER, owner(custodian, userId), VERSION, number(version));
  }

  /// A consistent read, oldest first.
  static QueryRequest versions(String table, String custodian, String userId) {
    return QueryRequest.builder()
        .tableName(table)
        .keyConditionExpression("#owner = :owner")
        .expressionAttributeNames(Map.of("#owner", OWNER))
        .expressionAttributeValues(Map.of(":owner", owner(custodian, userId)))
        .consistentRead(true)
        .build();
  }

  /// A consistent read of one.
  static QueryRequest version(String table, String custodian, String userId, int version) {
    return QueryRequest.builder()
        .tableName(table)
        .keyConditionExpression("#owner = :owner AND #version = :version")
        .expressionAttributeNames(Map.of("#owner", OWNER, "#version", VERSION))
        .expressionAttributeValues(
            Map.of(":owner", owner(custodian, userId), ":version", number(version)))
        .consistentRead(true)
        .build();
  }

  static String userId(String custodian, Map<String, AttributeValue> item) {
    return text(item, OWNER).substring(custodian.length() + 1);
  }

  private static AttributeValue owner(String custodian, String userId) {
    return text(custodian + "/" + userId);
  }
}
