package pqsigner.gateway.ledger.dynamodb;

import static pqsigner.gateway.dynamodb.Attributes.text;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import pqsigner.gateway.dynamodb.DynamoCalls;
import pqsigner.gateway.ledger.Pending;
import pqsigner.gateway.ledger.PendingRow;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;

/// The sparse index of pending requests, read. A question has a bound on the pages it may cost.
final class PendingIndex {

  static final String PENDING = "pending";

  private static final int PAGE_ROWS = 500;

  /// Rows beyond this many per shard wait for the ones before them: with eight shards, 40,000
  /// pending rows that a sweeper has in view.
  private static final int PAGES_MAX = 10;

  private final DynamoDbClient client;
  private final String table;
  private final Duration requeueAfter;

  PendingIndex(DynamoDbClient client, String table, Duration requeueAfter) {
    this.client = client;
    this.table = table;
    this.requeueAfter = requeueAfter;
  }

  /// The due rows of every shard, longest due first.
  Pending pending(Instant now, int limit) {
    List<PendingRow> due = new ArrayList<>();
    List<Instant> oldest = new ArrayList<>();
    for (int shard = 0; shard < RequestItem.SHARDS; shard++) {
      pendingOfShard(shard, now, limit, due, oldest);
    }
    due.sort(Comparator.comparing(PendingRow::dueAt));
    return new Pending(
        due.subList(0, Math.min(limit, due.size())), oldest.stream().min(Instant::compareTo));
  }

  /// Rows come oldest first, and a row younger than the requeue time cannot be due.
  private void pendingOfShard(
      int shard, Instant now, int limit, List<PendingRow> due, List<Instant> oldest) {
    Instant youngestDue = now.minus(requeueAfter);
    Map<String, AttributeValue> from = Map.of();
    int found = 0;
    for (int page = 0; page < PAGES_MAX; page++) {
      QueryResponse response = page(pendingQuery(shard).limit(PAGE_ROWS), from);
      List<PendingRow> rows = response.items().stream().map(RequestItem::pendingRow).toList();
      if (page == 0 && !rows.isEmpty()) {
        oldest.add(rows.getFirst().since());
      }
      for (PendingRow row : rows) {
        if (!row.dueAt().isAfter(now) && found < limit) {
          due.add(row);
          found++;
        }
      }
      from = response.lastEvaluatedKey();
      if (from.isEmpty() || found >= limit || rows.getLast().since().isAfter(youngestDue)) {
        return;
      }
    }
  }

  private QueryRequest.Builder pendingQuery(int shard) {
    return QueryRequest.builder()
        .tableName(table)
        .indexName(PENDING)
        .keyConditionExpression("pending_shard = :shard")
        .expressionAttributeValues(Map.of(":shard", text(Integer.toString(shard))));
  }

  private QueryResponse page(QueryRequest.Builder query, Map<String, AttributeValue> from) {
    return DynamoCalls.answer(
        "query",
        () -> client.query((from.isEmpty() ? query : query.exclusiveStartKey(from)).build()));
  }
}
