package pqsigner.gateway.custodian;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import pqsigner.events.Algorithm;

/// What was agreed with a custodian. What was not agreed is as the gateway's settings say.
///
/// @param algorithms that it may generate keys of and sign with; empty: all
/// @param mu whether it may send `mu` instead of a message; null: as `pq-signer.admission` says
/// @param context whether it may send a context
/// @param pins SHA-256, in lower-case hexadecimal, of the certificates that may be used or of the
///   public keys (SubjectPublicKeyInfo) of the authorities behind them; empty: any certificate that
///   the custodians' authorities vouch for
public record CustodianTerms(
    State state,
    Map<CustodianLimit, Integer> limits,
    Set<Algorithm> algorithms,
    @Nullable Boolean mu,
    boolean context,
    Set<String> pins) {

  public static final int PINS_MAX = 16;

  public enum State {
    ENABLED,
    /// Nothing is taken from it and nothing is handed to it.
    DISABLED
  }

  public CustodianTerms {
    limits = Map.copyOf(limits);
    algorithms = Set.copyOf(algorithms);
    pins = Set.copyOf(pins);
  }

  /// Enabled, with everything as the gateway's settings say.
  public static CustodianTerms usual() {
    return new CustodianTerms(State.ENABLED, Map.of(), Set.of(), null, true, Set.of());
  }

  public CustodianTerms in(State other) {
    return new CustodianTerms(other, limits, algorithms, mu, context, pins);
  }

  public CustodianTerms withLimits(Map<CustodianLimit, Integer> other) {
    return new CustodianTerms(state, other, algorithms, mu, context, pins);
  }

  public CustodianTerms withAlgorithms(Set<Algorithm> other) {
    return new CustodianTerms(state, limits, other, mu, context, pins);
  }

  public CustodianTerms withMu(@Nullable Boolean other) {
    return new CustodianTerms(state, limits, algorithms, other, context, pins);
  }

  public CustodianTerms withContext(boolean other) {
    return new CustodianTerms(state, limits, algorithms, mu, other, pins);
  }

  public CustodianTerms withPins(Set<String> other) {
    return new CustodianTerms(state, limits, algorithms, mu, context, other);
  }

  /// @param fingerprints of a caller's certificate and of the authorities behind it
  boolean acceptAny(Set<String> fingerprints) {
    return pins.isEmpty() || pins.stream().anyMatch(fingerprints::contains);
  }
}
