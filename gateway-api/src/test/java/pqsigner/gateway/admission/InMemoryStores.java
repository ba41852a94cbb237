package pqsigner.gateway.admission;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicReference;
import pqsigner.gateway.keys.KeyRegistry;
import pqsigner.gateway.keys.RegisteredKey;
import pqsigner.gateway.ledger.Acceptance;
import pqsigner.gateway.ledger.Completion;
import pqsigner.gateway.ledger.DeadLetter;
import pqsigner.gateway.ledger.FailedFilter;
import pqsigner.gateway.ledger.LedgerEntry;
import pqsigner.gateway.ledger.LedgerPolicy;
import pqsigner.gateway.ledger.LedgerTransitions;
import pqsigner.gateway.ledger.NewRequest;
import pqsigner.gateway.ledger.Outcome;
import pqsigner.gateway.ledger.Pending;
import pqsigner.gateway.ledger.PendingRow;
import pqsigner.gateway.ledger.RefusedCommand;
import pqsigner.gateway.ledger.Replay;
import pqsigner.gateway.ledger.Replayed;
import pqsigner.gateway.ledger.RequestLedger;

/// Ledger and keys in memory, running the ledger's own transitions: as much of them as an admission
/// and its reply need.
public final class InMemoryStores implements RequestLedger, KeyRegistry {

  private final LedgerTransitions transitions =
      new LedgerTransitions(
          new LedgerPolicy(Duration.ofSeconds(10), Duration.ofDays(30), Duration.ofDays(90)));
  private final ConcurrentMap<String, LedgerEntry> rows = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, RegisteredKey> keys = new ConcurrentHashMap<>();
  private final InstantSource clock;

  public InMemoryStores(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public Acceptance accept(NewRequest request) {
    LedgerEntry fresh = transitions.accepted(request);
    LedgerEntry known = rows.putIfAbsent(key(request.custodian(), request.requestId()), fresh);
    return known == null
        ? new Acceptance.Fresh(fresh)
        : transitions.repeated(known, request.digest(), clock.instant());
  }

  @Override
  public Optional<LedgerEntry> find(String custodian, String requestId) {
    return Optional.ofNullable(rows.get(key(custodian, requestId)));
  }

  @Override
  public Completion complete(String custodian, String requestId, byte[] digest, Outcome outcome) {
    AtomicReference<Completion> completion = new AtomicReference<>(new Completion.Unrelated());
    rows.computeIfPresent(
        key(custodian, requestId),
        (_, row) -> {
          Completion what = transitions.complete(row, digest, outcome);
          completion.set(what);
          return what instanceof Completion.Recorded(LedgerEntry next) ? next : row;
        });
    return Objects.requireNonNull(completion.get());
  }

  @Override
  public Completion completeGeneration(String requestId, byte[] digest, RegisteredKey key) {
    keys.put(key(key.custodian(), key.userId()), key);
    return complete(
        key.custodian(),
        requestId,
        digest,
        new Outcome.Generated(key.publicKey(), key.birthAttestation(), key.createdAt()));
  }

  public void register(RegisteredKey key) {
    keys.put(key(key.custodian(), key.userId()), key);
  }

  @Override
  public Optional<RegisteredKey> current(String custodian, String userId) {
    return Optional.ofNullable(keys.get(key(custodian, userId)));
  }

  @Override
  public Optional<RegisteredKey> find(String custodian, String userId, int version) {
    return current(custodian, userId).filter(key -> key.version() == version);
  }

  @Override
  public List<RegisteredKey> versions(String custodian, String userId) {
    return current(custodian, userId).stream().toList();
  }

  public int requests() {
    return rows.size();
  }

  private static String key(String custodian, String id) {
    return custodian + "/" + id;
  }

  @Override
  public Acceptance refuse(RefusedCommand command) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<LedgerEntry> askedOverKafka(String custodian, String requestId) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Replayed replay(LedgerEntry seen, Replay replay) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void noteDeadLetter(
      String custodian, String requestId, byte[] digest, DeadLetter deadLetter) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<LedgerEntry> failed(FailedFilter filter, int limit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Pending pending(Instant now, int limit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Completion expire(String custodian, String requestId, byte[] digest, Instant at) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<LedgerEntry> claim(PendingRow row, Instant dueAt) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void settle(String custodian, String requestId) {
    throw new UnsupportedOperationException();
  }
}
