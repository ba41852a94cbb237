package pqsigner.gateway.ledger.dynamodb;

import static pqsigner.gateway.dynamodb.DynamoCalls.answer;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import pqsigner.events.ErrorCode;
import pqsigner.gateway.dynamodb.RowUpdate;
import pqsigner.gateway.keys.RegisteredKey;
import pqsigner.gateway.ledger.Acceptance;
import pqsigner.gateway.ledger.Completion;
import pqsigner.gateway.ledger.DeadLetter;
import pqsigner.gateway.ledger.FailedFilter;
import pqsigner.gateway.ledger.FailedPage;
import pqsigner.gateway.ledger.LedgerEntry;
import pqsigner.gateway.ledger.LedgerPolicy;
import pqsigner.gateway.ledger.LedgerTransitions;
import pqsigner.gateway.ledger.LedgerUnavailableException;
import pqsigner.gateway.ledger.NewRequest;
import pqsigner.gateway.ledger.Outcome;
import pqsigner.gateway.ledger.Pending;
import pqsigner.gateway.ledger.PendingRow;
import pqsigner.gateway.ledger.RefusedCommand;
import pqsigner.gateway.ledger.Replay;
import pqsigner.gateway.ledger.Replayed;
import pqsigner.gateway.ledger.RequestLedger;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.Put;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/// The ledger on a DynamoDB table. Each method is one conditional write, or one read.
///
/// A write whose answer got lost is repeated by the SDK and then meets its own row: an acceptance
/// finds the same digest, a completion finds the same outcome. Both are harmless, so no write needs
/// a token.
public final class DynamoRequestLedger implements RequestLedger {

  /// Two replies for one user's key race at most as often as there are gateways.
  private static final int ATTEMPTS_MAX = 5;

  private final DynamoDbClient client;
  private final String table;
  private final InstantSource clock;
  private final LedgerPolicy policy;
  private final LedgerTransitions transitions;
  private final RequestUpdates updates;
  private final PendingIndex pendingIndex;
  private final FailedIndex failedIndex;
  private final Function<RegisteredKey, Put> keyPut;

  /// @param keyPut the put that registers a new key and fails if its place is taken
  public DynamoRequestLedger(
      DynamoDbClient client,
      String table,
      LedgerPolicy policy,
      InstantSource clock,
      Function<RegisteredKey, Put> keyPut) {
    this.client = client;
    this.table = table;
    this.clock = clock;
    this.policy = policy;
    this.keyPut = keyPut;
    this.transitions = new LedgerTransitions(policy);
    this.updates = new RequestUpdates(policy);
    this.pendingIndex = new PendingIndex(client, table, policy.requeueAfter());
    this.failedIndex = new FailedIndex(client, table);
  }

  @Override
  public Acceptance accept(NewRequest request) {
    return put(transitions.accepted(request), null);
  }

  @Override
  public Acceptance refuse(RefusedCommand command) {
    return put(transitions.refused(command), policy.deletableAt(command.outcome()));
  }

  private Acceptance put(LedgerEntry entry, @Nullable Instant deletableAt) {
    try {
      answer(
          "accept",
          () ->
              client.putItem(
                  put ->
                      put.tableName(table)
                          .item(RequestItem.of(entry, deletableAt))
                          .conditionExpression("attribute_not_exists(id)")
                          .returnValuesOnConditionCheckFailure(
                              ReturnValuesOnConditionCheckFailure.ALL_OLD)));
      return new Acceptance.Fresh(entry);
    } catch (ConditionalCheckFailedException e) {
      return transitions.repeated(RequestItem.entry(e.item()), entry.digest(), clock.instant());
    }
  }

  @Override
  public Optional<LedgerEntry> find(String custodian, String requestId) {
    return read(custodian, requestId).filter(entry -> policy.retained(entry, clock.instant()));
  }

  private Optional<LedgerEntry> read(String custodian, String requestId) {
    Map<String, AttributeValue> item =
        answer(
                "find",
                () ->
                    client.getItem(
                        get ->
                            get.tableName(table)
                                .key(RequestItem.key(custodian, requestId))
                                .consistentRead(true)))
            .item();
    return item == null || item.isEmpty() ? Optional.empty() : Optional.of(RequestItem.entry(item));
  }

  @Override
  public Completion complete(String custodian, String requestId, byte[] digest, Outcome outcome) {
    return complete(custodian, requestId, digest, outcome, false);
  }

  @Override
  public Completion expire(String custodian, String requestId, byte[] digest, Instant at) {
    return complete(custodian, requestId, digest, new Outcome.Expired(at), true);
  }

  /// Tries the outcome as it is. If the condition fails, the pure transitions say from the old row
  /// why: another outcome was first, this one does not speak about the row, or it counts as
  /// something else (a signature made too late is an expiry), which is then tried.
  private Completion complete(
      String custodian, String requestId, byte[] digest, Outcome outcome, boolean keepPending) {
    String id = RequestItem.id(custodian, requestId);
    Outcome counted = outcome;
    for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      RowUpdate update = updates.complete(id, digest, counted, keepPending);
      switch (change("complete", custodian, requestId, update)) {
        case Changed(LedgerEntry entry) -> {
          return new Completion.Recorded(entry);
        }
        case Stays(LedgerEntry entry) when entry == null -> {
          return new Completion.Unrelated();
        }
        case Stays(LedgerEntry entry) -> {
          Completion why = transitions.complete(entry, digest, counted);
          if (!(why instanceof Completion.Recorded(LedgerEntry next)) || next.outcome() == null) {
            return why;
          }
          counted = next.outcome();
        }
      }
    }
    throw new LedgerUnavailableException("complete: the row kept changing");
  }

  @Override
  public Completion completeGeneration(String requestId, byte[] digest, RegisteredKey key) {
    String custodian = key.custodian();
    Outcome outcome = Outcome.Generated.of(key);
    RowUpdate update =
        updates.complete(RequestItem.id(custodian, requestId), digest, outcome, false);
    for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      try {
        registerAndComplete(requestId, key, update);
        return new Completion.Recorded(read(custodian, requestId).orElseThrow());
      } catch (TransactionCanceledException e) {
        CancellationReason ofKey = e.cancellationReasons().get(0);
        CancellationReason ofRequest = e.cancellationReasons().get(1);
        if (failedCondition(ofRequest)) {
          return notGenerated(custodian, requestId, digest, outcome, ofRequest);
        }
        if (failedCondition(ofKey)) {
          return complete(custodian, requestId, digest, keyExists(key));
        }
        // TransactionConflict: another write had the item in hand; it is over by now or next time.
      }
    }
    throw new LedgerUnavailableException("complete generation: the items kept changing");
  }

  private void registerAndComplete(String requestId, RegisteredKey key, RowUpdate update) {
    Map<String, AttributeValue> row = RequestItem.key(key.custodian(), requestId);
    TransactWriteItem register = TransactWriteItem.builder().put(keyPut.apply(key)).build();
    TransactWriteItem complete =
        TransactWriteItem.builder().update(update.inTransaction(table, row)).build();
    answer(
        "complete generation",
        () -> client.transactWriteItems(t -> t.transactItems(List.of(register, complete))));
  }

  private Completion notGenerated(
      String custodian,
      String requestId,
      byte[] digest,
      Outcome outcome,
      CancellationReason ofRequest) {
    if (!ofRequest.hasItem() || ofRequest.item().isEmpty()) {
      return new Completion.Unrelated();
    }
    Completion why = transitions.complete(RequestItem.entry(ofRequest.item()), digest, outcome);
    return why instanceof Completion.Recorded(LedgerEntry next)
            && next.outcome() instanceof Outcome.Expired expired
        ? complete(custodian, requestId, digest, expired)
        : why;
  }

  private static Outcome keyExists(RegisteredKey key) {
    return new Outcome.Refused(ErrorCode.KEY_ALREADY_EXISTS, null, key.createdAt());
  }

  private static boolean failedCondition(CancellationReason reason) {
    return "ConditionalCheckFailed".equals(reason.code());
  }

  @Override
  public Optional<LedgerEntry> askedOverKafka(String custodian, String requestId) {
    return switch (change("ask", custodian, requestId, updates.askedOverKafka())) {
      case Changed(LedgerEntry entry) -> Optional.of(entry);
      case Stays _ -> Optional.empty();
    };
  }

  @Override
  public Replayed replay(LedgerEntry seen, Replay replay) {
    String id = RequestItem.id(seen.custodian(), seen.requestId());
    RowUpdate update = updates.replay(id, seen, replay);
    return switch (change("replay", seen.custodian(), seen.requestId(), update)) {
      case Changed(LedgerEntry entry) -> new Replayed.Reopened(entry);
      case Stays(LedgerEntry entry) ->
          entry == null ? new Replayed.Missing() : new Replayed.Unchanged(entry);
    };
  }

  @Override
  public void noteDeadLetter(
      String custodian, String requestId, byte[] digest, DeadLetter deadLetter) {
    change("note dead letter", custodian, requestId, updates.noteDeadLetter(digest, deadLetter));
  }

  @Override
  public FailedPage failed(FailedFilter filter, @Nullable String cursor, int limit) {
    return failedIndex.page(filter, FailedCursor.of(cursor), limit);
  }

  @Override
  public Pending pending(Instant now, int limit) {
    return pendingIndex.pending(now, limit);
  }

  @Override
  public Optional<LedgerEntry> claim(PendingRow row, Instant dueAt) {
    return switch (change("claim", row.custodian(), row.requestId(), updates.claim(row, dueAt))) {
      case Changed(LedgerEntry entry) -> Optional.of(entry);
      case Stays _ -> Optional.empty();
    };
  }

  @Override
  public Optional<LedgerEntry> requeue(LedgerEntry claimed, Instant at) {
    Instant dueAt = claimed.dueAt();
    return dueAt == null
        ? Optional.empty()
        : changed("requeue", claimed, updates.requeue(claimed, dueAt, at));
  }

  @Override
  public void askAgain(LedgerEntry seen, Instant now) {
    Instant queuedAt = seen.queuedAt();
    if (queuedAt != null) {
      changed("ask again", seen, updates.askAgain(seen, queuedAt, now));
    }
  }

  private Optional<LedgerEntry> changed(String operation, LedgerEntry row, RowUpdate update) {
    return switch (change(operation, row.custodian(), row.requestId(), update)) {
      case Changed(LedgerEntry entry) -> Optional.of(entry);
      case Stays _ -> Optional.empty();
    };
  }

  @Override
  public void settle(LedgerEntry told) {
    Instant seen = told.dueAt();
    if (seen != null) {
      change("settle", told.custodian(), told.requestId(), updates.settle(seen));
    }
  }

  private Change change(String operation, String custodian, String requestId, RowUpdate update) {
    Supplier<Map<String, AttributeValue>> call =
        () ->
            client
                .updateItem(update.request(table, RequestItem.key(custodian, requestId)))
                .attributes();
    try {
      return new Changed(RequestItem.entry(answer(operation, call)));
    } catch (ConditionalCheckFailedException e) {
      return new Stays(e.hasItem() && !e.item().isEmpty() ? RequestItem.entry(e.item()) : null);
    }
  }

  /// What a conditional update did.
  private sealed interface Change {}

  private record Changed(LedgerEntry entry) implements Change {}

  /// @param entry the row as it is; null if there is none
  private record Stays(@Nullable LedgerEntry entry) implements Change {}
}
