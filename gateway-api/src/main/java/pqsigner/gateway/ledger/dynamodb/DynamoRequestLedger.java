package pqsigner.gateway.ledger.dynamodb;

import static pqsigner.gateway.dynamodb.DynamoCalls.answer;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
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
import pqsigner.gateway.ledger.Outcome;
import pqsigner.gateway.ledger.Pending;
import pqsigner.gateway.ledger.PendingRow;
import pqsigner.gateway.ledger.Replay;
import pqsigner.gateway.ledger.Replayed;
import pqsigner.gateway.ledger.Request;
import pqsigner.gateway.ledger.RequestKey;
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
  private final Function<RegisteredKey, List<Put>> keyPuts;

  /// @param keyPuts register a new key; the first fails if its place is taken
  public DynamoRequestLedger(
      DynamoDbClient client,
      String table,
      LedgerPolicy policy,
      InstantSource clock,
      Function<RegisteredKey, List<Put>> keyPuts) {
    this.client = client;
    this.table = table;
    this.clock = clock;
    this.policy = policy;
    this.keyPuts = keyPuts;
    this.transitions = new LedgerTransitions(policy);
    this.updates = new RequestUpdates(policy);
    this.pendingIndex = new PendingIndex(client, table, policy.requeueAfter());
    this.failedIndex = new FailedIndex(client, table, FailedIndex::sleep);
  }

  @Override
  public Acceptance accept(Request request) {
    return put(transitions.accepted(request), null);
  }

  @Override
  public Acceptance refuse(Request request, Outcome outcome) {
    return put(transitions.refused(request, outcome), policy.deletableAt(outcome));
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
      LedgerEntry known = RequestItem.entry(e.item());
      return transitions.repeated(known, entry.request().digest(), clock.instant());
    }
  }

  @Override
  public Optional<LedgerEntry> find(RequestKey key) {
    return read(key).filter(entry -> policy.retained(entry, clock.instant()));
  }

  private Optional<LedgerEntry> read(RequestKey key) {
    Map<String, AttributeValue> item =
        answer(
                "find",
                () ->
                    client.getItem(
                        get -> get.tableName(table).key(RequestItem.key(key)).consistentRead(true)))
            .item();
    return item == null || item.isEmpty() ? Optional.empty() : Optional.of(RequestItem.entry(item));
  }

  @Override
  public Completion complete(RequestKey key, byte[] digest, Outcome outcome) {
    return complete(key, digest, outcome, false);
  }

  @Override
  public Completion end(RequestKey key, byte[] digest, Outcome outcome) {
    return complete(key, digest, outcome, true);
  }

  /// Tries the outcome as it is. If the condition fails, the pure transitions say from the old row
  /// why: another outcome was first, this one does not speak about the row, or it counts as
  /// something else (a signature made too late is an expiry), which is then tried.
  private Completion complete(RequestKey key, byte[] digest, Outcome outcome, boolean keepPending) {
    Outcome counted = outcome;
    for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      RowUpdate update = updates.complete(key, digest, counted, keepPending);
      switch (change("complete", key, update)) {
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
  public Completion completeGeneration(RequestKey request, byte[] digest, RegisteredKey key) {
    Outcome outcome = Outcome.Generated.of(key);
    List<TransactWriteItem> items = new ArrayList<>();
    items.add(
        TransactWriteItem.builder()
            .update(
                updates
                    .complete(request, digest, outcome, false)
                    .inTransaction(table, RequestItem.key(request)))
            .build());
    keyPuts.apply(key).forEach(put -> items.add(TransactWriteItem.builder().put(put).build()));
    for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      try {
        answer("complete generation", () -> client.transactWriteItems(t -> t.transactItems(items)));
        return new Completion.Recorded(read(request).orElseThrow());
      } catch (TransactionCanceledException e) {
        CancellationReason ofRequest = e.cancellationReasons().get(0);
        CancellationReason ofKey = e.cancellationReasons().get(1);
        if (failedCondition(ofRequest)) {
          return notGenerated(request, digest, outcome, ofRequest);
        }
        if (failedCondition(ofKey)) {
          return complete(request, digest, Outcome.Refused.tooLate(key));
        }
        // TransactionConflict: another write had the item in hand; it is over by now or next time.
      }
    }
    throw new LedgerUnavailableException("complete generation: the items kept changing");
  }

  private Completion notGenerated(
      RequestKey request, byte[] digest, Outcome outcome, CancellationReason ofRequest) {
    if (!ofRequest.hasItem() || ofRequest.item().isEmpty()) {
      return new Completion.Unrelated();
    }
    Completion why = transitions.complete(RequestItem.entry(ofRequest.item()), digest, outcome);
    return why instanceof Completion.Recorded(LedgerEntry next)
            && next.outcome() instanceof Outcome.Expired expired
        ? complete(request, digest, expired)
        : why;
  }

  private static boolean failedCondition(CancellationReason reason) {
    return "ConditionalCheckFailed".equals(reason.code());
  }

  @Override
  public Optional<LedgerEntry> askedOverKafka(RequestKey key) {
    return changed("ask", key, updates.askedOverKafka());
  }

  @Override
  public Replayed replay(LedgerEntry seen, Replay replay) {
    return switch (change("replay", seen.key(), updates.replay(seen, replay))) {
      case Changed(LedgerEntry entry) -> new Replayed.Reopened(entry);
      case Stays(LedgerEntry entry) ->
          entry == null ? new Replayed.Missing() : new Replayed.Unchanged(entry);
    };
  }

  @Override
  public void noteDeadLetter(RequestKey key, byte[] digest, DeadLetter deadLetter) {
    change("note dead letter", key, updates.noteDeadLetter(digest, deadLetter));
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
    return changed("claim", row.key(), updates.claim(row, dueAt));
  }

  @Override
  public Optional<LedgerEntry> requeue(LedgerEntry claimed, Instant at) {
    Instant dueAt = claimed.progress().dueAt();
    return dueAt == null
        ? Optional.empty()
        : changed("requeue", claimed.key(), updates.requeue(claimed, dueAt, at));
  }

  @Override
  public void askAgain(LedgerEntry seen, Instant now) {
    Instant queuedAt = seen.progress().queuedAt();
    if (queuedAt != null) {
      change("ask again", seen.key(), updates.askAgain(seen, queuedAt, now));
    }
  }

  @Override
  public void settle(LedgerEntry told) {
    Instant dueAt = told.progress().dueAt();
    if (dueAt != null) {
      change("settle", told.key(), updates.settle(dueAt));
    }
  }

  private Optional<LedgerEntry> changed(String operation, RequestKey key, RowUpdate update) {
    return change(operation, key, update) instanceof Changed(LedgerEntry entry)
        ? Optional.of(entry)
        : Optional.empty();
  }

  private Change change(String operation, RequestKey key, RowUpdate update) {
    try {
      return new Changed(
          RequestItem.entry(
              answer(
                  operation,
                  () ->
                      client
                          .updateItem(update.request(table, RequestItem.key(key)))
                          .attributes())));
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
