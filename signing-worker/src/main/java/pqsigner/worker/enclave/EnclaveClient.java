package pqsigner.worker.enclave;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import pqsigner.protocol.Answer;
import pqsigner.protocol.Request;
import pqsigner.worker.batch.Ask;
import pqsigner.worker.batch.BatchDeadline;
import pqsigner.worker.batch.Exchange;
import pqsigner.worker.batch.Exchange.Ending;
import pqsigner.worker.enclave.EnclaveConnection.Questions;

/// Asks the enclave about whole batches, over whatever connection the session has put in place.
public final class EnclaveClient {
  private final Duration probeTimeout;
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

  /// Questions without an answer at this moment.
  public int inFlight() {
    EnclaveConnection connection = serving.get();
    return connection == null ? 0 : connection.inFlight();
  }

  /// Sends everything at once and waits until all is answered or the deadline passes. An enclave
  /// that left something unanswered is asked for its status, because a slow job and a dead enclave
  /// look alike from here and must be treated differently.
  public Exchange exchange(List<Ask> asks, BatchDeadline deadline) {
    EnclaveConnection connection = serving.get();
    if (connection == null || !connection.isOpen()) {
      return new Exchange(Map.of(), Ending.UNREACHABLE);
    }
    long answeredBefore = connection.jobsAnswered();
    Questions questions;
    try {
      questions = connection.sendAll(asks);
    } catch (EnclaveLostException e) {
      return new Exchange(Map.of(), Ending.LOST);
    }
    Ending ending = await(questions, deadline);
    if (ending == Ending.DEADLINE) {
      ending = lives(connection) ? Ending.DEADLINE : Ending.LOST;
      connection.abandon(questions);
    }
    Map<Integer, Answer> answers = answered(questions);
    boolean silent = connection.jobsAnswered() == answeredBefore && questions.ids().size() > 1;
    return new Exchange(answers, ending == Ending.DEADLINE && silent ? Ending.SILENT : ending);
  }

  private static Ending await(Questions questions, BatchDeadline deadline) {
    CompletableFuture<?> all =
        CompletableFuture.allOf(questions.answers().values().toArray(CompletableFuture[]::new));
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

  private static Map<Integer, Answer> answered(Questions questions) {
    Map<Integer, Answer> answers = new HashMap<>();
    questions
        .answers()
        .forEach(
            (slot, answer) -> {
              if (answer.state() == CompletableFuture.State.SUCCESS) {
                answers.put(slot, answer.resultNow());
              }
            });
    return answers;
  }
}
