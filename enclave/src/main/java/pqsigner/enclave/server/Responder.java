package pqsigner.enclave.server;

import pqsigner.protocol.Answer;
import pqsigner.protocol.Refusal;

/// Takes the answers to one connection's requests, from any thread and in any order. Never blocks.
@FunctionalInterface
interface Responder {
  void answer(long correlationId, Answer answer);

  default void refuse(long correlationId, Refusal refusal) {
    answer(correlationId, new Answer.Refused(refusal));
  }
}
