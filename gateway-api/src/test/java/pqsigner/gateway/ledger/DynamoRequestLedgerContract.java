package pqsigner.gateway.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static pqsigner.gateway.ledger.Entries.CUSTODIAN;
import static pqsigner.gateway.ledger.Entries.NOW;
import static pqsigner.gateway.ledger.Entries.digest;
import static pqsigner.gateway.ledger.Entries.key;
import static pqsigner.gateway.ledger.Entries.sign;
import static pqsigner.gateway.ledger.Entries.signed;

import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import pqsigner.gateway.dynamodb.DynamoClients;
import pqsigner.gateway.dynamodb.DynamoSettings;
import pqsigner.gateway.dynamodb.DynamoTables;
import pqsigner.gateway.dynamodb.TableNames;
import pqsigner.gateway.keys.InMemoryKeyRegistry;
import pqsigner.gateway.keys.KeyRegistry;
import pqsigner.gateway.keys.dynamodb.DynamoKeyRegistry;
import pqsigner.gateway.ledger.dynamodb.DynamoRequestLedger;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveStatus;

/// The same contract on DynamoDB Local, and what only a table shows, wherever DynamoDB Local comes
/// from.
abstract class DynamoRequestLedgerContract extends RequestLedgerRaces {

  static final TableNames TABLES = new TableNames("requests", "keys", "custodians", "key-states");
  private static final int HISTORIES = Boolean.getBoolean("proofs") ? 60 : 12;

  private static final StaticCredentialsProvider CREDENTIALS =
      StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local"));

  private final DynamoDbClient client;
  private final DynamoKeyRegistry keys;
  private final RequestLedger ledger;

  /// @param client of a database that has [#TABLES]
  DynamoRequestLedgerContract(DynamoDbClient client) {
    this.client = client;
    this.keys = new DynamoKeyRegistry(client, TABLES.keys(), TABLES.keyStates());
    this.ledger =
        new DynamoRequestLedger(client, TABLES.requests(), Entries.POLICY, clock, keys::puts);
  }

  /// Has room for a starting, busy machine; the bounds themselves have their own test.
  static DynamoDbClient client(URI endpoint) {
    return DynamoClients.create(
        settings(endpoint, Duration.ofSeconds(20), Duration.ofSeconds(60)), CREDENTIALS);
  }

  private static DynamoSettings settings(URI endpoint, Duration attempt, Duration call) {
    return new DynamoSettings(
        endpoint,
        "eu-central-1",
        TABLES.requests(),
        TABLES.keys(),
        TABLES.custodians(),
        TABLES.keyStates(),
        false,
        attempt,
        call,
        3,
        64,
        1,
        Duration.ZERO);
  }

  @Override
  RequestLedger ledger() {
    return ledger;
  }

  @Override
  KeyRegistry keys() {
    return keys;
  }

  @Test
  void creatingTheTablesAgainChangesNothing() {
    accepted(sign(id));

    DynamoTables.create(client, TABLES);

    assertThat(found().state()).isEqualTo(RequestState.ACCEPTED);
    assertThat(
            client
                .describeTimeToLive(t -> t.tableName(TABLES.requests()))
                .timeToLiveDescription()
                .timeToLiveStatus())
        .isEqualTo(TimeToLiveStatus.ENABLED);
  }

  @Test
  void onlyAFinishedRowHasATimeToLiveAndItIsTheDigests() {
    accepted(sign(id));
    assertThat(item()).doesNotContainKey("expires_at");

    recorded(signed(1, NOW));

    assertThat(item())
        .containsEntry(
            "expires_at",
            AttributeValue.fromN(
                Long.toString(NOW.plus(Entries.POLICY.digestRetention()).getEpochSecond())));
  }

  @Test
  void aFinishedRowHoldsNothingOfTheMessageAndIsInNoIndex() {
    accepted(sign(id));
    assertThat(item()).containsKeys("content_message", "content_context", "pending_shard");

    recorded(signed(1));

    assertThat(item())
        .doesNotContainKeys(
            "content_message",
            "content_mu",
            "content_context",
            "pending_shard",
            "pending_since",
            "due_at",
            "failed_shard");
  }

  @Test
  void everyShardOfThePendingIndexIsSwept() {
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < 200; i++) {
      String requestId = "shard-" + UUID.randomUUID();
      ids.add(requestId);
      ledger.accept(sign(requestId));
    }

    Set<String> due = new HashSet<>();
    ledger
        .pending(NOW.plusSeconds(10), 100_000)
        .due()
        .forEach(row -> due.add(row.key().requestId()));

    assertThat(due).containsAll(ids);
    assertThat(ledger.pending(NOW.plusSeconds(10), 7).due()).hasSize(7);
  }

  @Test
  void anUnreachableStoreIsUnavailableWithinItsBound() {
    DynamoSettings nowhere =
        settings(URI.create("http://127.0.0.1:1"), Duration.ofMillis(300), Duration.ofSeconds(2));
    try (DynamoDbClient broken = DynamoClients.create(nowhere, CREDENTIALS)) {
      RequestLedger unreachable =
          new DynamoRequestLedger(broken, TABLES.requests(), Entries.POLICY, clock, keys::puts);
      long start = System.nanoTime();

      assertThatThrownBy(() -> unreachable.accept(sign(id)))
          .isInstanceOf(LedgerUnavailableException.class);

      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    }
  }

  @Test
  void aMissingTableIsAnOutageAndNotAnEmptyLedger() {
    RequestLedger missing =
        new DynamoRequestLedger(client, "no-such-table", Entries.POLICY, clock, keys::puts);

    assertThatThrownBy(() -> missing.find(key(id))).isInstanceOf(LedgerUnavailableException.class);
    assertThatThrownBy(() -> missing.complete(key(id), digest("hello"), signed(1)))
        .isInstanceOf(LedgerUnavailableException.class);
  }

  /// The write conditions and the pure transitions are two spellings of one rule: any history gives
  /// the same answers and the same row. The ordinary build tries the first few.
  @Test
  void theTableDoesWhatTheTransitionsSay() {
    for (int seed = 0; seed < HISTORIES; seed++) {
      String requestId = "history-" + UUID.randomUUID();
      RequestLedger twin =
          new InMemoryRequestLedger(Entries.POLICY, clock, new InMemoryKeyRegistry());
      LedgerEvents events = new LedgerEvents(seed);
      for (int i = 0; i < 30; i++) {
        LedgerEvents.Event event = events.next();
        Object expected = event.happenTo(twin, requestId);
        Object actual = event.happenTo(ledger, requestId);

        assertThat(actual)
            .as("answer to event %s of seed %s", i, seed)
            .usingRecursiveComparison()
            .isEqualTo(expected);
        assertThat(ledger.find(key(requestId)))
            .as("row after event %s of seed %s", i, seed)
            .usingRecursiveComparison()
            .isEqualTo(twin.find(key(requestId)));
      }
    }
  }

  private Map<String, AttributeValue> item() {
    return client
        .getItem(
            get ->
                get.tableName(TABLES.requests())
                    .key(Map.of("id", AttributeValue.fromS(CUSTODIAN + "/" + id)))
                    .consistentRead(true))
        .item();
  }
}
