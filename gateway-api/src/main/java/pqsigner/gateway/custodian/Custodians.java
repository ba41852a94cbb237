package pqsigner.gateway.custodian;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import pqsigner.gateway.ledger.LedgerUnavailableException;

/// The registry as this gateway last read it, whole. Asking it costs a look into a map, whoever
/// asks and however often.
///
/// A snapshot that could not be renewed for too long is not believed any more: a gateway that
/// cannot know who was cut off serves no custodian.
public final class Custodians {

  private static final Logger log = LoggerFactory.getLogger(Custodians.class);

  /// How old a snapshot must be to be read again for a name that it does not have.
  private static final Duration UNKNOWN_AFTER = Duration.ofSeconds(1);

  private record Snapshot(Map<String, RegisteredCustodian> byName, long readAt) {}

  private final CustodianRegistry registry;
  private final Duration usableFor;
  private final LongSupplier nanoTime;
  private volatile Snapshot snapshot;
  private volatile boolean readable = true;

  /// Reads the registry.
  ///
  /// @throws LedgerUnavailableException when it does not answer; a gateway does not start then
  public Custodians(CustodianRegistry registry, Duration usableFor, LongSupplier nanoTime) {
    this.registry = registry;
    this.usableFor = usableFor;
    this.nanoTime = nanoTime;
    this.snapshot = read();
  }

  /// @throws LedgerUnavailableException when the last snapshot is too old, or does not have the
  ///   name and cannot be read again
  public Optional<RegisteredCustodian> find(String name) {
    requireUsable();
    Optional<RegisteredCustodian> known = lastKnown(name);
    return known.isPresent() ? known : justAdded(name);
  }

  /// As of the last snapshot, however old it is: for bounds, which hold in any case.
  public Optional<RegisteredCustodian> lastKnown(String name) {
    return Optional.ofNullable(snapshot.byName().get(name));
  }

  /// Whether the last snapshot is young enough to be believed.
  public boolean isUsable() {
    return age().compareTo(usableFor) <= 0;
  }

  public Duration age() {
    return Duration.ofNanos(nanoTime.getAsLong() - snapshot.readAt());
  }

  public int size() {
    return snapshot.byName().size();
  }

  /// Reads the registry again; if it does not answer, what was read last stays.
  public void refresh() {
    try {
      renew(Duration.ZERO);
      if (!readable) {
        readable = true;
        log.info("custodians.readable count={}", size());
      }
    } catch (RuntimeException e) {
      if (readable) {
        readable = false;
        log.warn("custodians.unreadable usable_for={} cause=\"{}\"", usableFor, e.toString());
      }
    }
  }

  private void requireUsable() {
    if (!isUsable()) {
      throw new LedgerUnavailableException(
          "the registry of custodians was last read " + age().toSeconds() + " s ago");
    }
  }

  /// So that a new custodian need not wait for its first command to be understood. However many
  /// strangers ask, the registry is read at most once in [#UNKNOWN_AFTER].
  private Optional<RegisteredCustodian> justAdded(String name) {
    renew(UNKNOWN_AFTER);
    return lastKnown(name);
  }

  private synchronized void renew(Duration ifOlderThan) {
    if (age().compareTo(ifOlderThan) >= 0) {
      snapshot = read();
    }
  }

  /// As old as the moment before it was asked for.
  private Snapshot read() {
    long now = nanoTime.getAsLong();
    return new Snapshot(
        registry.all().stream()
            .collect(Collectors.toUnmodifiableMap(RegisteredCustodian::name, Function.identity())),
        now);
  }
}
