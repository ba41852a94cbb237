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
import pqsigner.client.SignerException;
import pqsigner.client.SignerRequest;
import pqsigner.client.SignerResult;
import pqsigner.client.http.HttpSigner;

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
  private final Map<String, SignerResult> answers = new ConcurrentHashMap<>();
  private final Map<String, SignerResult> rivals = new ConcurrentHashMap<>();
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
            SignerResult outcome = end(sent.request());
            if (outcome == null) {
              return;
            }
            if (outcome instanceof SignerResult.Signed) {
              requireRecorded(sent.id());
            }
            if (sent.kind() == Sent.Kind.CONFLICT) {
              SignerResult rival = end(sent.requiredRival());
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
  private @Nullable SignerResult end(SignerRequest request) {
    for (int attempt = request.requestId().hashCode(); !closed; attempt++) {
      HttpSigner gateway = gateways.get(Math.floorMod(attempt, gateways.size()));
      try {
        SignerResult outcome = gateway.submit(request, PATIENCE);
        if (!repeatable(outcome)) {
          return outcome;
        }
      } catch (SignerException e) {
        // This gateway is away; the same request again is harmless.
      }
      LockSupport.parkNanos(RETRY_NANOS);
    }
    return null;
  }

  private static boolean repeatable(SignerResult result) {
    return switch (result) {
      case SignerResult.Pending _,
          SignerResult.Failed _,
          SignerResult.TryLater _,
          SignerResult.Unknown _ ->
          true;
      case SignerResult.Refused refused -> refused.problem().code().equals("internal");
      case SignerResult.Signed _, SignerResult.Generated _, SignerResult.Conflict _ -> false;
    };
  }

  Map<String, SignerResult> answers() {
    return answers;
  }

  /// What the rival of a request was told.
  @Nullable SignerResult rival(String id) {
    return rivals.get(id);
  }

  @Override
  public void close() {
    closed = true;
    callers.shutdownNow();
  }
}
