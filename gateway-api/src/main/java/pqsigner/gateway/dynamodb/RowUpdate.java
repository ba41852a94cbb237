package pqsigner.gateway.dynamodb;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.Update;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/// One conditional update of one item, spelled for DynamoDB. A failed condition always brings the
/// old item back. Attribute names go into expressions as they are: none may be a reserved word.
public final class RowUpdate {

  private final List<String> sets = new ArrayList<>();
  private final List<String> removes = new ArrayList<>();
  private final List<String> conditions = new ArrayList<>();
  private final Map<String, AttributeValue> values = new HashMap<>();

  public RowUpdate set(String attribute, AttributeValue value) {
    sets.add(attribute + " = :" + attribute);
    values.put(":" + attribute, value);
    return this;
  }

  public RowUpdate setAll(Map<String, AttributeValue> attributes) {
    attributes.forEach(this::set);
    return this;
  }

  /// Adds a SET action that is more than a value, as `a = a + :one`.
  public RowUpdate setTo(String action) {
    sets.add(action);
    return this;
  }

  public RowUpdate remove(String... attributes) {
    removes.addAll(List.of(attributes));
    return this;
  }

  /// All conditions must hold.
  public RowUpdate when(String condition) {
    conditions.add("(" + condition + ")");
    return this;
  }

  public RowUpdate bind(String name, AttributeValue value) {
    values.put(name, value);
    return this;
  }

  public UpdateItemRequest request(String table, Map<String, AttributeValue> key) {
    UpdateItemRequest.Builder request =
        UpdateItemRequest.builder()
            .tableName(table)
            .key(key)
            .updateExpression(expression())
            .conditionExpression(String.join(" AND ", conditions))
            .returnValues(ReturnValue.ALL_NEW)
            .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD);
    return (values.isEmpty() ? request : request.expressionAttributeValues(values)).build();
  }

  public Update inTransaction(String table, Map<String, AttributeValue> key) {
    return Update.builder()
        .tableName(table)
        .key(key)
        .updateExpression(expression())
        .conditionExpression(String.join(" AND ", conditions))
        .expressionAttributeValues(values)
        .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)
        .build();
  }

  private String expression() {
    String set = sets.isEmpty() ? "" : "SET " + String.join(", ", sets);
    String remove = removes.isEmpty() ? "" : " REMOVE " + String.join(", ", removes);
    return set + remove;
  }
}
