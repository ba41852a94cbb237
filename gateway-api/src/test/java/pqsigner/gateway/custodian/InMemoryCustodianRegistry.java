package pqsigner.gateway.custodian;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import pqsigner.gateway.ledger.LedgerUnavailableException;

/// The registry's twin in memory.
public final class InMemoryCustodianRegistry implements CustodianRegistry {

  private final Map<String, RegisteredCustodian> custodians = new ConcurrentHashMap<>();
  private final AtomicInteger reads = new AtomicInteger();
  private volatile boolean down;

  /// With these registered as usual.
  public static InMemoryCustodianRegistry of(String... names) {
    InMemoryCustodianRegistry registry = new InMemoryCustodianRegistry();
    for (String name : names) {
      registry.agree(name, CustodianTerms.usual());
    }
    return registry;
  }

  /// What a gateway knows of it, read again by whoever asks for that.
  public Custodians snapshot() {
    return new Custodians(this, Duration.ofMinutes(1), System::nanoTime);
  }

  /// Whatever was agreed before.
  public void agree(String name, CustodianTerms terms) {
    custodians.compute(
        name,
        (_, before) ->
            before == null
                ? RegisteredCustodian.added(name, terms, "test", Instant.EPOCH)
                : before.changed(terms, "test", Instant.EPOCH));
  }

  public void down(boolean now) {
    down = now;
  }

  int reads() {
    return reads.get();
  }

  @Override
  public List<RegisteredCustodian> all() {
    reads.incrementAndGet();
    if (down) {
      throw new LedgerUnavailableException("down");
    }
    return List.copyOf(custodians.values());
  }

  @Override
  public Optional<RegisteredCustodian> find(String name) {
    return Optional.ofNullable(custodians.get(name));
  }

  @Override
  public boolean add(RegisteredCustodian custodian) {
    return custodians.putIfAbsent(custodian.name(), custodian) == null;
  }

  @Override
  public boolean change(RegisteredCustodian custodian) {
    boolean[] changed = {false};
    custodians.computeIfPresent(
        custodian.name(),
        (_, stored) -> {
          changed[0] = stored.revision() == custodian.revision() - 1;
          return changed[0] ? custodian : stored;
        });
    return changed[0];
  }

  @Override
  public boolean remove(RegisteredCustodian custodian) {
    boolean[] removed = {false};
    custodians.computeIfPresent(
        custodian.name(),
        (_, stored) -> {
          removed[0] = stored.revision() == custodian.revision();
          return removed[0] ? null : stored;
        });
    return removed[0];
  }
}
