package pqsigner.worker.enclave;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/// Whether jobs may be sent. Open: something that every job needs is down, so nothing is consumed
/// and nothing is retried, diverted or given up. An enclave that is down, or that KMS does not let
/// work, closes the circuit itself when its status says that it serves; whether a KMS that failed
/// on jobs is back shows only by trying, so then the circuit is half open and lets one job through
/// at a time.
public final class EnclaveCircuit {

  public enum Cause {
    STARTING,
    ENCLAVE_UNREACHABLE,
    ENCLAVE_NOT_READY,
    NO_CREDENTIALS,
    /// KMS does not take the host's credentials.
    CREDENTIALS_REFUSED,
    /// KMS takes the credentials and denies what the enclave asks.
    KMS_DENIED,
    KMS_UNAVAILABLE
  }

  public sealed interface State {
    record Closed() implements State {}

    /// @param failures how many trials failed in a row
    /// @param trialAt when the next trial may be made; [Instant#MAX] when the enclave's status is
    ///   what closes the circuit
    record Open(Cause cause, int failures, Instant trialAt) implements State {}

    record HalfOpen(int failures, boolean trialRunning) implements State {}
  }

  public enum Admission {
    PROCEED,
    /// Send one job, then say what became of it.
    TRIAL,
    WAIT
  }

  private final InstantSource clock;
  private final Duration trialAfterMin;
  private final Duration trialAfterMax;
  private final List<Runnable> observers = new CopyOnWriteArrayList<>();
  private State state;

  /// @param trialAfterMin wait before the first trial; doubles with each failed one
  public EnclaveCircuit(InstantSource clock, Duration trialAfterMin, Duration trialAfterMax) {
    this.clock = clock;
    this.trialAfterMin = trialAfterMin;
    this.trialAfterMax = trialAfterMax;
    this.state = new State.Open(Cause.STARTING, 0, Instant.MAX);
  }

  /// Calls `observer` after each change, without the state: it may have changed again, so an
  /// observer reads [#state()] itself.
  public void onChange(Runnable observer) {
    observers.add(observer);
  }

  public synchronized State state() {
    return state;
  }

  public boolean isClosed() {
    return state() instanceof State.Closed;
  }

  /// Asked before each exchange with the enclave. [Admission#TRIAL] is given to one caller, who
  /// must call one of the `trial...` methods.
  public synchronized Admission admit() {
    return switch (state) {
      case State.Closed() -> Admission.PROCEED;
      case State.Open _ -> Admission.WAIT;
      case State.HalfOpen(var _, var running) when running -> Admission.WAIT;
      case State.HalfOpen(var failures, var _) -> {
        state = new State.HalfOpen(failures, true);
        yield Admission.TRIAL;
      }
    };
  }

  /// The enclave's status says that it serves. That heals everything but a KMS outage that jobs
  /// met.
  public void enclaveServing() {
    change(
        now ->
            now instanceof State.Open(var _, var _, var trialAt) && trialAt.equals(Instant.MAX)
                ? new State.Closed()
                : now);
  }

  /// The enclave is away, or does not serve for this cause.
  public void enclaveDown(Cause cause) {
    change(_ -> new State.Open(cause, 0, Instant.MAX));
  }

  public void kmsUnavailable() {
    change(
        now ->
            switch (now) {
              case State.Closed() -> kmsOpen(1);
              case State.HalfOpen(var failures, var _) -> kmsOpen(failures + 1);
              case State.Open _ -> now;
            });
  }

  public void trialPassed() {
    change(now -> now instanceof State.HalfOpen ? new State.Closed() : now);
  }

  public void trialFailed() {
    change(now -> now instanceof State.HalfOpen(var failures, var _) ? kmsOpen(failures + 1) : now);
  }

  /// The job of the trial did not reach the enclave after all.
  public void trialUnused() {
    change(
        now ->
            now instanceof State.HalfOpen(var failures, var _)
                ? new State.HalfOpen(failures, false)
                : now);
  }

  /// Called regularly: an open circuit whose wait is over becomes half open.
  public void tick() {
    Instant at = clock.instant();
    change(
        now ->
            now instanceof State.Open(var _, var failures, var trialAt) && !at.isBefore(trialAt)
                ? new State.HalfOpen(failures, false)
                : now);
  }

  private State.Open kmsOpen(int failures) {
    long factor = 1L << Math.min(failures - 1, 20);
    Duration wait = trialAfterMin.multipliedBy(factor);
    return new State.Open(
        Cause.KMS_UNAVAILABLE,
        failures,
        clock.instant().plus(wait.compareTo(trialAfterMax) > 0 ? trialAfterMax : wait));
  }

  private void change(UnaryOperator<State> transition) {
    synchronized (this) {
      State next = transition.apply(state);
      if (next.equals(state)) {
        return;
      }
      state = next;
    }
    observers.forEach(Runnable::run);
  }
}
