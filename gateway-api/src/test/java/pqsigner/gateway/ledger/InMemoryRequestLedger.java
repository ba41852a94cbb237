package pqsigner.gateway.ledger;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import pqsigner.gateway.keys.InMemoryKeyRegistry;
import pqsigner.gateway.keys.RegisteredKey;

/// The ledger's twin in memory: the pure transitions under one lock.
public final class InMemoryRequestLedger implements RequestLedger {

  private final Map<RequestKey, LedgerEntry> rows = new HashMap<>();
  private final LedgerTransitions transitions;
  private final LedgerPolicy policy;
  private final InstantSource clock;
  private final InMemoryKeyRegistry keys;

  public InMemoryRequestLedger(LedgerPolicy policy, InstantSource clock, InMemoryKeyRegistry keys) {
    this.transitions = new LedgerTransitions(policy);
    this.policy = policy;
    this.clock = clock;
    this.keys = keys;
  }

  @Override
  public synchronized Acceptance accept(Request request) {
    return put(transitions.accepted(request));
  }

  @Override
  public synchronized Acceptance refuse(Request request, Outcome outcome) {
    return put(transitions.refused(request, outcome));
  }

  private Acceptance put(LedgerEntry entry) {
    LedgerEntry known = rows.putIfAbsent(entry.key(), entry);
    return known == null
        ? new Acceptance.Fresh(entry)
        : transitions.repeated(known, entry.request().digest(), clock.instant());
  }

  @Override
  public synchronized Optional<LedgerEntry> find(RequestKey key) {
    return Optional.ofNullable(rows.get(key))
        .filter(entry -> policy.retained(entry, clock.instant()));
  }

  @Override
  public synchronized Completion complete(RequestKey key, byte[] digest, Outcome outcome) {
    return store(key, row -> transitions.complete(row, digest, outcome));
  }

  @Override
  public synchronized Completion end(RequestKey key, byte[] digest, Outcome outcome) {
    return store(key, row -> transitions.end(row, digest, outcome));
  }

  @Override
  public synchronized Completion completeGeneration(
      RequestKey request, byte[] digest, RegisteredKey key) {
    Outcome outcome = Outcome.Generated.of(key);
    LedgerEntry row = rows.get(request);
    boolean generates =
        row != null
            && transitions.complete(row, digest, outcome) instanceof Completion.Recorded(var next)
            && next.state() == RequestState.GENERATED;
    boolean taken = generates && !keys.register(key);
    return complete(request, digest, taken ? Outcome.Refused.tooLate(key) : outcome);
  }

  private Completion store(RequestKey key, Function<LedgerEntry, Completion> transition) {
    LedgerEntry row = rows.get(key);
    if (row == null) {
      return new Completion.Unrelated();
    }
    Completion completion = transition.apply(row);
    if (completion instanceof Completion.Recorded(LedgerEntry next)) {
      rows.put(key, next);
    }
    return completion;
  }

  @Override
  public synchronized Optional<LedgerEntry> askedOverKafka(RequestKey key) {
    return change(key, transitions::askedOverKafka);
  }

  @Override
  public synchronized Replayed replay(LedgerEntry seen, Replay replay) {
    LedgerEntry row = rows.get(seen.key());
    if (row == null) {
      return new Replayed.Missing();
    }
    Replayed replayed = transitions.replay(row, seen, replay);
    if (replayed instanceof Replayed.Reopened(LedgerEntry next)) {
      rows.put(seen.key(), next);
    }
    return replayed;
  }

  @Override
  public synchronized void noteDeadLetter(RequestKey key, byte[] digest, DeadLetter deadLetter) {
    change(key, row -> transitions.noteDeadLetter(row, digest, deadLetter));
  }

  @Override
  public synchronized FailedPage failed(FailedFilter filter, @Nullable String cursor, int limit) {
    List<LedgerEntry> left =
        rows.values().stream()
            .filter(filter::matches)
            .sorted(
                Comparator.comparing(InMemoryRequestLedger::endedAt)
                    .reversed()
                    .thenComparing(LedgerEntry::requestId))
            .dropWhile(entry -> cursor != null && !position(entry).equals(cursor))
            .skip(cursor == null ? 0 : 1)
            .toList();
    if (cursor != null && left.isEmpty() && !cursor.contains("@")) {
      throw new InvalidCursorException();
    }
    List<LedgerEntry> page = left.subList(0, Math.min(limit, left.size()));
    return new FailedPage(page, page.size() == left.size() ? null : position(page.getLast()));
  }

  private static String position(LedgerEntry entry) {
    return endedAt(entry).toEpochMilli() + "@" + entry.custodian() + "/" + entry.requestId();
  }

  @Override
  public synchronized Pending pending(Instant now, int limit) {
    List<PendingRow> pending =
        rows.values().stream()
            .flatMap(row -> Optional.ofNullable(pendingRow(row)).stream())
            .sorted(Comparator.comparing(PendingRow::dueAt))
            .toList();
    return new Pending(
        pending.stream().filter(row -> !row.dueAt().isAfter(now)).limit(limit).toList(),
        pending.stream().map(PendingRow::since).min(Instant::compareTo));
  }

  @Override
  public synchronized Optional<LedgerEntry> claim(PendingRow row, Instant dueAt) {
    LedgerEntry entry = rows.get(row.key());
    return entry == null || !row.dueAt().equals(entry.progress().dueAt())
        ? Optional.empty()
        : change(row.key(), e -> transitions.due(e, dueAt));
  }

  @Override
  public synchronized Optional<LedgerEntry> requeue(LedgerEntry claimed, Instant at) {
    Optional<LedgerEntry> next =
        Optional.ofNullable(rows.get(claimed.key()))
            .flatMap(row -> Optional.ofNullable(transitions.requeue(row, claimed, at)));
    next.ifPresent(row -> rows.put(claimed.key(), row));
    return next;
  }

  @Override
  public synchronized void askAgain(LedgerEntry seen, Instant now) {
    change(seen.key(), row -> transitions.askAgain(row, seen, now));
  }

  @Override
  public synchronized void settle(LedgerEntry told) {
    change(told.key(), row -> transitions.settled(row, told));
  }

  private Optional<LedgerEntry> change(RequestKey key, Function<LedgerEntry, LedgerEntry> next) {
    return Optional.ofNullable(rows.computeIfPresent(key, (_, row) -> next.apply(row)));
  }

  private static @Nullable PendingRow pendingRow(LedgerEntry row) {
    Instant dueAt = row.progress().dueAt();
    return dueAt == null ? null : new PendingRow(row.key(), row.pendingSince(), dueAt);
  }

  private static Instant endedAt(LedgerEntry entry) {
    Outcome outcome = entry.outcome();
    return outcome == null ? Instant.EPOCH : outcome.at();
  }
}
