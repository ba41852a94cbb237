package pqsigner.gateway.custodian.dynamodb;

import static pqsigner.gateway.dynamodb.Attributes.number;
import static pqsigner.gateway.dynamodb.Attributes.text;
import static pqsigner.gateway.dynamodb.DynamoCalls.answer;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import pqsigner.gateway.custodian.CustodianRegistry;
import pqsigner.gateway.custodian.RegisteredCustodian;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;
import software.amazon.awssdk.services.dynamodb.model.ScanResponse;

/// Custodians on a DynamoDB table. A few hundred bytes each, so that reading all of them is a
/// handful of read units.
public final class DynamoCustodianRegistry implements CustodianRegistry {

  private static final Logger log = LoggerFactory.getLogger(DynamoCustodianRegistry.class);

  private final DynamoDbClient client;
  private final String table;

  public DynamoCustodianRegistry(DynamoDbClient client, String table) {
    this.client = client;
    this.table = table;
  }

  @Override
  public List<RegisteredCustodian> all() {
    List<RegisteredCustodian> all = new ArrayList<>();
    Map<String, AttributeValue> from = Map.of();
    do {
      ScanRequest.Builder scan = ScanRequest.builder().tableName(table).consistentRead(true);
      ScanRequest page = (from.isEmpty() ? scan : scan.exclusiveStartKey(from)).build();
      ScanResponse found = answer("read custodians", () -> client.scan(page));
      found.items().forEach(item -> readable(item).ifPresent(all::add));
      from = found.lastEvaluatedKey();
    } while (!from.isEmpty());
    return all;
  }

  /// One that somebody has written by hand, and wrongly, is nobody, and takes no other with it.
  private static Optional<RegisteredCustodian> readable(Map<String, AttributeValue> item) {
    try {
      return Optional.of(CustodianItem.read(item));
    } catch (RuntimeException e) {
      log.error("custodian.unreadable item={}", item.get("custodian"), e);
      return Optional.empty();
    }
  }

  @Override
  public Optional<RegisteredCustodian> find(String name) {
    Map<String, AttributeValue> item =
        answer(
                "find custodian",
                () ->
                    client.getItem(get -> get.tableName(table).key(key(name)).consistentRead(true)))
            .item();
    return item == null || item.isEmpty()
        ? Optional.empty()
        : Optional.of(CustodianItem.read(item));
  }

  @Override
  public boolean add(RegisteredCustodian custodian) {
    return held(
        () ->
            client.putItem(
                put ->
                    put.tableName(table)
                        .item(CustodianItem.of(custodian))
                        .conditionExpression("attribute_not_exists(custodian)")));
  }

  @Override
  public boolean change(RegisteredCustodian custodian) {
    return held(
        () ->
            client.putItem(
                put ->
                    put.tableName(table)
                        .item(CustodianItem.of(custodian))
                        .conditionExpression("revision = :before")
                        .expressionAttributeValues(
                            Map.of(":before", number(custodian.revision() - 1)))));
  }

  @Override
  public boolean remove(RegisteredCustodian custodian) {
    return held(
        () ->
            client.deleteItem(
                delete ->
                    delete
                        .tableName(table)
                        .key(key(custodian.name()))
                        .conditionExpression("revision = :seen")
                        .expressionAttributeValues(Map.of(":seen", number(custodian.revision())))));
  }

  private static Map<String, AttributeValue> key(String name) {
    return Map.of("custodian", text(name));
  }

  /// Whether the condition held. A call whose answer was lost and that the SDK repeated finds its
  /// own change: it looks like somebody else's, and whoever asked looks again.
  private static boolean held(Runnable write) {
    try {
      answer(
          "write custodian",
          () -> {
            write.run();
            return true;
          });
      return true;
    } catch (ConditionalCheckFailedException e) {
      return false;
    }
  }
}
