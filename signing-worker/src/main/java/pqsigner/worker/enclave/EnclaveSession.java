package pqsigner.worker.enclave;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import pqsigner.protocol.Answer;
import pqsigner.protocol.EnclaveStats;
import pqsigner.protocol.Phase;
import pqsigner.protocol.Refusal;
import pqsigner.protocol.Request;
import pqsigner.protocol.transport.EndpointAddress;
import pqsigner.protocol.transport.Transport;
import pqsigner.worker.credentials.NoCredentialsException;
import pqsigner.worker.enclave.EnclaveCircuit.Cause;

/// Keeps one connection to the enclave alive and the enclave able to work: connect, ask its status,
/// push credentials, and from then on a heartbeat, fresh credentials before the old ones end, and a
/// new connection when this one breaks. It tells the circuit what it finds.
public final class EnclaveSession {
  private static final Logger log = LoggerFactory.getLogger(EnclaveSession.class);

  /// Learns of what arrives besides the answers that somebody waits for.
  public interface Observer {

    /// An answer that nobody waited for any more.
    void lateAnswer();

    /// The enclave did not take the credentials that it was offered.
    default void credentialsRefused(Refusal refusal) {}

    /// What the enclave reports about itself with each heartbeat.
    default void stats(EnclaveStats stats) {}
  }

  private final EnclaveSettings settings;
  private final EndpointAddress address;
  private final EnclaveClient client;
  private final EnclaveCircuit circuit;
  private final CredentialRelay credentials;
  private final Observer observer;
  private final Semaphore wakeUps = new Semaphore(0);
  private final ScheduledThreadPoolExecutor watchdog =
      new ScheduledThreadPoolExecutor(
          1, Thread.ofPlatform().daemon().name("enclave-watchdog").factory());

  private volatile boolean running;
  private volatile boolean rechecked;
  private volatile @Nullable EnclaveConnection current;
  private @Nullable Thread thread;
  private @Nullable String lastTrouble;

  public EnclaveSession(
      EnclaveSettings settings,
      EnclaveClient client,
      EnclaveCircuit circuit,
      CredentialRelay credentials,
      Observer observer) {
    this.settings = settings;
    this.address = EndpointAddress.parse(settings.address());
    this.client = client;
    this.circuit = circuit;
    this.credentials = credentials;
    this.observer = observer;
    watchdog.setRemoveOnCancelPolicy(true);
  }

  public synchronized void start() {
    running = true;
    thread = Thread.ofPlatform().daemon().name("enclave-session").start(this::run);
  }

  /// Ends the connection; returns when the session's threads have ended.
  public synchronized void stop() throws InterruptedException {
    running = false;
    wakeUps.release();
    EnclaveConnection connection = current;
    if (connection != null) {
      connection.close();
    }
    if (thread != null) {
      thread.interrupt();
      thread.join();
    }
    watchdog.shutdownNow();
  }

  /// A job was answered "not ready": asks the enclave at once how it is, and pushes credentials
  /// again.
  public void recheck() {
    rechecked = true;
    wakeUps.release();
  }

  private void run() {
    Duration wait = settings.reconnectMin();
    while (running) {
      try (EnclaveConnection connection = connect()) {
        current = connection;
        var _ = connection.lost().thenRun(wakeUps::release);
        wait = settings.reconnectMin();
        keep(connection);
      } catch (IOException e) {
        down(Cause.ENCLAVE_UNREACHABLE, String.valueOf(e.getMessage()));
      } catch (NoCredentialsException e) {
        down(Cause.NO_CREDENTIALS, String.valueOf(e.getMessage()));
      } finally {
        current = null;
      }
      if (running) {
        pause(wait);
        wait = min(wait.multipliedBy(2), settings.reconnectMax());
      }
    }
  }

  private EnclaveConnection connect() throws IOException {
    return new EnclaveConnection(
            Transport.connect(address, settings.connectTimeout()),
            new EnclaveConnection.Bounds(settings.inFlightMax(), settings.heartbeatTimeout()),
            client::nextId,
            watchdog,
            this::lateAnswer)
        .start();
  }

  /// From the handshake to the loss of the connection.
  private void keep(EnclaveConnection connection) throws IOException {
    credentials.connected();
    Duration patience = settings.connectTimeout();
    try {
      while (running && connection.isOpen()) {
        Phase phase = phase(connection, patience);
        if (rechecked) {
          rechecked = false;
          credentials.invalidate();
        }
        if (phase == Phase.ATTESTED) {
          credentials.pushSoon();
        }
        boolean willing = phase == Phase.ATTESTED || phase == Phase.SERVING;
        if (willing && credentials.isDue()) {
          credentials
              .push(connection, settings.credentialsTimeout())
              .ifPresent(observer::credentialsRefused);
          phase = phase(connection, settings.heartbeatTimeout());
        }
        report(phase, connection);
        circuit.tick();
        patience = settings.heartbeatTimeout();
        pause(settings.heartbeat());
      }
      if (running) {
        throw connection.lost().join();
      }
    } finally {
      client.leave(connection);
    }
  }

  private void report(Phase phase, EnclaveConnection connection) {
    if (phase == Phase.SERVING) {
      client.serve(connection);
      circuit.enclaveServing();
      if (lastTrouble != null) {
        log.info("enclave.serving");
        lastTrouble = null;
      }
    } else {
      down(cause(phase), "phase " + phase);
    }
  }

  /// An enclave that waits for credentials has told what is wrong with those it was offered.
  private Cause cause(Phase phase) {
    if (phase != Phase.ATTESTED || credentials.refusal().isEmpty()) {
      return Cause.ENCLAVE_NOT_READY;
    }
    return switch (credentials.refusal().get()) {
      case CREDENTIALS_REFUSED, MALFORMED_REQUEST -> Cause.CREDENTIALS_REFUSED;
      case KMS_DENIED -> Cause.KMS_DENIED;
      case KMS_UNAVAILABLE, KMS_THROTTLED -> Cause.KMS_UNAVAILABLE;
      case UNSUPPORTED_ALGORITHM,
          DEADLINE_EXCEEDED,
          KEY_RECORD_REJECTED,
          NOT_READY,
          OVERLOADED,
          INTERNAL,
          RECORD_DENIED ->
          Cause.ENCLAVE_NOT_READY;
    };
  }

  private Phase phase(EnclaveConnection connection, Duration timeout) throws IOException {
    return switch (connection.ask(new Request.Status(), timeout)) {
      case Answer.Status(var phase, var _, var _, var stats) -> {
        observer.stats(stats);
        yield phase;
      }
      default -> throw new EnclaveLostException("the enclave refused to report its status");
    };
  }

  private void lateAnswer(Answer answer) {
    observer.lateAnswer();
    if (answer instanceof Answer.Refused(var refusal)) {
      switch (refusal) {
        case KMS_UNAVAILABLE -> circuit.kmsUnavailable();
        case KMS_DENIED, CREDENTIALS_REFUSED -> recheck();
        default -> {}
      }
    }
  }

  private void down(Cause cause, String trouble) {
    circuit.enclaveDown(cause);
    String told = cause + " " + trouble;
    if (!told.equals(lastTrouble)) {
      log.warn("enclave.down cause={} address={} detail=\"{}\"", cause, address, trouble);
      lastTrouble = told;
    }
  }

  private void pause(Duration wait) {
    try {
      if (wakeUps.tryAcquire(wait.toNanos(), TimeUnit.NANOSECONDS)) {
        wakeUps.drainPermits();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }
}
