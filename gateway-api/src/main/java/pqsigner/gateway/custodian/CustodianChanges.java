package pqsigner.gateway.custodian;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What operators do to the registry. Each act is logged with who did it, and this gateway knows of
/// it at once.
public final class CustodianChanges {

  private static final Logger log = LoggerFactory.getLogger(CustodianChanges.class);

  /// Every gateway holds all of them, and reads them every few seconds.
  public static final int CUSTODIANS_MAX = 1000;

  /// Operators who change one custodian at the same moment, and did not ask to be told.
  private static final int ATTEMPTS_MAX = 5;

  private final CustodianRegistry registry;
  private final Custodians custodians;
  private final InstantSource clock;

  public CustodianChanges(CustodianRegistry registry, Custodians custodians, InstantSource clock) {
    this.registry = registry;
    this.custodians = custodians;
    this.clock = clock;
  }

  /// What became of an act.
  public sealed interface Change {

    /// @param custodian as it is now; as it was, if it was removed
    record Made(RegisteredCustodian custodian) implements Change {}

    /// The name is not registered.
    record Unknown() implements Change {}

    /// The name is registered already, or its revision is not the expected one.
    record Conflict() implements Change {}

    /// There are as many as there may be.
    record Full() implements Change {}
  }

  public Change add(String name, CustodianTerms terms, String operator) {
    if (custodians.size() >= CUSTODIANS_MAX) {
      return new Change.Full();
    }
    var custodian = RegisteredCustodian.added(name, terms, operator, now());
    if (!registry.add(custodian)) {
      return new Change.Conflict();
    }
    log.info("custodian.added custodian={} operator={} terms=\"{}\"", name, operator, terms);
    return made(custodian);
  }

  /// @param revision that the operator has seen; null: whichever it is, so that a custodian can be
  ///   cut off whatever else is being changed
  public Change change(
      String name, @Nullable Long revision, UnaryOperator<CustodianTerms> terms, String operator) {
    for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      Optional<RegisteredCustodian> found = registry.find(name);
      if (found.isEmpty()) {
        return new Change.Unknown();
      }
      RegisteredCustodian before = found.get();
      if (revision != null && revision != before.revision()) {
        return new Change.Conflict();
      }
      RegisteredCustodian after = before.changed(terms.apply(before.terms()), operator, now());
      if (registry.change(after)) {
        log.info(
            "custodian.changed custodian={} operator={} revision={} terms=\"{}\"",
            name,
            operator,
            after.revision(),
            after.terms());
        return made(after);
      }
    }
    return new Change.Conflict();
  }

  /// @param revision as in [#change]
  public Change remove(String name, @Nullable Long revision, String operator) {
    Optional<RegisteredCustodian> found = registry.find(name);
    if (found.isEmpty()) {
      return new Change.Unknown();
    }
    boolean seen = revision == null || revision == found.get().revision();
    if (!seen || !registry.remove(found.get())) {
      return new Change.Conflict();
    }
    log.info("custodian.removed custodian={} operator={}", name, operator);
    return made(found.get());
  }

  /// As exact as it is stored.
  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  private Change made(RegisteredCustodian custodian) {
    custodians.refresh();
    return new Change.Made(custodian);
  }
}
