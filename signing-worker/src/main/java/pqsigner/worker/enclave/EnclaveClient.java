package pqsigner.worker.enclave;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import pqsigner.protocol.Answer;
import pqsigner.protocol.Request;
import pqsigner.worker.exchange.BatchDeadline;
import pqsigner.worker.exchange.Exchange;
import pqsigner.worker.exchange.Exchange.Ending;

/// Asks the enclave about whole batches, over whatever connection the session has put in place.
public final class EnclaveClient {
  private final Duration probeTimeout;
  private final AtomicLong ids = new AtomicLong();
  private final AtomicReference<@Nullable EnclaveConnection> serving = new AtomicReference<>();

  /// @param probeTimeout how long an enclave that left something unanswered may take to say that it
  ///   lives
  public EnclaveClient(Duration probeTimeout) {
    this.probeTimeout = probeTimeout;
  }

  void serve(EnclaveConnection connection) {
    serving.set(connection);
  }

  void leave(EnclaveConnection connection) {
    serving.compareAndSet(connection, null);
  }

  /// A correlation id that no other question has.
  public long nextId() {
    return ids.incrementAndGet();
  }

  /// Questions without an answer at this moment.
  public int inFlight() {
    EnclaveConnection connection = serving.get();
    return connection == null ? 0 : connection.inFlight();
  }

  /// Sends everything at once and waits until all is answered or the deadline passes. An enclave
  /// that left something unanswered is asked for its status, because a slow job and a dead enclave
  /// look alike from here and must be treated differently.
  ///
  /// @param frames by their correlation ids; all ids, those of items too, are from [#nextId()]
  public Exchange exchange(Map<Long, Request.Job> frames, BatchDeadline deadline) {
    EnclaveConnection connection = serving.get();
    if (connection == null || !connection.isOpen()) {
      return new Exchange(Map.of(), Ending.UNREACHABLE);
    }
    long answeredBefore = connection.jobsAnswered();
    Map<Long, CompletableFuture<Answer>> questions;
    try {
      questions = connection.sendAll(frames);
    } catch (EnclaveLostException e) {
      return new Exchange(Map.of(), Ending.LOST);
    }
    Ending ending = await(questions, deadline);
    if (ending == Ending.DEADLINE) {
      ending = lives(connection) ? Ending.DEADLINE : Ending.LOST;
      connection.abandon(questions.keySet());
    }
    boolean silent = connection.jobsAnswered() == answeredBefore && questions.size() > 1;
    return new Exchange(
        answers(questions), ending == Ending.DEADLINE && silent ? Ending.SILENT : ending);
  }

  private static Ending await(
      Map<Long, CompletableFuture<Answer>> questions, BatchDeadline deadline) {
    CompletableFuture<?> all =
        CompletableFuture.allOf(questions.values().toArray(CompletableFuture[]::new));
    try {
      all.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
      return Ending.COMPLETE;
    } catch (TimeoutException e) {
      return Ending.DEADLINE;
    } catch (ExecutionException e) {
      return Ending.LOST;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Ending.DEADLINE;
    }
  }

  private boolean lives(EnclaveConnection connection) {
    try {
      connection.ask(new Request.Status(), probeTimeout);
      return true;
    } catch (EnclaveLostException e) {
      return false;
    }
  }

  private static Map<Long, Answer.ToJob> answers(Map<Long, CompletableFuture<Answer>> questions) {
    Map<Long, Answer.ToJob> answers = new HashMap<>();
    questions.forEach(
        (id, answered) -> {
          if (answered.state() == CompletableFuture.State.SUCCESS
              && answered.resultNow() instanceof Answer.ToJob answer) {
            answers.put(id, answer);
          }
        });
    return answers;
  }
}
