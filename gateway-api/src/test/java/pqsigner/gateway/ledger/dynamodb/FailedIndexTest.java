package pqsigner.gateway.ledger.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import pqsigner.gateway.ledger.FailedFilter;
import pqsigner.gateway.ledger.LedgerUnavailableException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;

/// A table without capacity: DynamoDB answers, and leaves out what was asked for.
final class FailedIndexTest {

  private final List<Duration> pauses = new ArrayList<>();
  private int reads;

  private void page(int throttledReads) {
    new FailedIndex(new Throttled(throttledReads), "requests", pauses::add)
        .page(FailedFilter.ALL, FailedCursor.BEGIN, 10);
  }

  @Test
  void rowsThatAreLeftOutAreAskedForAgainLaterEachTime() {
    page(3);

    assertThat(reads).isEqualTo(4);
    assertThat(pauses).hasSize(3);
    assertThat(pauses.getFirst()).isBetween(Duration.ofMillis(25), Duration.ofMillis(50));
    assertThat(pauses.getLast()).isBetween(Duration.ofMillis(100), Duration.ofMillis(200));
  }

  @Test
  void rowsThatAreAlwaysLeftOutAreAnOutage() {
    assertThatThrownBy(() -> page(Integer.MAX_VALUE))
        .isInstanceOf(LedgerUnavailableException.class);

    assertThat(reads).isEqualTo(FailedIndex.READS_LIMIT);
    assertThat(pauses)
        .allSatisfy(pause -> assertThat(pause).isLessThanOrEqualTo(Duration.ofSeconds(1)));
  }

  /// One failed request in each shard.
  private final class Throttled implements DynamoDbClient {

    private final int throttledReads;

    Throttled(int throttledReads) {
      this.throttledReads = throttledReads;
    }

    @Override
    public QueryResponse query(QueryRequest query) {
      String shard = Objects.requireNonNull(query.expressionAttributeValues().get(":shard")).s();
      return QueryResponse.builder()
          .items(
              List.of(
                  Map.of(
                      RequestItem.ID, AttributeValue.fromS("custodian-a/" + shard),
                      RequestItem.ENDED_AT, AttributeValue.fromN("1"))))
          .build();
    }

    @Override
    public BatchGetItemResponse batchGetItem(BatchGetItemRequest get) {
      return ++reads <= throttledReads
          ? BatchGetItemResponse.builder().unprocessedKeys(get.requestItems()).build()
          : BatchGetItemResponse.builder().build();
    }

    @Override
    public String serviceName() {
      return "dynamodb";
    }

    @Override
    public void close() {}
  }
}
