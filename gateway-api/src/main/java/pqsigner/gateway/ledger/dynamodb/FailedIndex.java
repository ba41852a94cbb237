package pqsigner.gateway.ledger.dynamodb;

import static pqsigner.gateway.dynamodb.Attributes.number;
import static pqsigner.gateway.dynamodb.Attributes.text;
import static pqsigner.gateway.dynamodb.Attributes.textOrNull;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import pqsigner.events.ErrorCode;
import pqsigner.gateway.dynamodb.DynamoCalls;
import pqsigner.gateway.ledger.FailedFilter;
import pqsigner.gateway.ledger.FailedPage;
import pqsigner.gateway.ledger.LedgerEntry;
import pqsigner.gateway.ledger.LedgerUnavailableException;
import pqsigner.gateway.ledger.dynamodb.FailedCursor.Position;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;

/// The sparse index of failed requests, read a page at a time. Each row comes exactly once,
/// whatever fails or is replayed between two pages, and a page costs a bounded number of queries.
final class FailedIndex {

  private static final String NAME = "failed";
  private static final int ROWS_PER_QUERY = 500;

  /// For each shard and page, so that a filter which nothing matches costs no more.
  private static final int QUERIES_LIMIT = 10;

  /// DynamoDB's own limit.
  private static final int KEYS_PER_READ = 100;

  /// How many times the same rows are asked for. All that one read may name fit into one answer, so
  /// DynamoDB leaves some out only while it lacks capacity.
  static final int READS_LIMIT = 8;

  private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
  private static final Duration PAUSE_LIMIT = Duration.ofSeconds(1);

  /// Later than any RFC 3339 time, whatever its offset.
  private static final long NEVER_MS = Instant.parse("+10000-01-02T00:00:00Z").toEpochMilli();

  private final DynamoDbClient client;
  private final String table;
  private final Consumer<Duration> pause;

  /// @param pause waits before rows are asked for again
  FailedIndex(DynamoDbClient client, String table, Consumer<Duration> pause) {
    this.client = client;
    this.table = table;
    this.pause = pause;
  }

  private record Row(long endedAtMs, String id) {
    Position position() {
      return new Position.After(endedAtMs, id);
    }
  }

  /// What was found of one shard, latest first.
  ///
  /// @param behind where the shard goes on when all of `rows` are taken
  private record Found(Position from, List<Row> rows, Position behind) {
    Position after(int taken) {
      if (taken == rows.size()) {
        return behind;
      }
      return taken == 0 ? from : rows.get(taken - 1).position();
    }
  }

  /// Latest failure first.
  FailedPage page(FailedFilter filter, FailedCursor from, int limit) {
    List<Found> found = new ArrayList<>();
    for (int shard = 0; shard < RequestItem.SHARDS; shard++) {
      found.add(ofShard(shard, filter, from.shards().get(shard), limit));
    }
    int[] taken = new int[found.size()];
    List<String> ids = new ArrayList<>();
    for (int shard = latest(found, taken);
        shard >= 0 && ids.size() < limit;
        shard = latest(found, taken)) {
      ids.add(found.get(shard).rows().get(taken[shard]++).id());
    }
    List<Position> next = new ArrayList<>();
    for (int shard = 0; shard < taken.length; shard++) {
      next.add(found.get(shard).after(taken[shard]));
    }
    List<LedgerEntry> entries = read(ids).stream().filter(filter::matches).toList();
    return new FailedPage(entries, new FailedCursor(next).text());
  }

  /// In the order of `ids`; a row that is gone is left out.
  private List<LedgerEntry> read(List<String> ids) {
    Map<String, LedgerEntry> rows = new HashMap<>();
    for (int from = 0; from < ids.size(); from += KEYS_PER_READ) {
      List<String> some = ids.subList(from, Math.min(ids.size(), from + KEYS_PER_READ));
      List<Map<String, AttributeValue>> keys =
          some.stream().map(id -> Map.of(RequestItem.ID, text(id))).toList();
      Map<String, KeysAndAttributes> left =
          Map.of(table, KeysAndAttributes.builder().keys(keys).consistentRead(true).build());
      for (int read = 0; !left.isEmpty(); read++) {
        if (read == READS_LIMIT) {
          throw new LedgerUnavailableException("read failed: rows left out " + read + " times");
        }
        if (read > 0) {
          pause.accept(pauseBefore(read));
        }
        Map<String, KeysAndAttributes> asked = left;
        BatchGetItemResponse response =
            DynamoCalls.answer(
                "read failed", () -> client.batchGetItem(get -> get.requestItems(asked)));
        response
            .responses()
            .getOrDefault(table, List.of())
            .forEach(item -> rows.put(text(item, RequestItem.ID), RequestItem.entry(item)));
        left = response.unprocessedKeys();
      }
    }
    return ids.stream().flatMap(id -> Stream.ofNullable(rows.get(id))).toList();
  }

  /// Twice as long each time, less up to half of it at random, so that gateways do not ask at once.
  private static Duration pauseBefore(int read) {
    long longest = Math.min(FIRST_PAUSE.toMillis() << (read - 1), PAUSE_LIMIT.toMillis());
    return Duration.ofMillis(ThreadLocalRandom.current().nextLong(longest / 2, longest + 1));
  }

  static void sleep(Duration pause) {
    try {
      Thread.sleep(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LedgerUnavailableException("read failed: interrupted", e);
    }
  }

  /// The shard whose next row failed last; -1 when nothing is left.
  private static int latest(List<Found> found, int[] taken) {
    int best = -1;
    long bestAt = Long.MIN_VALUE;
    for (int shard = 0; shard < taken.length; shard++) {
      List<Row> rows = found.get(shard).rows();
      if (taken[shard] < rows.size() && rows.get(taken[shard]).endedAtMs() > bestAt) {
        best = shard;
        bestAt = rows.get(taken[shard]).endedAtMs();
      }
    }
    return best;
  }

  private Found ofShard(int shard, FailedFilter filter, Position from, int limit) {
    List<Row> rows = new ArrayList<>();
    Position at = from;
    for (int query = 0; query < QUERIES_LIMIT && !(at instanceof Position.End); query++) {
      QueryResponse response = query(shard, filter, at);
      for (Map<String, AttributeValue> item : response.items()) {
        Row row = new Row(number(item, RequestItem.ENDED_AT), text(item, RequestItem.ID));
        at = row.position();
        if (matches(item, filter)) {
          rows.add(row);
          if (rows.size() == limit) {
            return new Found(from, rows, at);
          }
        }
      }
      if (response.lastEvaluatedKey().isEmpty()) {
        at = new Position.End();
      }
    }
    return new Found(from, rows, at);
  }

  private QueryResponse query(int shard, FailedFilter filter, Position from) {
    long since = Optional.ofNullable(filter.since()).orElse(Instant.EPOCH).toEpochMilli();
    long until = Optional.ofNullable(filter.until()).map(Instant::toEpochMilli).orElse(NEVER_MS);
    QueryRequest query =
        QueryRequest.builder()
            .tableName(table)
            .indexName(NAME)
            .keyConditionExpression(
                RequestItem.FAILED_SHARD + " = :shard AND ended_at BETWEEN :since AND :until")
            .expressionAttributeValues(
                Map.of(
                    ":shard", text(Integer.toString(shard)),
                    ":since", number(since),
                    ":until", number(until - 1)))
            .scanIndexForward(false)
            .limit(ROWS_PER_QUERY)
            .exclusiveStartKey(startKey(shard, from))
            .build();
    return DynamoCalls.answer("query", () -> client.query(query));
  }

  private static @Nullable Map<String, AttributeValue> startKey(int shard, Position from) {
    return from instanceof Position.After(long endedAtMs, String id)
        ? Map.of(
            RequestItem.ID, text(id),
            RequestItem.FAILED_SHARD, text(Integer.toString(shard)),
            RequestItem.ENDED_AT, number(endedAtMs))
        : null;
  }

  private static boolean matches(Map<String, AttributeValue> item, FailedFilter filter) {
    ErrorCode code = filter.code();
    String custodian = filter.custodian();
    return (code == null || code.code().equals(textOrNull(item, RequestItem.CODE)))
        && (custodian == null || text(item, RequestItem.ID).startsWith(custodian + "/"));
  }
}
