package pqsigner.guarantees.traffic;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import pqsigner.cli.CommandFailure;
import pqsigner.cli.http.HttpSigner;
import pqsigner.cli.request.Outcome;
import pqsigner.cli.request.SignerRequest;

/// Callers over HTTP, each careful: the same request again, at the next gateway, until there is an
/// end of it.
final class HttpCallers implements AutoCloseable {
  private static final int IN_FLIGHT_MAX = 16;
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final long RETRY_NANOS = 200_000_000;

  private final List<HttpSigner> gateways;
  private final LedgerWatch ledger;
  private final String custodian;
  private final Violations violations;
  private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
  private final Semaphore inFlight = new Semaphore(IN_FLIGHT_MAX);
  private final Map<String, Outcome> answers = new ConcurrentHashMap<>();
  private final Map<String, Outcome> rivals = new ConcurrentHashMap<>();
  private volatile boolean closed;

  HttpCallers(
      List<HttpSigner> gateways, LedgerWatch ledger, String custodian, Violations violations) {
    this.gateways = List.copyOf(gateways);
    this.ledger = ledger;
    this.custodian = custodian;
    this.violations = violations;
  }

  void call(Sent sent) {
    callers.execute(
        () -> {
          inFlight.acquireUninterruptibly();
          try {
            Outcome outcome = end(sent.request());
            if (outcome == null) {
              return;
            }
            if (outcome instanceof Outcome.Done) {
              requireRecorded(sent.id());
            }
            if (sent.kind() == Sent.Kind.CONFLICT) {
              Outcome rival = end(sent.requiredRival());
              if (rival != null) {
                rivals.put(sent.id(), rival);
              }
            }
            answers.put(sent.id(), outcome);
          } finally {
            inFlight.release();
          }
        });
  }

  /// Runs something that repeats itself until it succeeded, beside the calls.
  void beside(Runnable task) {
    callers.execute(task);
  }

  boolean isClosed() {
    return closed;
  }

  private void requireRecorded(String id) {
    String state = ledger.state(custodian, id).orElse("no row");
    violations.unless(
        state.equals("SIGNED"), Guarantee.NO_RELEASE_BEFORE_RECORD, id + " was " + state);
  }

  /// Null when the callers were told to stop first.
  private @Nullable Outcome end(SignerRequest request) {
    for (int attempt = request.requestId().hashCode(); !closed; attempt++) {
      HttpSigner gateway = gateways.get(Math.floorMod(attempt, gateways.size()));
      try {
        Outcome outcome = gateway.submit(request, PATIENCE);
        if (!(outcome instanceof Outcome.Pending) && !retryable(outcome)) {
          return outcome;
        }
      } catch (CommandFailure e) {
        // This gateway is away; the same request again is harmless.
      }
      LockSupport.parkNanos(RETRY_NANOS);
    }
    return null;
  }

  private static boolean retryable(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Refused(int status, _, _) -> status == 503 || status == 429 || status == 500;
      case Outcome.Failed _ -> true;
      case Outcome.Done _, Outcome.Pending _ -> false;
    };
  }

  Map<String, Outcome> answers() {
    return answers;
  }

  /// What the rival of a request was told.
  @Nullable Outcome rival(String id) {
    return rivals.get(id);
  }

  @Override
  public void close() {
    closed = true;
    callers.shutdownNow();
  }
}
