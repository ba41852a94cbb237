package pqsigner.enclave.server;

import pqsigner.protocol.Answer;
import pqsigner.protocol.Refusal;
import pqsigner.protocol.Request;

/// Takes the answers to one connection's requests, from any thread and in any order. Never blocks.
@FunctionalInterface
interface Responder {
  void answer(long correlationId, Answer answer);

  /// Refuses all that a frame asks for.
  default void refuse(long frameId, Request request, Refusal refusal) {
    request.answerIds(frameId).forEach(id -> refuse(id, refusal));
  }

  default void refuse(long correlationId, Refusal refusal) {
    answer(correlationId, new Answer.Refused(refusal));
  }
}
