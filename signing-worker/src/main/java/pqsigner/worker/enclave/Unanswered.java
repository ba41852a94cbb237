package pqsigner.worker.enclave;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import pqsigner.protocol.Answer;
import pqsigner.protocol.ProtocolException;
import pqsigner.protocol.Request;

/// One connection's questions that have no answer yet, and those that nobody waits for any more.
/// Both are bounded. Together they tell a late answer, which is dropped and counted, from one that
/// nobody asked for, which ends the connection.
final class Unanswered {

  private record Question(Class<? extends Answer> expects, CompletableFuture<Answer> answer) {
    boolean takes(Answer given) {
      return expects.isInstance(given) || given instanceof Answer.Refused;
    }
  }

  private final int max;
  private final Map<Long, Question> waiting = new HashMap<>();
  private final Set<Long> abandoned = new HashSet<>();
  private boolean closed;

  /// @param max bound of the waiting and, on its own, of the abandoned
  Unanswered(int max) {
    this.max = max;
  }

  /// @param id under which the answer is to come
  synchronized CompletableFuture<Answer> add(long id, Request request) throws EnclaveLostException {
    if (closed) {
      throw new EnclaveLostException("connection is closed");
    }
    if (waiting.size() >= max) {
      throw new EnclaveLostException("more than " + max + " questions in flight");
    }
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    waiting.put(id, new Question(answerTo(request), answer));
    return answer;
  }

  private static Class<? extends Answer> answerTo(Request request) {
    return switch (request) {
      case Request.Status _ -> Answer.Status.class;
      case Request.Credentials _ -> Answer.Accepted.class;
      case Request.GenerateKey _ -> Answer.KeyGenerated.class;
      case Request.Sign _ -> Answer.Signed.class;
    };
  }

  /// Whether someone was still waiting for this answer.
  ///
  /// @throws ProtocolException when nobody asked, or asked something else
  boolean answer(long id, Answer answer) throws ProtocolException {
    Question question;
    synchronized (this) {
      question = waiting.get(id);
      if (question == null) {
        if (!abandoned.remove(id)) {
          throw new ProtocolException("an answer to a request that is not open");
        }
        return false;
      }
      if (!question.takes(answer)) {
        throw new ProtocolException("an answer of the wrong type");
      }
      waiting.remove(id);
    }
    question.answer.complete(answer);
    return true;
  }

  /// Nobody waits for these any more; an answer may still come.
  ///
  /// @throws EnclaveLostException when too many were abandoned: then the connection is worth
  ///   nothing
  synchronized void abandon(Iterable<Long> ids) throws EnclaveLostException {
    for (long id : ids) {
      if (waiting.remove(id) != null) {
        abandoned.add(id);
      }
    }
    if (abandoned.size() > max) {
      throw new EnclaveLostException("more than " + max + " requests were never answered");
    }
  }

  /// Fails whatever is open, and whatever is asked from now on.
  void close(EnclaveLostException cause) {
    List<Question> open;
    synchronized (this) {
      closed = true;
      open = new ArrayList<>(waiting.values());
      waiting.clear();
      abandoned.clear();
    }
    open.forEach(question -> question.answer.completeExceptionally(cause));
  }

  synchronized int inFlight() {
    return waiting.size();
  }

  synchronized int abandoned() {
    return abandoned.size();
  }
}
